"""What is read of a file is what the plan marked, each position once."""

from dataclasses import dataclass

import numpy as np
import pytest

from strongroom.matching.recognised import Pairs, RecognisedColumn, Recognition, Transform
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.plan import MarkPlan
from strongroom.tracer.fingerprint.rules import MarkRule
from strongroom.tracer.reading import Placement, reaches_of, read_marks

PEOPLE = 4_000
# One value in two is heaped and marked a tenth as often as its neighbours.
RULE = MarkRule("weight", 0.1, 0.2, 0.9, 0.0, 200.0, heaps=(70.0,), heap_shares=(0.1,))
PLAN = MarkPlan({"weight": RULE, "copy": RULE, "sex": MarkRule("sex", reason="coded")})
KEY, PROJECT = bytes(range(32)), Code(bytes(range(1, 33)))


@dataclass(frozen=True)
class Held:
    """A cohort of two columns that say the same."""

    weights: np.ndarray

    def values(self, name, *, decimals):
        del decimals
        return self.weights if name in {"weight", "copy"} else np.zeros(PEOPLE)

    def ordinals(self, rows):
        return rows * 3


@pytest.fixture
def held():
    draw = np.random.default_rng(31)
    return Held(np.where(draw.random(PEOPLE) < 0.5, 70.0, np.round(draw.normal(80, 10, PEOPLE), 1)))


def marked(held):
    """Return the positions that carry a mark, and everybody's value in the project's copy."""
    ordinals = held.ordinals(np.arange(PEOPLE))
    positions = Code(KEY).marked("weight", ordinals, RULE.densities(held.weights))
    rows = positions.ordinals // 3
    values = held.weights.copy()
    values[rows] = RULE.nudged(held.weights[rows], PROJECT.bits(positions))
    return positions, values


def recognition_of(values, people, columns=("weight",)):
    pairs = Pairs(np.arange(len(people)), people, np.ones(len(people)))
    same = Transform("same", lambda each: each)
    found = tuple(RecognisedColumn(name, name, same, 0.0, 0.05) for name in columns)
    return Recognition(
        found, np.arange(len(people)), pairs=pairs, values=dict.fromkeys(columns, values[people])
    )


def test_exactly_the_marked_cells_are_read_also_of_a_heap(held):
    positions, values = marked(held)
    (read,) = read_marks([recognition_of(values, np.arange(PEOPLE))], held, Placement(PLAN, Code(KEY)))
    assert np.array_equal(read.positions.ordinals, positions.ordinals)
    assert np.array_equal(read.shown, PROJECT.bits(read.positions))
    heaped = np.isin(read.positions.ordinals // 3, np.flatnonzero(held.weights == 70))
    assert 0.05 < heaped.sum() / np.count_nonzero(held.weights == 70) < 0.15


def test_rows_and_columns_that_repeat_each_other_are_read_once(held):
    positions, values = marked(held)
    twice = recognition_of(values, np.tile(np.arange(PEOPLE), 2), ("weight", "copy"))
    (read,) = read_marks([twice, twice], held, Placement(PLAN, Code(KEY)))
    assert np.array_equal(read.positions.ordinals, positions.ordinals)


def test_a_column_without_marks_has_none_to_read(held):
    values = np.zeros(PEOPLE)
    assert (
        read_marks([recognition_of(values, np.arange(50), ("sex",))], held, Placement(PLAN, Code(KEY))) == []
    )


def test_reaches_are_the_rules_that_move_values():
    assert reaches_of([PLAN, PLAN]) == {"weight": (RULE,), "copy": (RULE,)}
