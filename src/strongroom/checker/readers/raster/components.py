"""Connected strokes of a drawing, found from its runs of ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.intp]
_Runs = tuple[Boxes, Boxes, Boxes]


@dataclass(frozen=True)
class Blobs:
    """What is connected in a drawing: boxes as `components` returns them, pixels, and middles of their ink.

    `area` has shape (n,) and counts pixels; `y` and `x`, in pixels, are means weighted by how dark each is.
    """

    boxes: Boxes
    area: Boxes
    y: NDArray[np.float64]
    x: NDArray[np.float64]


def components(ink: NDArray[np.bool_]) -> Boxes:
    """Return the boxes of what is connected, corners counted: shape (n, 4), as top, left, bottom, right.

    Bottom and right are the first row and column outside. Runs of neighbouring rows that touch are joined, as
    in Rosenfeld and Pfaltz (1966), all rows at once.
    """
    runs, of, first = _labelled(ink)
    return _boxes(runs, of, first, ink.shape[1])


def blobs(ink: NDArray[np.bool_], dark: NDArray[np.uint8]) -> Blobs:
    """Return what is connected, with its area and middle; `dark` is how far pixels are from the ground."""
    (row, start, end), of, first = _labelled(ink)
    many, wide = len(first), ink.shape[1]
    total = np.zeros((ink.shape[0], wide + 1))
    np.cumsum(dark, axis=1, out=total[:, 1:])
    weight = total[row, end] - total[row, start]
    np.cumsum(dark * np.arange(wide, dtype=np.float32), axis=1, out=total[:, 1:])
    moment = total[row, end] - total[row, start]
    weighed = np.maximum(np.bincount(of, weight, many), 1e-9)
    return Blobs(
        _boxes((row, start, end), of, first, wide),
        np.bincount(of, end - start, many).astype(np.intp),
        np.bincount(of, weight * row, many) / weighed,
        np.bincount(of, moment, many) / weighed,
    )


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
    boxes[:, 0] = row[first]  # runs are in the order of rows
    boxes[:, 1:] = np.array([wide, 0, 0])
    np.minimum.at(boxes[:, 1], of, start)
    np.maximum.at(boxes[:, 2], of, row + 1)
    np.maximum.at(boxes[:, 3], of, end)
    return boxes


def _runs(ink: NDArray[np.bool_]) -> _Runs:
    """Return the row, the start and the end of each run of ink, in the order of rows."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), np.int8)
    padded[:, 1:-1] = ink
    steps = np.diff(padded, axis=1)
    row, start = np.nonzero(steps == 1)
    return row, start, np.nonzero(steps == -1)[1]


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
    """Return for each run the first run it is connected with."""
    lead = np.arange(count)
    while True:
        ahead, behind = lead[one], lead[other]
        apart = ahead != behind
        if not apart.any():
            return lead
        np.minimum.at(lead, np.maximum(ahead, behind)[apart], np.minimum(ahead, behind)[apart])
        while not np.array_equal(further := lead[lead], lead):
            lead = further
