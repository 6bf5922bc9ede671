"""Rows drawn so that they show: T-CHECK-29."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from strongroom.checker.artefacts import FoundPicture, FoundTable
from strongroom.checker.policy import default_policy
from strongroom.checker.readers import read_bytes

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
    picture, table = read_bytes(drawn(kind, size, *colours), "table.png")
    assert isinstance(picture, FoundPicture)
    assert picture.lines >= default_policy().picture_lines
    assert isinstance(table, FoundTable)
    read = {f"{value:.2f}" for column in table.table.columns for value in column.to_pylist() if value}
    assert len(read & {value for row in ROWS for value in row}) > 50
