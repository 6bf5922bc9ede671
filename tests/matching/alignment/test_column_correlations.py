"""Columns told by how they go together."""

import numpy as np
import pytest

from strongroom.matching.alignment.column_correlations import correlated_hypotheses
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.values.comparable import ValueKind, Values


def columns_of(marked, people, names):
    return {
        f"v{n}": Values(ValueKind.NUMBER, np.round(3 * marked.of(name, people) + 1, 4), 4)
        for n, name in enumerate(names)
    }


def test_correlations_bring_the_right_columns_up(marked):
    people = np.arange(1_500)
    names = marked.names[:6]
    values = columns_of(marked, people, names)
    wrong = {each: [Hypothesis(marked.names[-1], "scaled", 0.0)] for each in values}
    told = correlated_hypotheses(wrong, values, marked.held, marked.index)
    listed = [name in {each.column for each in told[f"v{n}"]} for n, name in enumerate(names)]
    assert sum(listed) >= len(names) // 2


EVENLY = [np.arange(1, parts) / parts for parts in (5, 10)]


@pytest.mark.parametrize("shares", [*EVENLY, [0.08, 0.3, 0.55, 0.9]], ids=["fifths", "tenths", "uneven"])
def test_columns_cut_into_bins_are_told_by_correlations_whatever_was_thought(marked, shares):
    people, names = np.arange(1_500), marked.names[:8]
    values = {}
    for n, name in enumerate(names):
        before = marked.of(name, people)
        cuts = np.nanquantile(before, shares)
        cut = np.where(np.isnan(before), np.nan, np.searchsorted(cuts, before, side="right"))
        values[f"v{n}"] = Values(ValueKind.NUMBER, cut, 0)
    coarse = [Hypothesis(marked.names[-1], "same", 0.0)]
    told = correlated_hypotheses(dict.fromkeys(values, coarse), values, marked.held, marked.index)
    found = [name in {each.column for each in told[f"v{n}"]} for n, name in enumerate(names)]
    assert sum(found) >= len(names) - 1


def test_few_rows_say_nothing_of_correlations(marked):
    values = columns_of(marked, np.arange(30), marked.names[:6])
    thought = {each: [Hypothesis(marked.names[0], "same", -1.0)] for each in values}
    assert correlated_hypotheses(thought, values, marked.held, marked.index) == thought
