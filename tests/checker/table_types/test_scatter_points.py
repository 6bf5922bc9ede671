"""Dots a person are told from curves, lattices, dashes, markers of series and Manhattan plots."""

import numpy as np
import pytest

from strongroom.checker.table_types.scatter_points import are_scattered, is_manhattan_plot

DRAW = np.random.default_rng(3)
ONE = np.zeros(400, np.int64)


def manhattan():
    x = np.arange(400) * 2.0
    return x, 380 - np.minimum(DRAW.exponential(50, 400), 370), np.arange(400) // 20 % 2


@pytest.mark.parametrize(
    "people",
    [
        lambda: DRAW.normal(300, 60, (2, 400)),
        lambda: (DRAW.integers(20, 80, 400) * 8.0, DRAW.exponential(50, 400)),
        lambda: (DRAW.uniform(0, 600, 400), np.cumsum(DRAW.normal(size=400)) + DRAW.normal(200, 60, 400)),
    ],
)
def test_peoples_dots_are_strewn(people):
    assert are_scattered(*people(), ONE)


def test_two_correlated_measurements_are_strewn():
    x = DRAW.normal(300, 60, 400)
    assert are_scattered(x, 0.9 * x + DRAW.normal(0, 27, 400), ONE)


@pytest.mark.parametrize(
    "honest",
    [
        lambda: (np.arange(400.0), 200 + 150 * np.sin(np.arange(400) / 60)),
        lambda: (np.arange(400) % 20 * 20.0, np.arange(400) // 20 * 20.0),
        lambda: (np.arange(400) % 40 * 15.0, 40 * (np.arange(400) // 40) + DRAW.normal(0, 9, 400)),
        lambda: (np.arange(400) * 1.5, 40.0 * (np.arange(400) % 8)),
    ],
    ids=["curve", "lattice", "series", "dashes"],
)
def test_curves_lattices_series_and_dashes_are_not(honest):
    assert not are_scattered(*honest(), ONE)


def test_a_manhattan_plot_is_not():
    x, y, colour = manhattan()
    assert is_manhattan_plot(x, y, colour)
    assert not are_scattered(x, y, colour)


def test_colours_that_say_nothing_of_the_place_make_no_manhattan_plot():
    x, y, colour = manhattan()
    assert are_scattered(x, y, DRAW.permutation(colour))
    assert are_scattered(x, y, ONE)


def test_few_dots_and_dots_on_one_line_are_not():
    assert not are_scattered(np.arange(5.0), np.arange(5.0), ONE[:5])
    assert not are_scattered(DRAW.uniform(0, 600, 400), np.full(400, 9.0), ONE)
