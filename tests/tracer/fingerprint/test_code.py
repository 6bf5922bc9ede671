"""Bits are secret, reproducible, and exactly as often 1 as the decoder believes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from strongroom.tracer.fingerprint.code import LEVEL_SHARES, LEVELS, Code, Positions, locate

PLAN, PROJECT = bytes(range(32)), bytes(range(1, 33))


def positions(count, level=2, column="bmi"):
    return Positions(column, np.arange(count), np.full(count, level, np.uint8))


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_a_bit_is_1_exactly_as_often_as_the_decoder_believes(level):
    ones = int(Code(PROJECT).bits(positions(400_000, level)).sum())
    assert binomtest(ones, 400_000, LEVELS[level] / 256).pvalue > 1e-6


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=200, unique=True))
def test_a_persons_bit_does_not_depend_on_who_else_is_asked_for(ordinals):
    chosen = np.array(ordinals)
    together = Code(PROJECT).bits(Positions("bmi", chosen, np.ones(len(chosen), np.uint8)))
    alone = [
        Code(PROJECT).bits(Positions("bmi", chosen[[k]], np.ones(1, np.uint8)))[0] for k in range(len(chosen))
    ]
    assert list(together) == alone


def test_columns_keys_and_uses_have_streams_of_their_own():
    one = Code(PROJECT).bits(positions(4_096))
    for other in (Code(PROJECT).bits(positions(4_096, column="sbp")), Code(PLAN).bits(positions(4_096))):
        assert 0.45 < np.mean(one == other) < 0.55


def test_located_beforehand_or_not_the_bits_are_the_same():
    parts = [positions(100), positions(50, level=2, column="sbp")]
    together = Code(PROJECT).bits_at(locate(parts))
    assert np.array_equal(together, np.concatenate([Code(PROJECT).bits(part) for part in parts]))


def test_as_many_cells_are_marked_as_planned_at_the_levels_planned():
    marked = Code(PLAN).marked("bmi", np.arange(200_000), 0.3)
    assert binomtest(len(marked.ordinals), 200_000, round(0.3 * 65_536) / 65_536).pvalue > 1e-6
    shares = np.bincount(marked.levels, minlength=len(LEVELS)) / len(marked.levels)
    assert shares == pytest.approx(np.array(LEVEL_SHARES) / 256, abs=0.01)
