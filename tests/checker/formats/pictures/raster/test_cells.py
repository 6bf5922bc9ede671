"""Cells of a lattice are counted, whatever their size; what repeats, or is no lattice, is not."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from strongroom.checker.formats.pictures.raster import weighted_cells
from strongroom.checker.policy import default_policy

MOST = default_policy().picture_cells


def blocks(cells, size):
    return np.kron(cells, np.ones((size, size), np.uint8))


def shades_of(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].mean(axis=2).astype(np.uint8)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 8])
def test_blocks_that_carry_bits_are_counted(size):
    bits = np.random.default_rng(1).integers(0, 2, (50, 50), dtype=np.uint8) * 255
    assert weighted_cells(blocks(bits, size)) >= MOST


def test_blocks_below_a_figure_are_counted():
    page = np.full((600, 800), 255, np.uint8)
    bits = np.random.default_rng(1).integers(0, 2, (40, 180), dtype=np.uint8) * 255
    page[430:590, 40:760] = blocks(bits, 4)
    assert weighted_cells(page) >= MOST


def test_a_heat_map_of_single_pixels_is_counted():
    assert weighted_cells(np.random.default_rng(2).integers(0, 256, (10, 5), dtype=np.uint8)) >= MOST


def test_grids_and_hatchings_are_not_counted():
    grid = np.full((500, 500), 255, np.uint8)
    grid[::7] = 0
    grid[:, ::7] = 0
    checks = np.indices((200, 200)).sum(axis=0).astype(np.uint8) % 2 * 255
    assert weighted_cells(grid) < MOST
    assert weighted_cells(checks) < MOST


@pytest.mark.parametrize("edges", [None, "white"])
def test_a_heat_map_of_few_hundred_cells_passes(edges):
    figure = Figure(figsize=(6, 5))
    shares = np.corrcoef(np.random.default_rng(3).normal(size=(15, 100)))
    figure.subplots().pcolormesh(shares, edgecolors=edges)
    assert 0 < weighted_cells(shades_of(figure)) < MOST


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 3)])
def test_tiny_and_flat_pictures_have_no_cells(shape):
    assert weighted_cells(np.zeros(shape, np.uint8)) == 0
