"""Flat cells on a grid: heat maps, and blocks of colour that encode bits.

Where four cells meet, the mixed second difference of the picture is not zero. In other drawings such corners
lie close together along edges and strokes; on a grid they are apart, or share one phase of the same period,
or, if each pixel is a cell, are nearly everywhere.
"""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.thresholds import Thresholds, threshold

Places = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    corner_step: int = threshold(
        24, "steps of 256", "judgement: smaller mixed differences are compression and shading"
    )
    readable_cell: int = threshold(
        8,
        "pixels",
        "judgement: a person can read a cell of this size off a page; smaller ones are for a program",
    )
    tile: int = threshold(
        48, "pixels", "judgement: large enough for four periods of the longest cell searched"
    )
    periods: range = threshold(
        range(2, 13),
        "pixels",
        "cost: cells of more than a dozen pixels are few enough to be counted one by one",
    )
    in_phase: float = threshold(
        0.9, "share of a tile's corners", "judgement: corners of other drawings lie in all phases"
    )
    filled: float = threshold(
        0.4,
        "share of possible corners",
        "judgement: by trial on the benchmark: of two random neighbouring cells most differ",
    )
    fewest_corners: int = threshold(16, "corners", "judgement: fewer in one phase are chance")
    pixel_cells: float = threshold(
        0.35,
        "share of pixels",
        "judgement: drawings have corners along edges only; random pixels nearly everywhere",
    )
    smallest_picture: int = threshold(
        25, "pixels", "judgement: icons have too few pixels for a share to mean anything"
    )
    dense_tile: int = threshold(
        16, "pixels", "judgement: cells of one pixel may fill only a part of a picture"
    )
    dense: float = threshold(0.8, "share of a tile's pixels", "judgement: text and hatching reach less")
    aligned: int = threshold(
        4, "corners", "judgement: corners in line with three others both ways form a lattice"
    )
    most_corners: int = threshold(2_000_000, "corners", "cost: memory and sorting")


LIMITS = _Limits()


def weighted_cells(grey: Shades) -> int:
    """Return how many grid cells a picture shows; those under 8 pixels count (8 / size)² times.

    A person can read a cell of 8 pixels off a page; smaller ones are meant for a program.
    """
    y, x = _corners(grey)
    height, width = grey.shape
    if len(y) >= LIMITS.pixel_cells * max(height * width, LIMITS.smallest_picture):
        return round(LIMITS.readable_cell**2 * _distinct_corners(y, x, np.ones(len(y), bool)))
    y, x = y[: LIMITS.most_corners], x[: LIMITS.most_corners]
    if not len(y):
        return 0
    dense = round(LIMITS.readable_cell**2 * _in_dense_tiles(y, x, grey.shape))
    return max(dense, _periodic(y, x, grey.shape), _apart(y, x, width))


def _corners(grey: Shades) -> tuple[Places, Places]:
    across = np.diff(grey.astype(np.int16), axis=1)
    mixed = np.diff(across, axis=0)
    y, x = np.nonzero(np.abs(mixed) > LIMITS.corner_step)
    return y.astype(np.int64), x.astype(np.int64)


def _distinct_corners(y: Places, x: Places, chosen: NDArray[np.bool_]) -> float:
    """Return how many of the chosen corners there are, discounted for repeated rows and columns.

    Grid lines and hatching have few distinct rows and columns, however many cells.
    """
    y, x = y[chosen], x[chosen]
    return len(y) * _distinct(y, x) * _distinct(x, y) if len(y) else 0.0


def _distinct(line: Places, along: Places) -> float:
    """Return the share of distinct lines; equal lines have corners at the same places."""
    mark = np.random.default_rng(0).random(int(along.max()) + 1)
    held = np.bincount(line) > 0
    return len(np.unique(np.bincount(line, weights=mark[along])[held].round(9))) / int(held.sum())


def _in_dense_tiles(y: Places, x: Places, shape: tuple[int, ...]) -> float:
    """Count corners in tiles that consist of one-pixel cells."""
    columns = shape[1] // LIMITS.dense_tile + 1
    tile = y // LIMITS.dense_tile * columns + x // LIMITS.dense_tile
    return _distinct_corners(y, x, (np.bincount(tile) >= LIMITS.dense * LIMITS.dense_tile**2)[tile])


def _periodic(y: Places, x: Places, shape: tuple[int, ...]) -> int:
    """Count the cells, weighted by size, in tiles whose corners are all in one phase."""
    columns = shape[1] // LIMITS.tile + 1
    tile = y // LIMITS.tile * columns + x // LIMITS.tile
    tiles = (shape[0] // LIMITS.tile + 1) * columns
    held = np.bincount(tile, minlength=tiles)
    rows = np.minimum(LIMITS.tile, shape[0] - 1 - np.arange(shape[0] // LIMITS.tile + 1) * LIMITS.tile)
    area = np.outer(rows, np.minimum(LIMITS.tile, shape[1] - 1 - np.arange(columns) * LIMITS.tile)).ravel()
    most = 0.0
    for period in LIMITS.periods:
        phase = (y % period) * period + x % period
        alike = np.bincount(tile * period**2 + phase, minlength=tiles * period**2)
        alike = alike.reshape(tiles, -1).max(axis=1)
        even = (
            (alike >= LIMITS.in_phase * held)
            & (alike * period**2 >= LIMITS.filled * area)
            & (alike >= LIMITS.fewest_corners)
        )
        if even.any():
            most = max(
                most, _distinct_corners(y, x, even[tile]) * max(1.0, LIMITS.readable_cell / period) ** 2
            )
    return round(most)


def _apart(y: Places, x: Places, width: int) -> int:
    """Count isolated corners in line with three others both ways, once per border."""
    place = y * (width + 4) + x
    alone = np.ones(len(place), bool)
    for down, along in [(0, 1), (0, 2), *((down, along) for down in (1, 2) for along in range(-2, 3))]:
        beside = place + down * (width + 4) + along
        found = np.minimum(np.searchsorted(place, beside), len(place) - 1)
        near = place[found] == beside
        alone[near] = False
        alone[found[near]] = False
    y, x = y[alone], x[alone]
    for _ in range(3):
        if not len(y):
            return 0
        lined = (np.bincount(y)[y] >= LIMITS.aligned) & (np.bincount(x)[x] >= LIMITS.aligned)
        y, x = y[lined], x[lined]
    return round(_distinct_corners(y, x, _first_of_border(y, x) & _first_of_border(x, y)))


def _first_of_border(line: Places, along: Places) -> NDArray[np.bool_]:
    """Return which corners on a line are farther than a border's width from the previous one."""
    if not len(line):
        return np.zeros(0, bool)
    order = np.lexsort((along, line))
    gaps = np.diff(along[order])
    same = np.diff(line[order]) == 0
    width = 0.4 * float(np.percentile(gaps[same], 75)) if same.any() else 0.0
    first = np.ones(len(line), bool)
    first[order[1:]] = ~same | (gaps >= width)
    return first
