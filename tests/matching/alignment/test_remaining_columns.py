"""Columns nobody recognised by themselves are told by the people already known."""

import numpy as np
import pytest

from strongroom.matching.alignment.column_hypotheses import TableHypotheses
from strongroom.matching.alignment.remaining_columns import RemainingColumns
from strongroom.matching.recognised import Pairs
from strongroom.matching.values.comparable import ValueKind, Values


def completed(marked, values, people, known=None):
    columns = {"v": Values(ValueKind.NUMBER, values, 4)}
    pairs = Pairs(np.arange(len(people)), people, np.ones(len(people)))
    return RemainingColumns(TableHypotheses(columns, marked.held, marked.index), marked.reaches).of(
        known or {}, pairs
    )


def people_with(marked, name, count):
    return np.flatnonzero(~np.isnan(marked.of(name)))[:count]


def test_eight_rows_tell_every_column(marked):
    for name in marked.names:
        people = people_with(marked, name, 8)
        assert completed(marked, marked.copy(people, [name])[:, 0], people)["v"].column == name


@pytest.mark.parametrize("sds", [0.2, 0.7])
def test_noise_that_changed_a_columns_shape_does_not_hide_it(marked, sds):
    for name in marked.names:
        people = people_with(marked, name, 900)
        noise = np.random.default_rng(6).normal(0, sds * np.std(marked.of(name, people)), len(people))
        found = completed(marked, marked.copy(people, [name])[:, 0] + noise, people)
        assert found["v"].column.rsplit("_", 1)[0] == name.rsplit("_", 1)[0]


def test_values_of_other_people_are_no_column(marked):
    name = marked.names[0]
    people = people_with(marked, name, 900)
    shuffled = np.random.default_rng(7).permutation(marked.of(name, people))
    assert completed(marked, shuffled, people) == {}


def test_what_is_known_stays_and_nobody_tells_nothing(marked):
    people = people_with(marked, marked.names[0], 30)
    known = {"v": object()}
    assert completed(marked, marked.of(marked.names[0], people), people, known) == known
    nobody = Pairs(np.empty(0, int), np.empty(0, int), np.empty(0))
    values = {"v": Values(ValueKind.NUMBER, np.ones(3), 0)}
    likely = TableHypotheses(values, marked.held, marked.index)
    assert RemainingColumns(likely, marked.reaches).of({}, nobody) == {}
