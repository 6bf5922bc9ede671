"""What lies around cells is cut away, as drawn and blurred, and no row of cells with it."""

import io

import numpy as np
import pytest
from PIL import Image

from strongroom.checker.formats.pictures.raster.cell_borders import without_blurred_border, without_frame

EDGE = 64


def cells(rows, columns, size):
    numbers = np.random.default_rng(7)
    drawn = numbers.integers(40, 216, (rows, columns, 3), dtype=np.uint8)
    return np.kron(drawn, np.ones((size, size, 1), np.uint8))


CELLS = cells(9, 7, 20)
FRAMED = np.pad(CELLS, ((2, 2), (2, 2), (0, 0)))


def test_a_frame_as_drawn_is_cut_away_and_no_more():
    assert np.array_equal(without_frame(FRAMED), CELLS)


@pytest.mark.parametrize("margin", [0, 3, 9])
def test_a_frame_and_page_blurred_by_jpeg_are_cut_away(margin):
    page = np.pad(FRAMED, ((EDGE, EDGE), (EDGE, EDGE), (0, 0)), constant_values=255)
    sink = io.BytesIO()
    Image.fromarray(page).save(sink, "JPEG", quality=75)
    cut = EDGE - margin
    left = without_blurred_border(np.asarray(Image.open(sink))[cut:-cut, cut:-cut])
    assert np.abs(np.subtract(left.shape, CELLS.shape)).max() <= 1


def test_small_cells_of_few_columns_stay_whole():
    small = cells(100, 4, 3)
    assert without_blurred_border(small).shape == small.shape
