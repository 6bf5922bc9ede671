"""A rule says what may come out of a cell, and reads back from a plan as it was written."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint.rules import DOSAGE, PAIR, SINGLE, MarkRule, places_of

GRID = MarkRule("x", step=0.1, amplitude=0.2, density=0.5, low=1.0, high=9.0, rise=0.3, lean=1.0)
RULES = [
    GRID,
    MarkRule("x", step=0.1, density=1.0, low=2.0, high=8.0, relative=0.05, lean=1.0),
    MarkRule("x", density=0.05, low=3.0, high=4.0, form=PAIR),
    MarkRule("x", step=0.01, amplitude=0.013, density=1.0, low=1.0, high=9.0, form=SINGLE),
    MarkRule("x", step=0.01, amplitude=0.01, density=1.0, form=DOSAGE, decimals=2.0),
    MarkRule("x", step=1.0, amplitude=2.0, density=1.0, low=1.0, high=9.0, kept=(4.0,), heaps=(5.0,),
             heap_shares=(0.25,), reason="because"),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_reads_back_as_it_was_written(rule):
    assert MarkRule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("bit", [False, True])
def test_what_a_cell_becomes_is_among_what_it_may_become(rule, bit):
    values = np.round(np.linspace(3, 4, 11), 1)
    bits = np.full(11, bit)
    for raised in (np.zeros(11, bool), np.ones(11, bool)):
        for level in range(3):
            moved = rule.nudged(values, bits, np.full(11, level, np.uint8), raised)
            assert (moved == rule.outcomes(values)).any(axis=0).all()


def test_only_what_is_on_the_grid_between_the_bounds_is_marked():
    assert GRID.markable(np.array([0.9, 1.0, 5.5, 5.55, 9.0, 9.1, np.nan])).tolist() == [
        False, True, True, False, True, False, False,
    ]  # fmt: skip


def test_kept_values_stay_and_heaps_are_marked_more_rarely():
    assert RULES[-1].densities(np.array([3.0, 4.0, 5.0])).tolist() == [1.0, 0.0, 0.25]


@pytest.mark.parametrize(("step", "places"), [(5.0, 0), (1.0, 0), (0.5, 1), (0.02, 2), (1e-6, 6)])
def test_places_write_every_multiple_of_a_step(step, places):
    assert places_of(step) == places
