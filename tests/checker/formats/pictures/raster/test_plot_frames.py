"""Marks that stand alone in a plot's frame are found, and what plots of few marks hold otherwise is not."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.checker.formats.pictures.raster.test_dots import saved

from strongroom.checker.formats.pictures.raster import colours, isolated_marks_of_frames, strokes
from strongroom.checker.table_types.scatter_points import (
    any_few_are_scattered,
    are_scattered,
    is_manhattan_plot_with_band,
)

MANY = 50


def marks_of(draw, kind="PNG", panels=1):
    figure = Figure((6 * panels, 4))
    for axes in figure.subplots(1, panels, squeeze=False)[0]:
        draw(axes)
    return isolated_marks_of_frames(strokes(colours(saved(figure, kind))))


def told(found):
    return [marks for marks in found if shows_people(marks)]


def shows_people(marks):
    """Judge as the detector of pictures does."""
    if is_manhattan_plot_with_band(marks.x, marks.y, marks.apart):
        return False
    x, y, colour = (each[: marks.apart] for each in (marks.x, marks.y, marks.colour))
    return (are_scattered if marks.apart >= MANY else any_few_are_scattered)(x, y, colour)


def people(seed, count=10):
    return np.random.default_rng(seed).normal(size=(2, count))


def in_a_grid(axes):
    axes.set_facecolor("#eaeaf2")
    axes.grid(color="white", linewidth=1)
    axes.set_axisbelow(True)
    axes.scatter(*people(3), s=25)


def without_sides(axes):
    axes.spines[["top", "right"]].set_visible(False)
    axes.scatter(*people(4), marker="x")


def on_black_lines(axes):
    axes.grid(color="0.4")
    axes.scatter(*people(5), s=20, zorder=3)


def with_a_fitted_line(axes):
    axes.scatter(*people(6), facecolors="none", edgecolors="C1")
    axes.axhline(0.1)


def one_coordinate_twice(axes):
    ages = np.array([31, 35, 36, 43, 54, 57, 63, 70])
    axes.scatter(ages, ages, s=9)


PEOPLE = [
    lambda axes: axes.scatter(*people(1), s=4),
    lambda axes: axes.scatter(*people(2), s=0.6, marker="s"),
    in_a_grid,
    without_sides,
    on_black_lines,
    with_a_fitted_line,
    one_coordinate_twice,
]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("draw", PEOPLE)
def test_ten_people_are_marks_that_stand_alone(draw, kind):
    [found] = told(marks_of(draw, kind))
    assert 8 <= len(found.x) <= 10


def test_two_panels_of_ten_people_are_two_plots():
    seeds = iter([7, 8])
    assert len(told(marks_of(lambda axes: axes.scatter(*people(next(seeds)), s=9), panels=2))) == 2


def forest(axes):
    estimates = people(1, 9)[0]
    axes.errorbar(estimates, range(9), xerr=0.4, fmt="s")
    axes.axvline(0)


def points_of_estimates(axes):
    axes.plot(people(2, 12)[0], range(12), "o")


def calibration(axes):
    predicted = np.sort(np.random.default_rng(3).uniform(size=10))
    axes.plot([0, 1], [0, 1], "--")
    axes.scatter(predicted, predicted + 0.01 * people(4)[0])


def survival(axes):
    axes.step(np.arange(40), np.exp(-np.linspace(0, 2, 40)), marker="+")


def labelled_bars(axes):
    axes.bar_label(axes.bar(range(9), np.random.default_rng(5).integers(100, 900, 9)))


def doses(axes):
    axes.scatter(np.log10([1, 3, 10, 30, 100, 300]), people(6, 6)[1])


def series(axes):
    for place in range(3):
        axes.plot(range(8), people(place, 8)[0], "o", color=f"C{place}")


def joined(axes):
    axes.plot(np.sort(people(7, 12)[0]), people(7, 12)[1], "o-")


def boxes(axes):
    axes.boxplot(list(np.random.default_rng(8).normal(size=(6, 200))))


def words(axes):
    axes.axis("off")
    axes.table([[f"{each:.2f}" for each in row] for row in people(9, 8)], loc="center")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize(
    "draw",
    [forest, points_of_estimates, calibration, survival, labelled_bars, doses, series, joined, boxes, words],
)
def test_plots_of_results_are_not(draw, kind):
    assert not told(marks_of(draw, kind))


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (300, 300)])
def test_a_picture_of_nothing_has_no_marks(shape):
    assert isolated_marks_of_frames(strokes(np.zeros((*shape, 3), np.uint8))) == []


def association(band):
    """A Manhattan plot of 40 variants that stand out above many that run together, as wide as told."""
    draw = np.random.default_rng(6)

    def drawn(axes):
        axes.scatter(draw.uniform(0, band, 9_000), draw.exponential(0.6, 9_000).clip(max=3), s=2)
        axes.scatter(draw.uniform(0, band, 40), draw.uniform(9, 50, 40), s=2, color="C0")
        axes.set_xlim(0, 1)

    return drawn


@pytest.mark.parametrize("band", [1.0, 0.9, 0.6])
def test_dots_above_a_band_of_dots_are_not_all_that_a_plot_shows(band):
    assert not told(marks_of(association(band)))
