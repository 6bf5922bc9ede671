"""Marks that ran together are told by the form that fits everywhere; other ink is not."""

import numpy as np
import pytest
from tests.checker.formats.pictures.raster.test_plot_frames import marks_of, told

LOOKS = [{"marker": "x"}, {"facecolors": "none", "edgecolors": "C0"}]


def squashed(axes, **look):
    """A skewed measure against one that a single value far out presses into a band."""
    draw = np.random.default_rng(0)
    y = draw.normal(0, 1, 1_000)
    y[0] = 900
    axes.figure.set_dpi(150)
    axes.scatter(draw.lognormal(0, 1, 1_000), y, s=9, linewidths=0.5, **look)


def crowded(axes, **look):
    axes.figure.set_dpi(150)
    axes.scatter(*np.random.default_rng(1).exponential(size=(2, 250)) ** 2, s=9, linewidths=0.5, **look)


@pytest.mark.parametrize("look", LOOKS, ids=["crosses", "rings"])
@pytest.mark.parametrize("plot", [squashed, crowded])
def test_people_whose_marks_cover_each_other_are_told(plot, look):
    assert told(marks_of(lambda axes: plot(axes, **look)))


def variants(axes):
    place = np.arange(8_000)
    axes.scatter(place, np.random.default_rng(2).exponential(size=8_000), s=8)


def quantiles(axes):
    ranks = -np.log(np.arange(1, 2_001) / 2_001)
    axes.scatter(ranks, np.sort(np.random.default_rng(3).exponential(size=2_000))[::-1], s=9)


def bars_and_dots(axes):
    draw = np.random.default_rng(4)
    axes.bar(range(8), draw.uniform(1, 3, 8))
    axes.plot(range(8), draw.uniform(3.5, 5, 8), "o")


def outliers_of_boxes(axes):
    axes.boxplot(np.random.default_rng(5).standard_t(3, size=(300, 4)))


@pytest.mark.parametrize("plot", [variants, quantiles, bars_and_dots, outliers_of_boxes])
def test_what_else_has_much_ink_is_not(plot):
    assert not told(marks_of(plot))
