"""What a file still shows of the marks is read with the right trust in it, each cell once."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint import Code, observe_column, plan_marks

DRAW = np.random.default_rng(4)
VALUES = np.round(DRAW.normal(5.7, 1.1, 5_000), 3)
RULE = plan_marks("x", VALUES)
PLAN, PROJECT = Code(bytes(32)), Code(bytes(range(32)))
POSITIONS = PLAN.marked("x", np.flatnonzero(RULE.markable(VALUES)), RULE.density)
ORIGINAL = VALUES[POSITIONS.ordinals]
LOW, HIGH = (RULE.nudged(ORIGINAL, np.full(len(ORIGINAL), bit)) for bit in (False, True))
BITS = PROJECT.bits(POSITIONS)
MARKED = RULE.nudged(ORIGINAL, BITS)


def errors(found):
    held = dict(zip(POSITIONS.ordinals.tolist(), BITS.tolist(), strict=True))
    return np.mean(
        [held[who] != bit for who, bit in zip(found.positions.ordinals.tolist(), found.shown, strict=True)]
    )


def test_untouched_marks_are_all_read_and_trusted():
    found = observe_column(POSITIONS, MARKED, LOW, HIGH, grid=RULE.step)
    assert found.cells == len(MARKED)
    assert errors(found) == 0
    assert set(found.reliability) == {0}


@pytest.mark.parametrize("noise", [0.5, 1.0, 2.0])
def test_noise_costs_trust_as_much_as_it_costs_truth(noise):
    seen = MARKED + DRAW.normal(0, noise * RULE.amplitude, len(MARKED))
    found = observe_column(POSITIONS, seen, LOW, HIGH, grid=0)
    believed = np.array([0.002, 0.04, 0.12, 0.22, 0.33, 0.44])[found.reliability].mean()
    assert errors(found) == pytest.approx(believed, abs=0.12)


def test_rounding_leaves_only_cells_whose_two_values_differ_still():
    found = observe_column(POSITIONS, np.round(MARKED, 1), LOW, HIGH, grid=0.1)
    assert 0 < found.cells < len(MARKED) / 2
    assert errors(found) < 0.05


def test_a_person_who_stands_in_several_rows_counts_once():
    twice = np.concatenate([POSITIONS.ordinals, POSITIONS.ordinals])
    doubled = type(POSITIONS)("x", twice, np.tile(POSITIONS.levels, 2))
    found = observe_column(doubled, *(np.tile(each, 2) for each in (MARKED, LOW, HIGH)), grid=RULE.step)
    assert len(np.unique(found.positions.ordinals)) == found.cells == len(MARKED)


def test_missing_values_are_not_read():
    seen = np.where(np.arange(len(MARKED)) % 2 == 0, np.nan, MARKED)
    found = observe_column(POSITIONS, seen, LOW, HIGH, grid=RULE.step)
    assert found.cells == np.count_nonzero(np.isfinite(seen))
