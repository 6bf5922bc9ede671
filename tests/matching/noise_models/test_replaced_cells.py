"""Cells that were blanked and filled again are told from noise; those that stayed are read all the same."""

import numpy as np
import pytest

from strongroom.matching.noise_models.replaced_cells import fitted_replaced
from strongroom.tracer.fingerprint.code import Positions
from strongroom.tracer.fingerprint.decoding.mark_reading import observe_column

CELLS, REACH, HALF, WIDE = 2_000, 0.02, 0.005, 0.7
SURE = np.ones(CELLS)
REACHES = np.full(CELLS, REACH)


def filled(share, seed=7):
    """Return bits, -1 or 1, and how far off values are of which a share was drawn again."""
    draw = np.random.default_rng(seed)
    bits = np.where(draw.random(CELLS) < 0.5, 1.0, -1.0)
    off = np.where(draw.random(CELLS) < share, draw.normal(0, WIDE, CELLS), bits * REACH)
    return bits, np.round(off / (2 * HALF)) * 2 * HALF


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_the_share_replaced_is_told(share):
    _, away = filled(share)
    found = fitted_replaced(away, REACHES, HALF, SURE, spread=0.9 * WIDE)
    assert abs(found.share - share) <= 0.1
    assert found.spread <= 0.25 * REACH


@pytest.mark.parametrize("spread", [0.02, 0.1, 0.5])
def test_noise_replaces_nothing(spread):
    draw = np.random.default_rng(8)
    bits, _ = filled(0.0)
    for noise in (draw.normal(0, spread, CELLS), draw.laplace(0, spread / 2**0.5, CELLS)):
        assert fitted_replaced(bits * REACH + noise, REACHES, HALF, SURE, spread=spread) is None
    few = slice(30)
    assert fitted_replaced(filled(0.8)[1][few], REACHES[few], HALF, SURE[few], spread=WIDE) is None


@pytest.mark.parametrize(("share", "read"), [(0.5, 0.4), (0.8, 0.15)])
def test_cells_that_stayed_are_read(share, read):
    bits, away = filled(share)
    original = np.random.default_rng(9).normal(10, 1, CELLS).round(2)
    cells = Positions("column", np.arange(CELLS), np.zeros(CELLS, np.uint8))
    found = observe_column(cells, original + away, original - REACH, original + REACH, grid=2 * HALF)
    # Wrong once in fourteen at most: the replaced that fell on one of the two values are among these.
    sure = found.reliability <= 2
    right = found.shown[sure] == (bits[found.positions.ordinals[sure]] > 0)
    assert read <= np.mean(sure) * found.cells / CELLS <= 1.3 * (1 - share)
    assert np.mean(right) > 0.93


def test_what_was_replaced_says_nothing():
    _, away = filled(0.8)
    replaced = fitted_replaced(away, REACHES, HALF, SURE, spread=WIDE)
    assert np.array_equal(replaced.density_of_replaced(away, HALF), replaced.density_of_replaced(-away, HALF))
    # Read with the bits of nobody, as many cells agree as chance has it.
    original = np.random.default_rng(9).normal(10, 1, CELLS).round(2)
    cells = Positions("column", np.arange(CELLS), np.zeros(CELLS, np.uint8))
    found = observe_column(cells, original + away, original - REACH, original + REACH, grid=2 * HALF)
    far = np.abs(away[found.positions.ordinals]) > 3 * REACH
    assert not far.any()
