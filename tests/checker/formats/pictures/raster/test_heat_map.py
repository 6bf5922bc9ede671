"""Heat maps are read back into their numbers, whatever their scale; what is no lattice is not."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from scipy.stats import spearmanr

from strongroom.checker.formats.pictures.raster import colours, read_cells


def draw(seed=7):
    """Return numbers that do not depend on which tests ran before."""
    return np.random.default_rng(seed)


def drawn(values, scale, kind="png", **options):
    figure = Figure((6, 6))
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    figure.colorbar(axes.pcolormesh(values[::-1], cmap=scale, **options))
    sink = io.BytesIO()
    figure.savefig(sink, dpi=100, format=kind)
    return colours(Image.open(sink))


@pytest.mark.parametrize("shape", [(10, 5), (20, 8)])
@pytest.mark.parametrize(("scale", "border"), [("gray", None), ("viridis", None), ("RdBu", "white")])
def test_a_heat_map_with_axes_is_read(shape, scale, border):
    values = draw().uniform(size=shape)
    found = max(read_cells(drawn(values, scale, edgecolors=border)), key=lambda each: each.levels.size)
    assert found.levels.shape == shape
    assert abs(spearmanr(found.levels.ravel(), values.ravel()).statistic) > 0.99


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9, 20])
def test_blocks_without_axes_are_read(size):
    values = draw().integers(0, 256, (20, 14), dtype=np.uint8)
    picture = np.kron(values, np.ones((size, size), np.uint8))
    [found] = read_cells(np.repeat(picture[..., None], 3, axis=2))
    assert np.array_equal(found.levels.round(), values)
    assert found.of_pixels == (size == 1)


def test_a_picture_too_narrow_for_print_is_cells_however_few_are_filled():
    values = np.zeros((100, 6), np.uint8)
    values[::3, 2] = draw().integers(1, 256, 34)
    [found] = read_cells(np.repeat(values[..., None], 3, axis=2))
    assert np.array_equal(found.levels.round(), values)
    assert not found.of_pixels


def test_cells_blurred_by_jpeg_are_read():
    values = draw().integers(0, 256, (20, 6), dtype=np.uint8)
    sink = io.BytesIO()
    Image.fromarray(np.kron(values, np.ones((12, 12), np.uint8))).save(sink, "JPEG", quality=80)
    [found] = read_cells(colours(Image.open(sink)))
    assert np.abs(found.levels - values).max() < 12


# Of these seeds some draw rows or columns near the page's colour, whose frame JPEG blurs most.
@pytest.mark.parametrize("seed", [206, 245, 258, 286])
@pytest.mark.parametrize("scale", ["RdBu", "viridis"])
def test_a_framed_heat_map_of_ten_rows_blurred_by_jpeg_is_read(scale, seed):
    values = draw(seed).uniform(size=(10, 6))
    found = max(read_cells(drawn(values, scale, "jpg")), key=lambda each: each.levels.size)
    assert found.levels.shape == (10, 6)
    assert abs(spearmanr(found.levels.ravel(), values.ravel()).statistic) > 0.95


def test_a_colour_bar_blurred_by_jpeg_is_no_cells():
    found = read_cells(drawn(draw(244).uniform(size=(10, 6)), "RdBu", "jpg"))
    assert [each.levels.shape for each in found] == [(10, 6)]


def test_a_heat_map_of_values_most_people_lack_is_read():
    numbers = draw()
    values = np.where(numbers.random((60, 12)) < 0.12, numbers.uniform(size=(60, 12)), 0.5)
    found = max(read_cells(drawn(values, "viridis")), key=lambda each: each.levels.size)
    assert found.levels.shape == (60, 12)


def test_what_repeats_counts_once():
    checks = np.indices((20, 20)).sum(axis=0) % 2 * 255
    picture = np.kron(checks.astype(np.uint8), np.ones((10, 10), np.uint8))
    assert sum(each.cells for each in read_cells(np.repeat(picture[..., None], 3, axis=2))) <= 4


def test_a_curve_is_no_lattice():
    figure = Figure((6, 4))
    canvas = FigureCanvasAgg(figure)
    figure.subplots().plot(np.cumsum(draw().normal(size=200)))
    canvas.draw()
    assert read_cells(np.asarray(canvas.buffer_rgba())[..., :3]) == []


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 1000))
def test_no_picture_is_too_small(rows, columns, seed):
    noise = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    for found in read_cells(noise):
        assert np.isfinite(found.levels).all()
