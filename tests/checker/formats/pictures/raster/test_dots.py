"""Dots of a scatter plot are found where they stand, and nothing else is taken for dots."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont
from scipy.spatial import cKDTree

from strongroom.checker.formats.pictures.raster import colours, find_points, panels, strokes

DRAW = np.random.default_rng(5)


def saved(figure, kind="PNG"):
    FigureCanvasAgg(figure)
    sink = io.BytesIO()
    figure.savefig(sink, dpi=120, format="png")
    picture = Image.open(sink).convert("RGB")
    sink = io.BytesIO()
    picture.save(sink, kind)
    return Image.open(sink)


def places(axes, x, y, height):
    there = axes.transData.transform(np.column_stack([x, y])) * 120 / axes.figure.dpi
    return np.column_stack([there[:, 0] - 0.5, height - there[:, 1] - 0.5])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize(
    "style", [{"s": 6}, {"s": 12, "facecolors": "none", "edgecolors": "C1"}, {"marker": "x"}]
)
def test_dots_are_found_where_they_are_drawn(kind, style):
    x, y = DRAW.normal(size=(2, 100))
    figure = Figure((6, 4))
    axes = figure.subplots()
    axes.scatter(x, y, **style)
    seen = colours(saved(figure, kind))
    [found] = [dots for dots in find_points(strokes(seen)) if dots.apart > 40]
    off, _ = cKDTree(places(axes, x, y, seen.shape[0])).query(
        np.column_stack([found.x, found.y])[: found.apart]
    )
    assert np.median(off) < 1
    assert (off < 2).mean() > 0.95


def test_dots_that_touch_each_other_and_a_grid_are_told_apart():
    x, y = DRAW.uniform(size=(2, 300))
    figure = Figure((6, 4))
    axes = figure.subplots()
    axes.grid(color="black", linewidth=1)
    axes.scatter(x, y, s=20, zorder=3)
    seen = colours(saved(figure))
    [found] = [dots for dots in find_points(strokes(seen)) if dots.apart > 40]
    off, _ = cKDTree(np.column_stack([found.x, found.y])).query(places(axes, x, y, seen.shape[0]))
    assert len(found.x) > found.apart
    assert (off < 2).mean() > 0.6


def test_letters_are_no_dots():
    page = Image.new("RGB", (700, 400), "white")
    for line in range(12):
        words = " ".join("".join(DRAW.choice(list("abcdefghijklmnopqrstuvwxyz"), 6)) for _ in range(9))
        ImageDraw.Draw(page).text((10, 10 + 30 * line), words, "black", ImageFont.load_default(18))
    assert not [dots for dots in find_points(strokes(colours(page))) if dots.apart >= 25]


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1)])
def test_a_picture_of_nothing_has_no_dots(shape):
    assert find_points(strokes(np.zeros((*shape, 3), np.uint8))) == []


def test_dots_keep_their_colours():
    page = Image.new("RGB", (400, 200), "white")
    for place in range(20):
        ink = (255, 0, 0) if place < 10 else (0, 0, 255)
        corner = (15 * place + 20, 20 + place * 37 % 150)
        ImageDraw.Draw(page).ellipse([corner, (corner[0] + 6, corner[1] + 6)], fill=ink)
    [found] = find_points(strokes(colours(page)))
    left = found.x < 165
    assert set(found.colour[left]) == {0xF00}
    assert set(found.colour[~left]) == {0x00F}


def test_panels_are_cut_apart():
    x, y = DRAW.uniform(0, 100, (2, 400))
    right = np.arange(400) % 2 == 1
    pieces = panels(x + 150 * right, y)
    assert sorted(len(piece) for piece in pieces) == [200, 200]
    assert len(panels(x, y)) == 1
