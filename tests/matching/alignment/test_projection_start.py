"""Tables rebuilt from principal components show the plane their rows lie in, and so how they were made."""

import numpy as np
import pytest

from strongroom.matching.alignment.projection_start import dimensions_of, projected
from strongroom.matching.values.comparable import ValueKind, Values


@pytest.fixture
def copied(marked):
    """Names of columns in the cohort's order, people without a missing value, and marked copies of them."""
    names = [name for name in marked.index.columns if name in marked.names]
    every = np.column_stack([marked.of(name) for name in names])
    people = np.flatnonzero(~np.isnan(every).any(axis=1))
    return names, people, marked.copy(people, names)


def rebuilt(values, kept):
    """Return values rebuilt from their first principal components."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    axes = np.linalg.svd((values - mean) / spread, full_matrices=False)[2][:kept]
    return (values - mean) / spread @ axes.T @ axes * spread + mean


def table(values, names, decimals=6):
    columns = zip(names, np.round(values, decimals).T, strict=True)
    found = {name: Values(ValueKind.NUMBER, each, decimals) for name, each in columns}
    return found, dict.fromkeys(names, 0.5 * 10.0**-decimals)


@pytest.mark.parametrize("renamed", [False, True])
def test_rows_are_nearest_to_the_projection_of_their_people(marked, copied, renamed):
    names, people, values = copied
    shown = rebuilt(values, 4)
    headed = [f"v{place}" for place in range(len(names))] if renamed else names
    hypotheses, columns = projected(*table(shown, headed), marked.held, marked.index)
    assert [each.column for each in hypotheses.values()] == names
    expected = np.column_stack([each.shown(marked.of(each.cohort_column), slice(None)) for each in columns])
    spread = shown.std(axis=0)
    nearest = [(((expected[people] - row) / spread) ** 2).sum(axis=1).argmin() for row in shown[:150]]
    assert np.mean(np.array(nearest) == np.arange(150)) > 0.9


def test_rounded_values_lie_in_a_plane_too_and_measurements_do_not(marked, copied):
    names, _, values = copied
    rough = np.round(rebuilt((values - values.mean(axis=0)) / values.std(axis=0), 4), 2)
    assert dimensions_of(*table(rough, names, 2)) == (4, len(names))
    assert dimensions_of(*table(values, names)) == (len(names), len(names))
    assert projected(*table(values, names), marked.held, marked.index) == ({}, ())


def test_few_rows_few_columns_and_unknown_columns_are_no_start(marked, copied):
    names, _, values = copied
    shown = rebuilt(values, 3)
    assert dimensions_of(*table(shown[:5], names)) == (0, 0)
    assert dimensions_of(*table(shown[:, :3], names[:3])) == (0, 0)
    other = [f"v{place}" for place in range(len(names))]
    assert projected(*table(shown + 1e4, other), marked.held, marked.index) == ({}, ())
