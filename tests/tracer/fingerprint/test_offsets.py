"""A mark moves its cell no farther than it must: what a bit nearly always is, leaves the cell as it was."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint.code import LEVEL_SHARES, LEVELS
from strongroom.tracer.fingerprint.offsets import (
    CENTRED,
    level_offsets,
    mean_square_offset,
    offset_probabilities,
    steps_for_strength,
)

ONES = np.array(LEVELS) / 256
SHARES = np.array(LEVEL_SHARES) / 256
ZERO, ONE = level_offsets(CENTRED).reshape(-1, 2).T


def test_the_two_values_lie_as_far_apart_at_every_level():
    assert np.array_equal(ONE - ZERO, np.full(len(LEVELS), 2.0))


def test_the_frequent_bit_of_a_biased_level_moves_nothing():
    assert np.array_equal(np.where(ONES < 0.5, ZERO, ONE)[ONES != 0.5], np.zeros(4))


def test_moves_are_centred_on_the_original():
    assert pytest.approx(0, abs=1e-12) == SHARES @ (ONES * ONE + (1 - ONES) * ZERO)
    assert sum(ratio * chance for ratio, chance in offset_probabilities(CENTRED)) == pytest.approx(
        0, abs=1e-12
    )


def test_as_much_is_told_at_less_cost_than_by_moving_every_cell():
    assert mean_square_offset(0.0) == pytest.approx(1.0)
    assert mean_square_offset(CENTRED) == pytest.approx(99 / 128)
    assert dict(offset_probabilities(0.0)) == pytest.approx({-1.0: 0.5, 1.0: 0.5})
    assert sum(chance for _, chance in offset_probabilities(CENTRED)) == pytest.approx(1.0)


@pytest.mark.parametrize("strength", [0.05, 0.3, 0.87, 0.9, 1.0, 1.4, 2.2, 7.77, 400.3])
def test_whole_steps_have_exactly_the_strength_asked_for(strength):
    steps, density, rise = steps_for_strength(strength, CENTRED)
    assert 0 < density <= 1
    assert 0 <= rise <= 1
    square = (1 - rise) * steps**2 + rise * (steps + 1) ** 2
    assert density * square * mean_square_offset(CENTRED) == pytest.approx(strength**2)
