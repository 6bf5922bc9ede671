"""Bounds are read from a query alone, and hold for every row."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.query.bounds import ANY, Bounds, bounds_of
from strongroom.disclosure.query.reading import read_query

BMI = "greatest(least(bmi, 60), 10)"


UNBOUNDED = ["bmi", "bmi * 2", "least(bmi, 60)", "10 / bmi", f"1 / ({BMI} - 30)", "ln(bmi)"]


def bounds(expression):
    return bounds_of(read_query(f"SELECT AVG({expression}) AS x FROM participants", SCHEMA).measures[0].of[0])


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        (BMI, 10, 60),
        (f"least(greatest({BMI}, 20), 30)", 20, 30),
        (f"{BMI} - 10", 0, 50),
        (f"-{BMI}", -60, -10),
        (f"{BMI} * -2", -120, -20),
        (f"{BMI} / 10", 1, 6),
        (f"abs({BMI} - 30)", 0, 30),
        (f"floor({BMI} / 7)", 1, 8),
        ("CASE WHEN bmi > 30 THEN 1 ELSE 0 END", 0, 1),
        ("CASE WHEN bmi > 30 THEN 5 END", 5, 5),
        ("month(born)", 1, 12),
    ],
)
def test_what_is_written_bounds_a_value(expression, low, high):
    assert bounds(expression) == Bounds(low, high)


@pytest.mark.parametrize("expression", UNBOUNDED)
def test_what_is_not_written_is_not_bounded(expression):
    assert not bounds(expression).known


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-50, 50))
def test_arithmetic_of_bounds_holds_for_values_within(one, other, value):
    low, high = sorted((one, other))
    x = min(max(value, low), high)
    clamped = f"greatest(least(bmi, {high!r}), {low!r})"
    truths = {f"{clamped} * 3": x * 3, f"5 - {clamped}": 5 - x, f"abs({clamped})": abs(x)}
    for expression, true in truths.items():
        found = bounds(expression)
        assert found.low - 1e-9 <= true <= found.high + 1e-9


def test_any_is_unbounded():
    assert math.isinf(ANY.low)
    assert not ANY.known
