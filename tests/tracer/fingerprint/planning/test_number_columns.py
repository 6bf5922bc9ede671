"""A mark is small against the column's spread, on its grid, and away from what people would notice."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint import FingerprintMarker
from strongroom.tracer.fingerprint.planning.number_columns import plan_marks

DRAW = np.random.default_rng(2)
BMI = np.round(DRAW.normal(27, 4.7, 20_000), 1)
PRESSURE = 2 * np.round(DRAW.normal(70, 9, 20_000))


@pytest.mark.parametrize(("values", "grid"), [(BMI, 0.1), (PRESSURE, 2.0), (np.round(BMI * 100), 10.0)])
def test_a_marked_value_stays_on_its_columns_own_grid(values, grid):
    rule = plan_marks("x", values)
    chosen = values[rule.markable(values)]
    for moved in rule.outcomes(chosen) / grid:
        assert np.allclose(moved, np.round(moved))


@pytest.mark.parametrize("strength", [0.005, 0.01, 0.02])
@pytest.mark.parametrize("places", [1, 2, 6])
def test_the_root_mean_square_is_what_was_asked_for(strength, places):
    values = np.round(DRAW.normal(5.7, 1.1, 200_000), places)
    rule = plan_marks("x", values, strength=strength)
    marker = FingerprintMarker({"x": rule}, plan_key=bytes(32), project_key=bytes(range(32)))
    may = rule.markable(values)
    moved = (marker.marked(rule, np.arange(len(values)), values) - values)[may]
    assert np.sqrt(np.mean(moved**2)) / values.std() == pytest.approx(strength, rel=0.03)
    assert np.mean(moved) / strength / 1.1 == pytest.approx(0, abs=0.02)


def test_heaps_edges_and_their_neighbours_are_left_alone():
    values = np.round(np.concatenate([DRAW.normal(5, 1, 20_000), np.zeros(3_000), np.full(2_000, -3.0)]), 2)
    rule = plan_marks("x", values)
    assert len(rule.outcomes(np.zeros(1))) > 3
    for heap in (0.0, -3.0, *rule.outcomes(np.zeros(1))[:, 0], values.max()):
        assert not rule.markable(np.array([heap]))[0]


def test_nothing_leaves_the_range_people_have():
    rule = plan_marks("x", BMI)
    chosen = BMI[rule.markable(BMI)]
    moved = rule.outcomes(chosen)
    assert moved.min() >= BMI.min()
    assert moved.max() <= BMI.max()


@pytest.mark.parametrize(
    "values",
    [np.array([1.0, 2.0] * 500), np.full(500, 3.0), np.array([1.5, np.nan]), np.arange(20) % 14 + 0.0],
)
def test_a_category_or_a_constant_is_not_marked_and_says_why(values):
    rule = plan_marks("x", values)
    assert rule.density == 0
    assert rule.reason


def test_missing_values_stay_missing():
    assert not plan_marks("x", BMI).markable(np.array([np.nan]))[0]
