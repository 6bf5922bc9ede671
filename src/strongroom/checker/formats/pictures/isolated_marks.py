"""Which marks of a drawing stand alone: beside no other mark, as letters do, and on no line, as series do."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.geometry import Point

Numbers = NDArray[np.float64]
Told = NDArray[np.bool_]

_MOST = 0.5  # of a series: as many beside others, or on lines, make it no plot of marks alone
_FEWEST, _FEW = 5, 100
_MOST_OTHERS = 20_000
_SAME_SIZE = 0.05
_ROUND = 1.5  # times: what is longer is a dash, a tick or a letter


def alone(marks: Numbers, others: Numbers, lines: Iterable[Sequence[Point]]) -> bool:
    """Tell whether a few marks stand alone; `marks` and `others` are x, y, width and height, shape (n, 4).

    `others` are all marks of the drawing, these among them; `lines` join points.
    """
    if not _FEWEST <= len(marks) <= _FEW or len(others) > _MOST_OTHERS:
        return False
    wide, high = np.median(marks[:, 2:], axis=0)
    if max(wide, high) > _ROUND * min(wide, high):
        return False
    most = _MOST * len(marks)
    if _from_one_line(marks) > most or int(_beside(marks, others).sum()) > most:
        return False
    thin = others[others[:, 2:].min(axis=1) <= np.median(marks[:, 2:])]
    on_line = _covered(marks, thin[thin[:, 2:].max(axis=1) > 2 * np.median(marks[:, 2:])])
    for line in lines:
        on_line |= _on(marks, np.asarray(line, np.float64))
        if int(on_line.sum()) > most:
            return False
    return int(on_line.sum()) <= most


def _from_one_line(marks: Numbers) -> int:
    """Return how many marks of various sizes share an edge: bars that begin at an axis."""
    most = 0
    for axis in (0, 1):
        size = marks[:, 2 + axis]
        if float(np.ptp(size)) <= _SAME_SIZE * float(size.max()):
            continue
        for side in (-0.5, 0.5):
            edges = marks[:, axis] + side * size
            most = max(most, int(np.unique(np.rint(edges), return_counts=True)[1].max()))
    return most


def _beside(marks: Numbers, others: Numbers) -> Told:
    """Tell which marks have another on the same height, no farther from it than they are wide."""
    across, up = np.abs(marks[:, None, :2] - others[None, :, :2]).transpose(2, 0, 1)
    wide = (marks[:, None, 2] + others[None, :, 2]) / 2
    near = (up <= marks[:, 3][:, None] / 2) & (across <= wide + marks[:, 2][:, None])
    near &= others[None, :, 2:].max(axis=2) <= 2 * marks[:, 2:].max(axis=1)[:, None]
    return np.asarray(near.sum(axis=1) > 1)  # a mark is beside itself


def _covered(marks: Numbers, bars: Numbers) -> Told:
    away = np.abs(marks[:, None, :2] - bars[None, :, :2])
    reach = (marks[:, None, 2:] + bars[None, :, 2:]) / 2
    return np.asarray((away <= reach).all(axis=2).sum(axis=1) > 0)


def _on(marks: Numbers, line: Numbers) -> Told:
    """Tell which marks a line of points, shape (n, 2), runs through."""
    start, step = line[:-1], np.diff(line, axis=0)
    long = np.maximum((step**2).sum(axis=1), 1e-12)
    apart = marks[:, None, :2] - start[None]
    along = np.clip((apart * step).sum(axis=2) / long, 0, 1)
    away = np.linalg.norm(apart - along[..., None] * step, axis=2)
    return np.asarray(away.min(axis=1, initial=np.inf) <= marks[:, 2:].max(axis=1) / 2)
