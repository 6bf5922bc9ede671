"""A dozen rows are recognised together, though every value was blurred, rounded or written in other units."""

import numpy as np
import polars as pl
import pytest

from strongroom.matching import BEYOND_CHANCE, CohortColumns, recognise
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.kernels import likelihoods
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.disguised.likely_columns import ColumnLikelihoods
from strongroom.matching.disguised.match_disguised import levels_of
from strongroom.matching.disguised.posterior import ColumnHypotheses, infer
from strongroom.matching.recognised import Null
from strongroom.matching.values.comparable import ValueKind, Values

_NUMBERS = pl.selectors.numeric()


def _telling(index):
    profiles = sorted(index.columns.values(), key=lambda each: -each.bits)
    return [each.name for each in profiles if each.kind is ValueKind.NUMBER and each.missing < 0.2]


@pytest.fixture
def dozen(extracts):
    table, ordinals = extracts.rows(_telling(extracts.index)[:9], 12)
    return CohortColumns(extracts.cohort), extracts.index, pl.from_arrow(table), ordinals


def blurred(frame):
    draw = np.random.default_rng(2)
    return frame.with_columns(
        pl.col(name) + pl.Series(draw.normal(0, 0.01 * (frame[name].std() or 1), len(frame)))
        for name in frame.columns
    )


def to_three_figures(frame):
    return frame.with_columns(_NUMBERS.cast(pl.Float64).round_sig_figs(3))


def in_other_units(frame):
    return frame.with_columns((_NUMBERS * 2.2046226).round(5))


@pytest.mark.parametrize("change", [blurred, to_three_figures, in_other_units])
def test_changed_rows_are_their_peoples(dozen, change):
    cohort, index, frame, ordinals = dozen
    found = recognise(change(frame).to_arrow(), cohort, index, seed=1)
    assert found.chance.log10 <= BEYOND_CHANCE
    assert found.chance.null is (Null.ALIKE if found.method == "disguised" else Null.INDEPENDENT)
    assert len(found.pairs.rows) >= 8
    assert np.mean(cohort.ordinals(found.pairs.people) == ordinals[found.pairs.rows]) > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_columns_are_nobodys(dozen, seed):
    cohort, index, frame, _ = dozen
    draw = np.random.default_rng(seed)
    shuffled = frame.select(frame[name].gather(draw.permutation(len(frame))) for name in frame.columns)
    assert recognise(blurred(shuffled).to_arrow(), cohort, index, seed=1).chance.log10 > -3


def test_rows_that_repeat_one_person_are_one_witness(dozen):
    cohort, index, frame, _ = dozen
    alike = pl.concat(
        [blurred(frame[:1])] * 1 + [frame[:1].with_columns(_NUMBERS + 1e-4 * k) for k in range(11)]
    )
    assert recognise(alike.to_arrow(), cohort, index, seed=1).chance.log10 > BEYOND_CHANCE


def test_columns_of_one_cohort_column_are_one_witness(extracts):
    # Births of six regions, which follow one another, "agreed" on a cohort's dates: six columns, one witness.
    columns = CohortColumns(extracts.cohort)
    name = _telling(extracts.index)[0]
    levels = levels_of(columns, name)
    held = columns.values(name, decimals=6)
    some = np.random.default_rng(3).choice(held[~np.isnan(held)], 12)
    same = Hypothesis(name, "same", 0.0, next(each for each in all_known_transforms() if each.name == "same"))
    ratios = same.ratios(FileColumn.of(Values(ValueKind.NUMBER, some, 6), np.arange(12)), levels)
    files = [ColumnHypotheses(f"region {place}", [same], [ratios], [levels.codes]) for place in range(6)]
    assert len(infer(files, rows=12, people=columns.people).chosen) == 1


def test_values_are_likeliest_under_their_own_column(extracts):
    columns = CohortColumns(extracts.cohort)
    name = _telling(extracts.index)[0]
    held = columns.values(name, decimals=6)
    some = np.random.default_rng(3).choice(held[~np.isnan(held)], 12)
    thought = ColumnLikelihoods(extracts.index).hypotheses(
        FileColumn.of(Values(ValueKind.NUMBER, some, 6), np.arange(12))
    )
    assert name in [each.column for each in thought[:5]]
    assert thought[0].odds == 0


def test_values_of_no_column_have_no_hypotheses(extracts):
    far = Values(ValueKind.NUMBER, np.arange(1, 13) * 1e13, 0)
    assert ColumnLikelihoods(extracts.index).hypotheses(FileColumn.of(far, np.arange(12))) == []


def test_likelihoods_count_whom_a_repeated_quantile_stands_for():
    quantiles = np.array([[0.0, 5.0, 5.0, 5.0, 10.0], [0.0, 1.0, 2.0, 3.0, 4.0]])
    at_five, beyond = likelihoods(np.array([4.9]), np.array([5.1]), quantiles, -100.0)
    assert at_five == pytest.approx(np.log2(0.5 + 0.25 * 0.04 + 2e-4), abs=0.02)
    assert beyond == pytest.approx(np.log2(2e-4))


def test_numbers_too_large_for_a_way_back_are_no_column_and_no_warning(dozen):
    cohort, index, frame, _ = dozen
    far = frame.with_columns(_NUMBERS.cast(pl.Float64) * 10.0**250)
    assert recognise(far.to_arrow(), cohort, index, seed=1).chance.log10 > -3
    mixed = frame.with_columns(pl.Series(frame.columns[0], [1e300, -1e300] * 6))
    assert recognise(blurred(mixed).to_arrow(), cohort, index, seed=1).chance.log10 <= BEYOND_CHANCE
