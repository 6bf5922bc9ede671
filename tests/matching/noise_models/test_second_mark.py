"""A second mark on top is told from noise, and cells are read in spite of it."""

import numpy as np
import pytest

from strongroom.matching.noise_models.second_mark import fitted_second_mark
from strongroom.tracer.fingerprint.code import Positions
from strongroom.tracer.fingerprint.decoding.mark_reading import observe_column

CELLS, REACH, HALF = 2_000, 0.1, 0.005
DRAW = np.random.default_rng(7)
BITS = np.where(DRAW.random(CELLS) < 0.5, 1.0, -1.0)
REACHES = REACH * DRAW.uniform(0.7, 1.3, CELLS)
SURE = np.ones(CELLS)


def jumped(size):
    coin = np.where(DRAW.random(CELLS) < 0.5, 1.0, -1.0)
    return np.round((BITS + size * coin) * REACHES / (2 * HALF)) * 2 * HALF


@pytest.mark.parametrize("size", [0.5, 1.0, 2.0, 3.0])
def test_another_mark_is_told_with_its_size(size):
    away = jumped(size)
    found = fitted_second_mark(away, REACHES, HALF, SURE, spread=float(np.std(away)))
    assert abs(found.size - size) < 0.15
    assert found.spread < 0.3 * REACH


@pytest.mark.parametrize("spread", [0.05, 0.1, 0.3])
def test_noise_is_no_jump(spread):
    for noise in (DRAW.normal(0, spread, CELLS), DRAW.laplace(0, spread / 2**0.5, CELLS)):
        assert fitted_second_mark(BITS * REACHES + noise, REACHES, HALF, SURE, spread=spread) is None
    few = slice(50)
    assert fitted_second_mark(jumped(2.0)[few], REACHES[few], HALF, SURE[few], spread=0.2) is None


@pytest.mark.parametrize(("size", "read"), [(1.0, 0.45), (2.0, 0.9)])
def test_cells_are_read_under_another_mark(size, read):
    original = DRAW.normal(10, 1, CELLS).round(2)
    levels = np.zeros(CELLS, np.uint8)
    seen = original + jumped(size)
    found = observe_column(
        Positions("column", np.arange(CELLS), levels),
        seen,
        original - REACHES,
        original + REACHES,
        grid=2 * HALF,
    )
    # The surest bin: wrong once in a hundred at most.
    sure = found.reliability == 0
    right = found.shown[sure] == (BITS[found.positions.ordinals[sure]] > 0)
    assert np.mean(sure) * found.cells / CELLS > read
    assert np.mean(right) > 0.97
