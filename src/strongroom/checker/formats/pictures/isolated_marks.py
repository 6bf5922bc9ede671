"""Which marks of a drawing are isolated: not beside another mark, as letters are, nor on a line."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.geometry import Point
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    others_share: float = threshold(
        0.5,
        "share of a series",
        "judgement: if half of a series touches other marks or lines, it is no plot of isolated marks",
    )
    fewest_marks: int = threshold(
        5, "marks", "judgement: fewer marks show no distribution of people; logos and legends have as many"
    )
    most_marks: int = threshold(
        100, "marks", "derived: plots of more points are recognised without being isolated"
    )
    most_others: int = threshold(20_000, "marks", "cost: distances are computed for all pairs")
    same_size: float = threshold(
        0.05, "share of the largest", "judgement: bars that vary less in size are marks of one size"
    )
    roundest: float = threshold(
        1.5, "width / height", "judgement: longer shapes are dashes, ticks or letters"
    )


LIMITS = _Limits()


def are_isolated(marks: Numbers, others: Numbers, lines: Iterable[Sequence[Point]]) -> bool:
    """Return whether a few marks are isolated; `marks` and `others` are x, y, width and height, shape (n, 4).

    `others` are all marks of the drawing, including these; `lines` are polylines.
    """
    if not LIMITS.fewest_marks <= len(marks) <= LIMITS.most_marks or len(others) > LIMITS.most_others:
        return False
    wide, high = np.median(marks[:, 2:], axis=0)
    if max(wide, high) > LIMITS.roundest * min(wide, high):
        return False
    most = LIMITS.others_share * len(marks)
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
        if float(np.ptp(size)) <= LIMITS.same_size * float(size.max()):
            continue
        for side in (-0.5, 0.5):
            edges = marks[:, axis] + side * size
            most = max(most, int(np.unique(np.rint(edges), return_counts=True)[1].max()))
    return most


def _beside(marks: Numbers, others: Numbers) -> Flags:
    """Return which marks have another at the same height, no farther away than they are wide."""
    across, up = np.abs(marks[:, None, :2] - others[None, :, :2]).transpose(2, 0, 1)
    wide = (marks[:, None, 2] + others[None, :, 2]) / 2
    near = (up <= marks[:, 3][:, None] / 2) & (across <= wide + marks[:, 2][:, None])
    near &= others[None, :, 2:].max(axis=2) <= 2 * marks[:, 2:].max(axis=1)[:, None]
    return np.asarray(near.sum(axis=1) > 1)  # each mark counts itself


def _covered(marks: Numbers, bars: Numbers) -> Flags:
    away = np.abs(marks[:, None, :2] - bars[None, :, :2])
    reach = (marks[:, None, 2:] + bars[None, :, 2:]) / 2
    return np.asarray((away <= reach).all(axis=2).sum(axis=1) > 0)


def _on(marks: Numbers, line: Numbers) -> Flags:
    """Return which marks a polyline, shape (n, 2), runs through."""
    start, step = line[:-1], np.diff(line, axis=0)
    long = np.maximum((step**2).sum(axis=1), 1e-12)
    apart = marks[:, None, :2] - start[None]
    along = np.clip((apart * step).sum(axis=2) / long, 0, 1)
    away = np.linalg.norm(apart - along[..., None] * step, axis=2)
    return np.asarray(away.min(axis=1, initial=np.inf) <= marks[:, 2:].max(axis=1) / 2)
