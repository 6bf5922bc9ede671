"""What is left of a column given others, against what a regression over whole data says."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint.planning.residual_sd import unexplained

PEOPLE = 5_000
ALONE = {name: frozenset([name]) for name in "abcdefgh"}


def left_by_regression(outcome, *others):
    design = np.column_stack([np.ones(len(outcome)), *others])
    residual = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return residual.std() / outcome.std()


@pytest.fixture
def columns():
    draw = np.random.default_rng(1)
    a, b, c, d = draw.standard_normal((4, PEOPLE))
    return {"a": a, "b": a + 2 * b, "c": a + b + c, "d": d}


def test_it_is_what_a_regression_on_the_others_leaves(columns):
    left = unexplained(columns, ALONE)
    a, b, c, _ = columns.values()
    assert left["c"] == pytest.approx(left_by_regression(c, a, b), abs=0.02)
    assert left["b"] == pytest.approx(left_by_regression(b, a, c), abs=0.02)
    assert left["d"] == pytest.approx(1, abs=0.01)


def test_people_who_miss_some_columns_count_where_they_have_both(columns):
    whole = unexplained(columns, ALONE)
    draw = np.random.default_rng(2)
    holed = {name: np.where(draw.random(PEOPLE) < 0.4, np.nan, each) for name, each in columns.items()}
    for name, left in unexplained(holed, ALONE).items():
        assert left == pytest.approx(whole[name], abs=0.1)


def test_what_a_formula_connects_does_not_count(columns):
    columns["e"] = 2 * columns["d"]
    assert unexplained(columns, ALONE)["d"] < 0.2
    kin = ALONE | {"e": frozenset("d")}
    assert unexplained(columns, kin)["d"] == pytest.approx(1, abs=0.01)


def test_a_column_that_few_have_is_not_explained_by_chance():
    draw = np.random.default_rng(3)
    table = {str(place): draw.standard_normal(PEOPLE) for place in range(100)}
    table["0"][40:] = np.nan
    left = unexplained(table, {name: frozenset([name]) for name in table})
    assert left["0"] == pytest.approx(1)


def test_empty_and_constant_columns_say_nothing(columns):
    odd = {**columns, "f": np.full(PEOPLE, np.nan), "g": np.ones(PEOPLE), "h": np.full(PEOPLE, np.nan)}
    odd["h"][0] = 3
    left = unexplained(odd, ALONE)
    assert left["f"] == left["g"] == left["h"] == 1
    assert left["c"] == unexplained(columns, ALONE)["c"]
    assert unexplained({}, {}) == {}
