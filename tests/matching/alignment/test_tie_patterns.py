"""Ranks keep which values repeat, and that tells columns."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import rankdata

from strongroom.matching.alignment.tie_patterns import is_quantile_binned, rounded_odds, tie_odds
from strongroom.matching.storage.coded_column import code_values
from strongroom.matching.values.comparable import ValueKind, Values

PEOPLE = 20_000
DRAW = np.random.default_rng(41)
COLUMNS = {
    "fine": np.round(DRAW.normal(50, 10, PEOPLE), 2),
    "coarse": np.round(DRAW.normal(50, 10, PEOPLE), 1),
    "skewed": np.round(np.exp(DRAW.normal(2, 0.8, PEOPLE)), 1),
    "counted": DRAW.poisson(9, PEOPLE).astype(float),
}


@dataclass(frozen=True)
class Held:
    """A cohort of these columns."""

    people: int = PEOPLE

    def coded(self, name):
        return code_values(Values(ValueKind.NUMBER, COLUMNS[name], 2))


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("sign", [1, -1])
def test_ranks_of_a_column_are_told_by_its_repeats(name, sign):
    ranks = np.sort(rankdata(sign * COLUMNS[name][:1_500]))
    odds = tie_odds(ranks, list(COLUMNS), Held())
    assert list(COLUMNS)[int(np.argmax(odds))] == name
    assert odds.max() == 0
    assert sorted(odds)[-2] < -2


def test_where_nothing_repeats_or_rows_are_few_there_is_nothing_to_tell():
    assert tie_odds(np.arange(500.0), list(COLUMNS), Held()) is None
    assert tie_odds(np.repeat(np.arange(10.0), 2), list(COLUMNS), Held()) is None


def test_a_cohort_hardly_larger_than_the_file_is_no_measure():
    assert tie_odds(np.sort(COLUMNS["coarse"][:1_500]), list(COLUMNS), Held(people=2_000)) is None


@pytest.mark.parametrize("parts", [4, 5, 10])
def test_quantile_bins_are_even_and_counts_are_not(parts):
    some = COLUMNS["fine"][:2_000]
    cuts = np.quantile(some, np.arange(1, parts) / parts)
    assert is_quantile_binned(np.sort(np.searchsorted(cuts, some).astype(float)))
    assert not is_quantile_binned(np.sort(COLUMNS["counted"][:2_000]))
    assert not is_quantile_binned(np.sort(some))


def test_a_column_rounded_to_its_sd_is_told_by_the_shares_between_its_values():
    for name, other in (("fine", "skewed"), ("skewed", "fine")):
        step = COLUMNS[name].std()
        rounded = np.sort(np.round(COLUMNS[name][:2_000] / step) * step)
        odds = rounded_odds(rounded, ["fine", "skewed"], Held())
        assert odds[name] > odds[other] + 5
    assert rounded_odds(np.sort(COLUMNS["fine"][:2_000]), ["fine"], Held()) is None
