"""What reveals a few people, and what only looks like it: shares, nested groups, quantiles, last digits."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.statistics.implied_counts import counts_in_text, implied_in_table
from strongroom.checker.detectors.statistics.nested_groups import nested
from strongroom.checker.detectors.statistics.quantile_curves import people_between_quantiles
from strongroom.checker.detectors.statistics.trees_in_text import people_in_leaves
from strongroom.checker.table_types.denominators import few_averaged
from strongroom.checker.table_types.examined import ExaminedTable


@pytest.fixture
def draw():
    return np.random.default_rng(8)


def typed(columns):
    return ExaminedTable(FoundTable("t", pa.table(columns))).typed


@pytest.mark.parametrize(
    ("counts", "small"), [((11, 2, 80, 47), 1), ((11, 22, 80, 184), 1), ((11, 22, 80, 47), 0)]
)
def test_a_percentage_is_of_the_total_that_makes_it_whole(counts, small):
    totals = [63, 87, 141, 187]
    shares = [round(100 * count / total, 3) for count, total in zip(counts, totals, strict=True)]
    columns = {"site": list("abcd"), "steps": [9, 8, 11, 12], "of": totals, "share": shares}
    assert implied_in_table(typed(columns), 5) == small


def test_measurements_beside_totals_are_no_percentages(draw):
    columns = {
        "of": [63, 87, 141, 187, 55],
        "bmi": draw.normal(27, 4, 5).round(3),
        "p": draw.random(5).round(4),
    }
    assert implied_in_table(typed(columns), 5) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Of 63 patients, 2 (3.2%) died.", (1, 0)),
        ("In 1.59% of 63 women the test failed.", (0, 1)),
        ("n = 63: 1.587% died, 34.921% smoked, 7.937% moved, 60.317% stayed; 95% CI as above.", (0, 1)),
        ("We kept 3 (3.2%) of the models, and 95% CI are of n = 40 draws.", (0, 0)),
        ("41 (12.5%) of 328 patients died; 10% of 3,000 participants left.", (0, 0)),
    ],
)
def test_counts_in_sentences(text, found):
    assert counts_in_text(text, 5) == found


def test_row_numbers_beside_other_numbers_are_no_growing_groups(draw):
    rows = {"row": range(1, 301), "quarters": draw.integers(0, 90, 300) / 4, "x": draw.normal(size=300)}
    assert nested(typed(rows), [], 5) == 0


@pytest.mark.parametrize(("people", "few"), [(99, True), (300, True), (3_000, False), (50_000, False)])
def test_percentiles_are_as_rough_as_their_people_are_few(draw, people, few):
    values = np.quantile(draw.normal(75, 14, people), np.arange(1, 100) / 100, method="inverted_cdf")
    between = people_between_quantiles(typed({"centile": range(1, 100), "weight": values.round(2)}))
    assert bool(between is not None and between < 5) is few


def test_a_smooth_curve_of_centiles_rests_on_many():
    levels = np.arange(1, 100)
    columns = {"centile": levels, "height": (170 + 9 * np.log(levels / (100 - levels))).round(1)}
    assert (people_between_quantiles(typed(columns)) or 99) > 5


def test_leaves_are_read_and_settings_are_not():
    assert people_in_leaves(
        '{"threshold": 3, "left": {"n": 1, "value": 3.1}, "right": {"n": 9, "value": 2}}'
    ) == [1, 9]
    assert people_in_leaves(
        'digraph { 0 [label="x <= 3\\nsamples = 80"]; 1 [label="samples = 2\\nvalue = 3"] }'
    ) == [2]
    assert people_in_leaves('{"threshold": 0.5, "folds": {"n": 3, "score": 0.71}}') == []


def test_last_digits_of_scales_and_shares_are_not_those_of_means_of_few(draw):
    halves = {name: draw.integers(60, 160, 80) / 2 for name in "abc"}
    shares = {name: draw.integers(0, 8_000, 80) / 8_000 for name in "abc"}
    single = {name: draw.normal(90, 20, 80).round(1).astype(np.float32).astype(float) for name in "abc"}
    for columns in (shares, single):
        assert few_averaged(typed(columns).columns, fewer_than=5) is None
    means = {name: draw.integers(60, 160, (80, 4)).mean(axis=1) for name in "abc"}
    assert few_averaged(typed(means).columns, fewer_than=5) is not None
    assert few_averaged(typed({"a": halves["a"], "b": halves["b"]}).columns, fewer_than=5) is None
