"""A lone column is recognised by the order of the people, whole, as a stretch, filtered or changed."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching import BEYOND_CHANCE, CohortColumns
from strongroom.matching.rows.row_order import match_lone_column, match_order
from strongroom.matching.values.comparable import canonical_values

DRAW = np.random.default_rng(8)


@pytest.fixture
def view(extracts):
    cohort = CohortColumns(extracts.cohort)
    orders = [np.arange(cohort.people), np.random.default_rng(9).permutation(cohort.people)]
    return cohort, orders, extracts.index


def judged(view, keys):
    cohort, orders, index = view
    return match_order(canonical_values(pa.array(keys, from_pandas=True)), orders, cohort, index)


@pytest.mark.parametrize(
    "part",
    [slice(None), slice(None, None, -1), slice(300, 380), slice(900, 820, -1)],
    ids=["whole", "backwards", "stretch", "stretch backwards"],
)
def test_values_in_the_order_are_found(view, part):
    cohort, orders, _ = view
    found = judged(view, cohort.values("p50_i0", decimals=1)[orders[1]][part])
    assert found.log10_chance <= BEYOND_CHANCE
    assert (found.column, found.order) == ("p50_i0", 1)


def test_a_filtered_part_in_order_is_found(view):
    cohort, orders, _ = view
    kept = np.sort(DRAW.choice(cohort.people, 150, replace=False))
    found = judged(view, cohort.values("p21001_i0", decimals=4)[orders[1]][kept])
    assert found.log10_chance <= BEYOND_CHANCE
    assert "filtered" in found.how


def test_a_function_of_everybodys_values_is_found(view):
    cohort, orders, _ = view
    values = np.nan_to_num(cohort.values("p50_i0", decimals=1), nan=170.0)[orders[1]]
    found = judged(view, (values * 2 + DRAW.normal(0, 12, len(values))).round(3))
    assert found.log10_chance <= BEYOND_CHANCE


@pytest.mark.parametrize("changed", [False, True], ids=["as they are", "changed"])
def test_people_the_cohort_does_not_have_keep_their_places(view, changed):
    cohort, orders, index = view
    places = np.sort(DRAW.choice(cohort.people, 20, replace=False))
    order = np.insert(orders[1], places, -1)
    keys = np.where(order < 0, 171.3, np.nan_to_num(cohort.values("p50_i0", decimals=1), nan=170.0)[order])
    keys = (keys * 2 + DRAW.normal(0, 12, len(keys))).round(3) if changed else keys
    found = match_order(canonical_values(pa.array(keys)), [order], cohort, index)
    assert found.log10_chance <= BEYOND_CHANCE
    assert found.how.endswith("in the project's row order")
    assert "filtered" not in found.how


def test_shuffled_values_are_in_no_order(view):
    cohort, _, _ = view
    found = judged(view, DRAW.permutation(cohort.values("p50_i0", decimals=1)))
    assert found.log10_chance > BEYOND_CHANCE / 3


def test_two_trends_do_not_pass_for_one(view):
    cohort, _, _ = view
    found = judged(view, np.cumsum(DRAW.random(cohort.people)).round(3))
    assert found is None or found.log10_chance > BEYOND_CHANCE / 3


def test_precise_values_in_no_order_exist_and_others_do_not(view):
    cohort, _, index = view
    held = cohort.values("p21001_i0", decimals=4)
    held = held[~np.isnan(held)]
    own = DRAW.choice(held, 150, replace=False)
    others = (own + DRAW.choice([-1, 1], 150) * DRAW.integers(1, 40, 150) / 10_000).round(4)
    for keys, expected in ((own, True), (others, False)):
        found = match_lone_column(canonical_values(pa.array(keys)), cohort, index)
        assert (found is not None and found.log10_chance <= BEYOND_CHANCE) == expected
