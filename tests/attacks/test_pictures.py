"""Rows drawn so that they show: T-CHECK-29, T-CHECK-87 and T-CHECK-88."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from strongroom.checker.contents.drawing_kind import Drawn, apart_in, drawn_as
from strongroom.checker.contents.found import FoundPicture, FoundTable
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.policy import default_policy

DRAW = np.random.default_rng(11)
ROWS = [[f"{value:.2f}" for value in row] for row in DRAW.normal(50, 12, (20, 5))]


def drawn(kind, size, paper, ink):
    page = Image.new("RGB", (40 * size, 12 + 20 * int(1.5 * size)), paper)
    for line, row in enumerate(ROWS):
        pen = ImageDraw.Draw(page)
        pen.text((6, 6 + line * int(1.5 * size)), "  ".join(row), fill=ink, font=ImageFont.load_default(size))
    sink = io.BytesIO()
    page.save(sink, kind)
    return sink.getvalue()


@pytest.mark.parametrize(("kind", "size"), [("PNG", 10), ("JPEG", 10), ("PNG", 16), ("GIF", 24)])
@pytest.mark.parametrize("colours", [("white", "black"), ("black", (200, 230, 200))])
def test_rows_drawn_as_a_picture_are_seen(kind, size, colours):
    """The lines are counted, and most numbers are read as they were written."""
    picture, table, *dots = read_bytes(drawn(kind, size, *colours), "table.png")
    assert not any(apart_in(found) for found in dots)
    assert isinstance(picture, FoundPicture)
    assert picture.lines >= default_policy().picture_lines
    assert isinstance(table, FoundTable)
    read = {f"{value:.2f}" for column in table.table.columns for value in column.to_pylist() if value}
    assert len(read & {value for row in ROWS for value in row}) > 50


def saved(make):
    figure = Figure((6, 5))
    FigureCanvasAgg(figure)
    make(figure.subplots())
    sink = io.BytesIO()
    figure.savefig(sink, dpi=120, format="png")
    return sink.getvalue()


def test_people_as_dots_of_a_picture_are_seen():
    """Their places are a table, in whose first rows nothing else touches them."""
    ages, sizes = DRAW.integers(20, 80, 150), DRAW.normal(27, 4, 150)
    found = list(read_bytes(saved(lambda axes: axes.scatter(ages, sizes, s=6)), "figure.png"))
    [dots] = [each for each in found if isinstance(each, FoundTable) and drawn_as(each) is Drawn.SPOTS]
    assert apart_in(dots) >= default_policy().dots_drawn
    assert dots.total_rows <= 155
    steps = np.sort(np.unique(dots.table["x"].to_numpy()[: apart_in(dots)].round()))
    assert len(steps) <= 60  # an age stands in one column of pixels


def test_people_as_cells_of_a_picture_are_seen():
    """The cells are counted, and their levels are a row each person."""
    values = DRAW.uniform(size=(80, 7))
    picture, *tables = read_bytes(
        saved(lambda axes: axes.pcolormesh(values[::-1], cmap="gray")), "figure.png"
    )
    assert picture.cells >= default_policy().picture_cells
    [cells] = [
        each.table for each in tables if isinstance(each, FoundTable) and drawn_as(each) is Drawn.CELLS
    ]
    read = np.column_stack([column.to_numpy() for column in cells.columns])
    assert read.shape == values.shape
    assert np.corrcoef(read.ravel(), values.ravel())[0, 1] > 0.999
