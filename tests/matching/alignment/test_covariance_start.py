"""Tables smoothed as a whole: rows are told by the linear map that moves values least."""

import numpy as np
import pytest

from strongroom.matching.alignment.covariance_start import jointly_smoothed, same_named_columns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.values.comparable import ValueKind, Values


def complete(marked, names):
    every = np.column_stack([marked.of(name) for name in names])
    return np.flatnonzero(~np.isnan(every).any(axis=1)), every


def rebuilt(values, kept):
    """Return values rebuilt from their first principal components."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    standard = (values - mean) / spread
    axes = np.linalg.svd(standard, full_matrices=False)[2][:kept]
    return standard @ axes.T @ axes * spread + mean


def table(values, names):
    return {name: Values(ValueKind.NUMBER, column, 4) for name, column in zip(names, values.T, strict=True)}


@pytest.mark.parametrize("kept", [3, 4])
def test_rows_are_nearest_to_what_the_map_makes_of_their_people(marked, kept):
    names = marked.names[:8]
    people, every = complete(marked, names)
    shown = rebuilt(marked.copy(people, names), kept)
    columns = jointly_smoothed(
        same_named_columns(table(shown, names), marked.index), table(shown, names), marked.held
    )
    assert [each.cohort_column for each in columns] == names
    spread = shown.std(axis=0)
    expected = np.column_stack([each.shown(marked.of(each.cohort_column), slice(None)) for each in columns])
    nearest = [(((expected[people] - row) / spread) ** 2).sum(axis=1).argmin() for row in shown[:150]]
    assert np.mean(np.array(nearest) == np.arange(150)) > 0.9
    off = [np.std((each[people] - shown) / spread) for each in (expected, every)]
    assert off[0] < 0.5 * off[1]


def test_names_are_read_whatever_their_case_and_others_are_not(marked):
    name, values = marked.names[0], np.arange(10.0)
    found = same_named_columns(
        table(np.column_stack([values, values]), [name.upper(), "other"]), marked.index
    )
    assert {file: each.column for file, each in found.items()} == {name.upper(): name}


def test_too_few_columns_and_constant_ones_are_no_start(marked):
    names = marked.names[:3]
    thought = {name: Hypothesis(name, "scaled", 0.0) for name in names}
    people, every = complete(marked, names)
    two = {name: thought[name] for name in names[:2]}
    assert jointly_smoothed(two, table(every[people], names), marked.held) == ()
    still = np.where(np.arange(3) == 1, 7.0, every[people])
    assert jointly_smoothed(thought, table(still, names), marked.held) == ()
