"""Columns smoothed with the help of others: what these add is found and taken off, and nothing is made up."""

import numpy as np
import pytest

from strongroom.matching.alignment.column_fitting import ColumnFitter
from strongroom.matching.alignment.regression_smoothing import RegressionSmoothing
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.recognised import Pairs
from strongroom.matching.values.comparable import ValueKind, Values

COLUMNS = 5


@pytest.fixture
def fitted(marked):
    """Return a way to fit a file's columns to pairs, and to tell which are blended."""
    names = marked.names[:COLUMNS]
    known = np.flatnonzero(np.all([~np.isnan(marked.of(name)) for name in names], axis=0))[:1_500]

    def fit(shown):
        values = {
            f"v{at}": Values(ValueKind.NUMBER, column, 4)
            for at, column in enumerate(shown(marked.copy(known, names)).T)
        }
        thought = {
            f"v{at}": Hypothesis(name, "same", 0.0, next(all_known_transforms()))
            for at, name in enumerate(names)
        }
        pairs = Pairs(np.arange(len(known)), known, np.ones(len(known)))
        before = ColumnFitter(values, marked.held, marked.reaches).fitted(thought, pairs)
        return (
            before,
            RegressionSmoothing(values, marked.held, marked.reaches).of(before, pairs),
            known,
            values,
        )

    return fit


def spreads(values):
    return np.std(values, axis=0)


def regressed(values, weight):
    """Return values moved part of the way to what the other columns predict."""
    standard = (values - values.mean(axis=0)) / spreads(values)
    moved = np.empty(values.shape)
    for at in range(values.shape[1]):
        others = np.delete(standard, at, axis=1)
        guess = others @ np.linalg.lstsq(others, standard[:, at], rcond=None)[0]
        moved[:, at] = (1 - weight) * standard[:, at] + weight * guess
    return moved * spreads(values) + values.mean(axis=0)


@pytest.mark.parametrize("weight", [0.5, 0.75])
def test_what_other_columns_added_is_taken_off_and_marks_remain(fitted, marked, weight):
    before, after, people, values = fitted(lambda held: regressed(held, weight))
    blended = [each for each in after if each.others_part is not None]
    assert blended
    for plain, each in zip(before, after, strict=True):
        if each.others_part is None:
            continue
        assert each.noise < 0.5 * plain.noise
        mine = values[each.file_column].keys
        off = mine - each.shown(marked.of(each.cohort_column, people), people)
        place = marked.names.index(each.cohort_column)
        moved = marked.copy(people, marked.names[:COLUMNS])[:, place] - marked.of(each.cohort_column, people)
        # The rest is the marks of the other columns, which were blended in as well.
        assert np.corrcoef(off, moved)[0, 1] > 1 - weight


def test_rebuilt_from_principal_components_is_a_blend_too(fitted):
    def rebuilt(values):
        mean, spread = values.mean(axis=0), spreads(values)
        axes = np.linalg.svd((values - mean) / spread, full_matrices=False)[2][:3]
        return (values - mean) / spread @ axes.T @ axes * spread + mean

    before, after, *_ = fitted(rebuilt)
    noise = {each.file_column: each.noise for each in before}
    blended = [each for each in after if each.others_part is not None]
    assert len(blended) >= COLUMNS - 2
    assert all(each.noise < 0.3 * noise[each.file_column] for each in blended)


def test_noise_and_copies_as_they_are_are_no_blend(fitted):
    draw = np.random.default_rng(4)
    noisy = lambda values: values + 0.3 * spreads(values) * draw.normal(size=values.shape)  # noqa: E731
    for shown in (noisy, lambda values: values):
        before, after, *_ = fitted(shown)
        assert after == before
        assert all(each.others_part is None for each in after)


def test_strangers_values_and_few_pairs_do_not_count(fitted):
    draw = np.random.default_rng(5)
    mixed = lambda values: np.column_stack([draw.permutation(each) for each in values.T])  # noqa: E731
    before, after, *_ = fitted(mixed)
    assert after == before
    few = lambda values: np.where(np.arange(len(values))[:, None] < 30, regressed(values, 0.5), np.nan)  # noqa: E731
    before, after, *_ = fitted(few)
    assert all(each.others_part is None for each in after)
