"""Connected components of a drawing, found from its runs of ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Boxes = NDArray[np.intp]
_Runs = tuple[Boxes, Boxes, Boxes]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rows_at_once: int = threshold(
        256, "rows of pixels", "cost: sums along all rows of a large picture take sixteen times its pixels"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Blobs:
    """Connected components: their boxes as `components` returns them, areas and centroids.

    `area` has shape (n,) and counts pixels; `y` and `x`, in pixels, are means weighted by contrast.
    """

    boxes: Boxes
    area: Boxes
    y: NDArray[np.float64]
    x: NDArray[np.float64]


def components(ink: NDArray[np.bool_]) -> Boxes:
    """Return the boxes of 8-connected components: shape (n, 4), as top, left, bottom, right.

    Bottom and right are the first row and column outside. Runs of neighbouring rows that touch are joined, as
    in Rosenfeld and Pfaltz (1966), all rows at once.
    """
    runs, of, first = _labelled(ink)
    return _boxes(runs, of, first, ink.shape[1])


def blobs(ink: NDArray[np.bool_], dark: NDArray[np.uint8]) -> Blobs:
    """Return the connected components with their areas and centroids; `dark` is each pixel's contrast."""
    (row, start, end), of, first = _labelled(ink)
    many = len(first)
    weight, moment = _sums((row, start, end), dark)
    weighed = np.maximum(np.bincount(of, weight, many), 1e-9)
    return Blobs(
        _boxes((row, start, end), of, first, ink.shape[1]),
        np.bincount(of, end - start, many).astype(np.intp),
        np.bincount(of, weight * row, many) / weighed,
        np.bincount(of, moment, many) / weighed,
    )


def summed(of: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the summed-area table."""
    sums = np.zeros((of.shape[0] + 1, of.shape[1] + 1), np.int32)
    np.cumsum(np.cumsum(of, axis=0, dtype=np.int32), axis=1, out=sums[1:, 1:])
    return sums


def _sums(runs: _Runs, dark: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the total contrast of each run, and its first moment along the row."""
    row, start, end = runs
    weight, moment = np.empty(len(row)), np.empty(len(row))
    place = np.arange(dark.shape[1], dtype=np.float64)
    # In parts: sums along all rows of a large picture take sixteen times its memory.
    for top in range(0, len(dark), LIMITS.rows_at_once):
        few = slice(*np.searchsorted(row, (top, top + LIMITS.rows_at_once)))
        at, left, right = row[few] - top, start[few], end[few]
        total = np.zeros((min(LIMITS.rows_at_once, len(dark) - top), dark.shape[1] + 1))
        np.cumsum(dark[top : top + LIMITS.rows_at_once], axis=1, out=total[:, 1:])
        weight[few] = total[at, right] - total[at, left]
        np.cumsum(dark[top : top + LIMITS.rows_at_once] * place, axis=1, out=total[:, 1:])
        moment[few] = total[at, right] - total[at, left]
    return weight, moment


def _labelled(ink: NDArray[np.bool_]) -> tuple[_Runs, Boxes, Boxes]:
    """Return the runs, the component of each, and each component's first run."""
    row, start, end = _runs(ink)
    if not len(row):
        return (row, start, end), row, row
    of = _joined(len(row), *_touching(row, start, end, ink.shape[1] + 2))
    first, of = np.unique(of, return_inverse=True)
    return (row, start, end), of, first


def _boxes(runs: _Runs, of: Boxes, first: Boxes, wide: int) -> Boxes:
    row, start, end = runs
    boxes = np.empty((len(first), 4), np.intp)
    boxes[:, 0] = row[first]  # runs are ordered by row
    boxes[:, 1:] = np.array([wide, 0, 0])
    np.minimum.at(boxes[:, 1], of, start)
    np.maximum.at(boxes[:, 2], of, row + 1)
    np.maximum.at(boxes[:, 3], of, end)
    return boxes


def _runs(ink: NDArray[np.bool_]) -> _Runs:
    """Return the row, start and end of each run of ink, ordered by row."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), np.bool_)
    padded[:, 1:-1] = ink
    starts = np.nonzero(padded[:, 1:] & ~padded[:, :-1])
    ends = np.nonzero(padded[:, :-1] & ~padded[:, 1:])
    return starts[0], starts[1], ends[1]


def _touching(row: Boxes, start: Boxes, end: Boxes, width: int) -> tuple[Boxes, Boxes]:
    """Return the pairs of runs that touch: each run, and those of the next row that reach it."""
    first = np.searchsorted(row * width + end, (row + 1) * width + start, side="left")
    past = np.searchsorted(row * width + start, (row + 1) * width + end, side="right")
    many = np.maximum(past - first, 0)
    begins = np.cumsum(many) - many
    return (
        np.repeat(np.arange(len(row)), many),
        np.arange(int(many.sum())) - np.repeat(begins, many) + np.repeat(first, many),
    )


def _joined(count: int, one: Boxes, other: Boxes) -> Boxes:
    """Return for each run the first run of its component."""
    lead = np.arange(count)
    while True:
        ahead, behind = lead[one], lead[other]
        apart = ahead != behind
        if not apart.any():
            return lead
        np.minimum.at(lead, np.maximum(ahead, behind)[apart], np.minimum(ahead, behind)[apart])
        while not np.array_equal(further := lead[lead], lead):
            lead = further
