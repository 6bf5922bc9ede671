"""The first guess, from a few dozen rows: columns and people at once."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

from strongroom.matching.alignment.column_hypotheses import TableHypotheses
from strongroom.matching.alignment.initial_guess import guess
from strongroom.matching.values.comparable import ValueKind, Values


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_columns_are_themselves_and_people_likely(marked, noise):
    every = np.column_stack([marked.of(name) for name in marked.names])
    people = np.flatnonzero(~np.isnan(every).any(axis=1))[:200]
    values = marked.copy(people, marked.names)
    values += np.random.default_rng(21).normal(0, 1, values.shape) * noise * values.std(axis=0)
    columns = {f"v{n}": Values(ValueKind.NUMBER, each, 3) for n, each in enumerate(values.T)}
    found = guess(
        TableHypotheses(columns, marked.held, marked.index), marked.reaches, draw=np.random.default_rng(22)
    )
    right = [found.columns[f"v{n}"].column == name for n, name in enumerate(marked.names)]
    assert np.mean(right) > 0.7
    assert np.mean(found.people == people[found.rows]) > 0.7
    assert found.bits > 2 * len(found.rows)


def test_there_is_none_without_varied_columns(marked):
    flat = {"v": Values(ValueKind.NUMBER, np.ones(20), 0)}
    draw = np.random.default_rng(1)
    assert guess(TableHypotheses(flat, marked.held, marked.index), marked.reaches, draw=draw) is None
    assert guess(TableHypotheses({}, marked.held, marked.index), marked.reaches, draw=draw) is None


@pytest.mark.parametrize("sign", [1, -1])
def test_normal_scores_are_read_in_either_direction(marked, sign):
    """If all columns are reversed, correlations stay as they are, and symmetrical shapes do not show it."""
    every = np.column_stack([marked.of(name) for name in marked.names])
    people = np.flatnonzero(~np.isnan(every).any(axis=1))
    shares = (rankdata(marked.copy(people, marked.names), axis=0) - 0.5) / len(people)
    columns = {f"v{n}": Values(ValueKind.NUMBER, sign * each, 6) for n, each in enumerate(ndtri(shares).T)}
    likely = TableHypotheses(columns, marked.held, marked.index)
    found = guess(likely, marked.reaches, draw=np.random.default_rng(22))
    assert {each.kind for each in found.columns.values()} == {"rising" if sign > 0 else "falling"}
    assert np.mean(found.people == people[found.rows]) > 0.7
