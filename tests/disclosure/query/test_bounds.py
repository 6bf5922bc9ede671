"""Bounds are read from a query alone, and hold for every row."""

import math

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.query.bounds import ANY, NOTHING_KNOWN, Bounds, KnownBounds, bounds_of
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.emitting.values import Values, alias
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import TRUE, Case, Kind, Literal

BMI = "greatest(least(bmi, 60), 10)"


UNBOUNDED = ["bmi", "bmi * 2", "least(bmi, 60)", "10 / bmi", f"1 / ({BMI} - 30)", "ln(bmi)"]


def bounds(expression, known=NOTHING_KNOWN):
    query = read_query(f"SELECT AVG({expression}) AS x FROM participants", SCHEMA)
    return bounds_of(query.measures[0].of[0], known)


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


KNOWN = KnownBounds(
    {0: "participants"},
    {
        ("participants", "bmi"): Bounds(10, 60),
        ("participants", "born"): Bounds(-7000, -3000),
        ("hospital", "level"): Bounds(0, 9),
    },
    {"hospital": Bounds(0, 7)},
)


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("(SELECT AVG(level) FROM hospital)", 0, 9),
        ("(SELECT MAX(level) FROM hospital WHERE code = 'I210') - bmi", -60, -1),
        ("(SELECT COUNT(*) FROM hospital)", 0, 7),
        ("(SELECT COUNT(DISTINCT code) FROM hospital)", 0, 7),
        ("DATE '1970-01-11' - born", 3010, 7010),
        ("(born + INTERVAL 2 MONTH) - born", -4000 + 56, 4000 + 62),
        ("COALESCE(bmi, 0)", 0, 60),
        ("bmi % 7", 0, 7),
        ("bmi / (bmi - 5)", 10 / 55, 60 / 5),
        ("year(born)", 1949, 1962),
    ],
)
def test_bounds_of_columns_bound_what_is_computed_from_them(expression, low, high):
    found = bounds(expression, KNOWN)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_rank_is_bounded_by_the_number_of_its_bands():
    sql = (
        "WITH r AS (SELECT *, NTILE(4) OVER (ORDER BY bmi) AS q FROM participants) SELECT AVG(q) AS x FROM r"
    )
    assert bounds_of(read_query(sql, SCHEMA).measures[0].of[0]) == Bounds(1, 4)


def test_nothing_but_missing_values_and_what_has_no_number_is_not_bounded():
    missing = Literal(None, Kind.NUMBER)
    assert bounds_of(Case(((TRUE, missing),), missing, Kind.NUMBER)) == ANY
    assert bounds_of(Literal("text", Kind.TEXT)) == ANY


def test_any_is_unbounded():
    assert math.isinf(ANY.low)
    assert not ANY.known


COLUMNS = {"bmi": (-3.0, 5.0), "age": (0.0, 9.0)}
LEAVES = st.sampled_from([*COLUMNS, "2", "-1.5", "0.5"])


def _grown(inner):
    one = st.sampled_from(["-{}", "ABS({})", "FLOOR({})", "CEIL({})", "ROUND({}, 1)", "SQRT({})", "EXP({})"])
    two = st.sampled_from(
        [
            "({} + {})",
            "({} - {})",
            "({} * {})",
            "({} / {})",
            "({} % {})",
            "LEAST({}, {})",
            "GREATEST({}, {})",
            "COALESCE({}, {})",
            "CASE WHEN bmi > 1 THEN {} ELSE {} END",
            "CASE WHEN bmi > 1 THEN LN({}) ELSE {} END",
        ]
    )
    return st.one_of(
        st.builds(lambda form, a: form.format(f"({a})"), one, inner),
        st.builds(lambda form, a, b: form.format(f"({a})", f"({b})"), two, inner, inner),
    )


@pytest.fixture(scope="module")
def rows():
    draw = np.random.default_rng(14)
    with duckdb.connect() as connection:
        made = {
            name: pa.array(np.append(draw.uniform(*ends, 58), ends), mask=draw.random(60) < 0.1)
            for name, ends in COLUMNS.items()
        }
        connection.register("made", pa.table(made))
        connection.execute("CREATE TABLE participants AS SELECT * FROM made")
        yield connection


@settings(max_examples=150, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=6))
def test_bounds_hold_for_every_row(rows, expression):
    """Of any expression, as the emitted SQL computes it."""
    query = read_query(f"SELECT AVG({expression}) AS x FROM participants", SCHEMA)
    known = KnownBounds(
        {0: "participants"}, {("participants", each): Bounds(*ends) for each, ends in COLUMNS.items()}
    )
    found = bounds_of(query.measures[0].of[0], known)
    value = Values(DUCKDB).expression(query.measures[0].of[0])
    low, high = rows.execute(f"SELECT min({value}), max({value}) FROM participants AS {alias(0)}").fetchone()
    if low is not None and math.isfinite(low) and math.isfinite(high):
        slack = 1e-9 * max(1.0, abs(low), abs(high))
        assert found.low - slack <= low
        assert high <= found.high + slack
