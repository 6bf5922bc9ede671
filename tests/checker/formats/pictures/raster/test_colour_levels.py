"""Colours lie along a scale, whichever it is and however much JPEG strews them."""

import numpy as np
import pytest
from matplotlib import colormaps
from scipy.stats import spearmanr

from strongroom.checker.formats.pictures.raster.colour_levels import levels


def test_levels_rise_along_any_curve_of_colours():
    way = np.linspace(0, 1, 60)
    curve = np.column_stack([255 * way, 255 * np.sin(np.pi * way), 255 * (1 - way)]).astype(np.uint8)
    shuffled = np.random.default_rng(7).permutation(60)
    assert abs(spearmanr(levels(curve[shuffled]), shuffled).statistic) > 0.999


@pytest.mark.parametrize("scale", ["RdBu", "coolwarm", "viridis"])
def test_a_scale_of_two_dark_ends_is_told_from_hundreds_of_colours_scattered_about_it(scale):
    values = np.random.default_rng(7).uniform(size=1_000)
    exact = 255 * colormaps[scale](values)[:, :3]
    scattered = np.clip(exact + np.random.default_rng(8).integers(-3, 4, exact.shape), 0, 255).astype(
        np.uint8
    )
    assert len(np.unique(scattered, axis=0)) > 512
    assert abs(spearmanr(levels(scattered), values).statistic) > 0.98


def test_colours_on_no_curve_are_told_by_their_brightness():
    noise = np.random.default_rng(7).integers(0, 256, (3_000, 3), dtype=np.uint8)
    assert np.allclose(levels(noise), noise @ [0.299, 0.587, 0.114])
