"""Rows are told by what is exactly somebody's, and nobody's rows are not."""

import numpy as np
import pytest

from strongroom.matching.alignment.exact_values import match_exact_values
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.known_transforms import all_known_transforms

SAME = next(all_known_transforms())
DRAW = np.random.default_rng(31)


def told(marked, values, hypotheses_by_column=None):
    """Ask about columns v0, v1 and so on, which could be what they are and the next of the cohort's."""
    names = [f"v{n}" for n in range(values.shape[1])]
    if hypotheses_by_column is None:
        others = [*marked.names[1:], marked.names[0]]
        both = zip(marked.names, others, strict=True)
        hypotheses_by_column = {
            name: [Hypothesis(wrong, "same", 0.5, SAME), Hypothesis(right, "same", 0.0, SAME)]
            for name, (right, wrong) in zip(names, both, strict=True)
        }
    keys = dict(zip(names, values.T, strict=True))
    halves = dict.fromkeys(names, 0.005)
    rows = np.arange(len(values))
    draw = np.random.default_rng(3)
    return match_exact_values(
        hypotheses_by_column, keys, halves, marked.held, marked.reaches, rows=rows, draw=draw
    )


def drawn_again(marked, count, share):
    people = DRAW.permutation(marked.held.people)[:count]
    values = marked.copy(people, marked.names)
    pool = np.column_stack([DRAW.permutation(marked.of(name))[:count] for name in marked.names])
    return people, np.where(DRAW.random(values.shape) < share, pool + 0.123, values)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_values_that_stayed_tell_rows_and_columns(marked, share):
    people, values = drawn_again(marked, 150, share)
    found = told(marked, values)
    # A column that most lack may stay untold.
    assert len(found.columns) >= len(marked.names) - 1
    assert all(each.column == marked.names[int(name[1:])] for name, each in found.columns.items())
    assert np.mean(found.pairs.people == people[found.pairs.rows]) > 0.9
    assert len(found.pairs.rows) > (120 if share == 0 else 40)


def test_nobodys_rows_are_nobodys(marked):
    _, values = drawn_again(marked, 300, 1.0)
    assert told(marked, values) is None
    mixed = np.column_stack([DRAW.permutation(each) for each in drawn_again(marked, 300, 0.0)[1].T])
    assert told(marked, mixed) is None


def test_one_column_tells_nobody(marked):
    _, values = drawn_again(marked, 150, 0.0)
    only = {"v0": [Hypothesis(marked.names[0], "same", 0.0, SAME)]}
    assert told(marked, values, only) is None
    assert told(marked, values, {}) is None
