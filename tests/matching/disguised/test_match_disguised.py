"""Rows are recognised though every value was changed, and what was done is told."""

import numpy as np
import polars as pl
import pytest

from strongroom.matching import BEYOND_CHANCE, CohortColumns, recognise
from strongroom.matching.disguised.fitting import fit_transform
from strongroom.matching.disguised.value_grid import grid_of
from strongroom.matching.recognised import Null

_ROWS = 100
_NUMBERS = pl.selectors.numeric()


@pytest.fixture
def extract(extracts):
    profiles = extracts.index.columns.values()
    names = [each.name for each in profiles if each.kind.value == "number" and each.missing < 0.2][:11]
    table, ordinals = extracts.rows(names, _ROWS)
    return CohortColumns(extracts.cohort), extracts.index, pl.from_arrow(table), ordinals


def scaled(frame):
    return frame.with_columns((_NUMBERS * 1.8 + 32).round(4))


def standardised(frame):
    return frame.with_columns(((_NUMBERS - _NUMBERS.mean()) / _NUMBERS.std()).round(4))


def ranked(frame):
    return frame.with_columns(_NUMBERS.rank())


def logged(frame):
    return frame.with_columns((_NUMBERS.cast(pl.Float64) + 10).log().round(5))


def noisy(frame):
    draw = np.random.default_rng(2)
    return frame.with_columns(
        pl.col(name) + pl.Series(draw.normal(0, 0.03 * (frame[name].std() or 1), len(frame)))
        for name in frame.columns
    )


@pytest.mark.parametrize("change", [scaled, standardised, ranked, logged, noisy])
def test_changed_values_are_their_peoples(extract, change):
    cohort, index, frame, ordinals = extract
    found = recognise(change(frame).to_arrow(), cohort, index, seed=1)
    assert found.chance.log10 <= BEYOND_CHANCE
    assert found.chance.null in {Null.PERMUTED, Null.ALIKE}
    assert len(found.pairs.rows) > 0.5 * len(found.rows)
    assert np.mean(cohort.ordinals(found.pairs.people) == ordinals[found.pairs.rows]) > 0.9
    if change is scaled:
        told = [each.transform.name for each in found.columns]
        assert sum(transform.startswith("1.8 x +32") for transform in told) >= len(told) // 2


def test_changed_and_shuffled_columns_are_nobodys(extract):
    cohort, index, frame, _ = extract
    draw = np.random.default_rng(3)
    shuffled = frame.select(frame[name].gather(draw.permutation(len(frame))) for name in frame.columns)
    assert recognise(scaled(shuffled).to_arrow(), cohort, index, seed=1).chance.log10 > BEYOND_CHANCE / 2


@pytest.mark.parametrize("factor", [2.54, 0.0555, -3.0])
def test_a_grid_survives_scaling(factor):
    steps = np.unique(np.random.default_rng(4).normal(0, 40, 150).round())
    grid = grid_of(np.sort(steps * factor + 17.2), unit=5e-7)
    assert grid.step == pytest.approx(abs(factor), rel=1e-4)


def test_sparse_ends_and_a_filled_in_mean_do_not_hide_a_grid():
    steps = np.rint(np.random.default_rng(5).normal(0, 40, 900))
    values = np.array([*(-0.25 * steps), -300.0, 41.137])
    assert grid_of(np.sort(values), unit=5e-3).step == pytest.approx(0.25, rel=1e-4)


def test_noise_has_no_grid():
    assert grid_of(np.sort(np.random.default_rng(5).normal(size=200)), unit=5e-7) is None


def test_a_fit_holds_though_a_third_of_the_people_are_wrong():
    draw = np.random.default_rng(6)
    theirs = draw.normal(100, 15, 90)
    mine = 0.5 * theirs - 3
    mine[:30] = draw.permutation(mine[:30])
    fit = fit_transform(mine, theirs, unit=0.0, all_values=theirs)
    assert fit.transform(np.array([80.0]))[0] == pytest.approx(37, abs=0.01)
