"""What a file still shows of the marks is read with the right trust in it, each cell once."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint import Code, observe_column, plan_marks
from strongroom.tracer.fingerprint.decoding.collusion import ERRORS
from strongroom.tracer.fingerprint.decoding.mark_reading import joined

DRAW = np.random.default_rng(4)
VALUES = np.round(DRAW.normal(5.7, 1.1, 5_000), 3)
RULE = plan_marks("x", VALUES)
PLAN, PROJECT = Code(bytes(32)), Code(bytes(range(32)))
POSITIONS = RULE.positions(PLAN, np.arange(len(VALUES)), VALUES)
ORIGINAL = VALUES[POSITIONS.ordinals]
LOW, HIGH = (
    RULE.nudged(ORIGINAL, np.full(len(ORIGINAL), bit), POSITIONS.levels, POSITIONS.raised)
    for bit in (False, True)
)
BITS = PROJECT.bits(POSITIONS)
MARKED = RULE.nudged(ORIGINAL, BITS, POSITIONS.levels, POSITIONS.raised)


def believed(found):
    return np.array(ERRORS)[found.reliability].mean()


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
    assert errors(found) == pytest.approx(believed(found), abs=0.04)


def test_rounding_leaves_only_cells_whose_two_values_differ_still():
    found = observe_column(POSITIONS, np.round(MARKED, 1), LOW, HIGH, grid=0.1)
    assert 0 < found.cells < len(MARKED) / 2
    assert errors(found) == pytest.approx(believed(found), abs=0.03)
    assert np.mean(found.reliability == 0) > 0.5


def test_noise_before_rounding_is_told_from_rounding_alone():
    """Censored by the grid, a value still says something where both of the cell's values round alike."""
    seen = np.round(MARKED + DRAW.normal(0, 0.05, len(MARKED)), 1)
    found = observe_column(POSITIONS, seen, LOW, HIGH, grid=0.1)
    assert found.cells > 0.9 * len(MARKED)
    assert errors(found) == pytest.approx(believed(found), abs=0.03)


def test_a_cell_that_may_be_anothers_is_trusted_less():
    sure = np.where(np.arange(len(MARKED)) % 2 == 0, 1.0, 0.3)
    found = observe_column(POSITIONS, MARKED, LOW, HIGH, grid=RULE.step, certainty=sure)
    assert np.unique(np.array(ERRORS)[found.reliability]) == pytest.approx([0.002, 0.35], abs=0.01)


def test_a_person_who_stands_in_several_rows_counts_once():
    twice = np.concatenate([POSITIONS.ordinals, POSITIONS.ordinals])
    doubled = type(POSITIONS)("x", twice, np.tile(POSITIONS.levels, 2))
    found = observe_column(doubled, *(np.tile(each, 2) for each in (MARKED, LOW, HIGH)), grid=RULE.step)
    assert len(np.unique(found.positions.ordinals)) == found.cells == len(MARKED)


def test_of_two_rows_the_one_more_surely_a_persons_is_read():
    """A stranger's value lies farther off, which must not make it the more reliable one."""
    seen = MARKED + DRAW.normal(0, 2 * RULE.amplitude, len(MARKED))
    strangers = MARKED + DRAW.normal(0, 4 * RULE.amplitude, len(MARKED))
    twice = type(POSITIONS)("x", np.tile(POSITIONS.ordinals, 2), np.tile(POSITIONS.levels, 2))
    sure = np.repeat([0.8, 0.2], len(MARKED))
    found = observe_column(
        twice, np.concatenate([strangers, seen]), np.tile(LOW, 2), np.tile(HIGH, 2), grid=0, certainty=sure
    )
    alone = observe_column(POSITIONS, strangers, LOW, HIGH, grid=0, certainty=sure[: len(MARKED)])
    read = dict(zip(found.positions.ordinals.tolist(), found.shown.tolist(), strict=True))
    told = zip(alone.positions.ordinals.tolist(), alone.shown.tolist(), strict=True)
    assert np.mean([read[who] == shown for who, shown in told if who in read]) > 0.99


def test_missing_values_are_not_read():
    seen = np.where(np.arange(len(MARKED)) % 2 == 0, np.nan, MARKED)
    found = observe_column(POSITIONS, seen, LOW, HIGH, grid=RULE.step)
    assert found.cells == np.count_nonzero(np.isfinite(seen))


def test_of_two_readings_of_one_position_the_more_reliable_counts():
    """Counting both would void the bound: each position counts once, over all columns and tables."""
    clean = observe_column(POSITIONS, MARKED, LOW, HIGH, grid=RULE.step)
    blurred = observe_column(
        POSITIONS, MARKED + DRAW.normal(0, RULE.amplitude, len(MARKED)), LOW, HIGH, grid=0
    )
    both = joined([blurred, clean])
    assert both.cells == len(np.unique(both.positions.ordinals)) == clean.cells
    assert errors(both) <= ERRORS[0]
