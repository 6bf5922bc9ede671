"""A colour bar orders the colours of cells; it is believed beside their own order, never in its place."""

import numpy as np
import pytest
from matplotlib import colormaps
from scipy.stats import spearmanr

from strongroom.checker.formats.pictures.raster.colour_bars import colour_bar_of, readings
from strongroom.checker.formats.pictures.raster.colour_levels import levels

WAY = np.linspace(0, 1, 200)


def coloured(values, scale):
    return (255 * colormaps[scale](values)[..., :3]).astype(np.uint8)


def bar(scale, order=WAY):
    return np.repeat(coloured(order, scale)[:, None], 20, axis=1)


def alike(levels, values):
    return abs(spearmanr(levels, values).statistic)


def test_a_bar_orders_what_lies_on_both_sides_of_a_gap():
    values = np.concatenate([np.linspace(0, 0.28, 20), np.linspace(0.55, 1, 40)])
    cells = coloured(values, "RdBu")
    assert alike(levels(cells), values) < 0.9
    assert max(alike(each, values) for each in readings(cells, [colour_bar_of(bar("RdBu"))])) > 0.99


@pytest.mark.parametrize("lying", [False, True])
def test_a_bar_lies_flat_or_stands(lying):
    drawn = bar("viridis").transpose(1, 0, 2) if lying else bar("viridis")
    assert len(colour_bar_of(drawn)) > 180


def test_a_false_bar_does_not_replace_the_order_of_the_colours():
    values = np.random.default_rng(7).uniform(size=90)
    false = colour_bar_of(bar("viridis", np.random.default_rng(8).permutation(WAY)))
    found = readings(coloured(values, "viridis"), [false])
    assert len(found) == 2
    assert alike(found[0], values) > 0.99


def test_a_bar_of_other_colours_says_nothing():
    values = np.random.default_rng(7).uniform(size=90)
    assert len(readings(coloured(values, "viridis"), [colour_bar_of(bar("RdBu"))])) == 1


def test_neither_cells_nor_plain_areas_are_a_bar():
    noise = np.random.default_rng(7).integers(0, 256, (200, 20, 3), dtype=np.uint8)
    assert colour_bar_of(noise) is None
    assert colour_bar_of(np.full((200, 20, 3), 90, np.uint8)) is None
    assert colour_bar_of(bar("viridis")[:20]) is None


def test_greys_need_no_bar():
    values = np.random.default_rng(7).uniform(size=90)
    false = colour_bar_of(bar("gray", np.random.default_rng(8).permutation(WAY)))
    assert len(readings(coloured(values, "gray"), [false])) == 1
