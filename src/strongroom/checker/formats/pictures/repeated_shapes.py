"""Recovers rows of values from shapes that a drawing repeats: ticks, bars, spans, short lines and cells.

Every repeated shape encodes a row: a bar's end, both ends of a span, the vertices of a short line, the shades
of a row of cells. Shapes of several series at the same places are columns of one table.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.drawing_kind import Layout
from strongroom.checker.formats.pictures.geometry import Point
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest: int = threshold(5, "shapes", "judgement: fewer rows show no distribution of people")
    same_place: float = threshold(
        5e-4,
        "share of the drawing's longer side",
        "judgement: half a pixel of a drawing of 1,000; writers round coordinates by less",
    )
    shared_end: float = threshold(
        0.5, "share of the shapes", "judgement: bars of one series begin at one line, but for empty ones"
    )
    longest_line: int = threshold(
        15, "vertices", "judgement: people have a handful of visits; longer lines are curves"
    )
    shortest_line: float = threshold(
        0.06, "share of the drawing's longer side", "judgement: shorter lines are arrows and letters"
    )
    touching: float = threshold(
        0.97, "share of a step", "judgement: bars of a histogram touch, bars of categories have gaps"
    )
    thin: float = threshold(
        0.5, "width / height", "judgement: ticks are strokes; wider boxes are dashes of a line"
    )
    longest_tick: float = threshold(
        0.05,
        "share of the drawing's longer side",
        "judgement: longer horizontal strokes are rules of a table, at the heights of its rows",
    )
    labelled: float = threshold(
        0.8, "share of the places", "judgement: an axis of numbers labels every fifth place, one of names all"
    )
    numbered: float = threshold(
        0.8, "share of the labels", "judgement: 'Study 1' to 'Study 30' name nothing, a few others may"
    )
    most_shapes: int = threshold(20_000, "shapes", "cost: more repeated shapes than a plot of people has")


LIMITS = _Limits()
SAME_PLACE = LIMITS.same_place

_UPWARDS = (1, -1)  # fixed: x grows to the right, y of a page downwards
_NUMBERED = re.compile(r"\D*\d+\W*")
_CURVED = re.compile(r"[CSQTA]")


@dataclass(frozen=True, repr=False)
class Outline:
    """A shape that is no point: its vertices, its colour as written, and whether they are two corners."""

    points: tuple[Point, ...]
    colour: str = ""
    corners: bool = False


@dataclass(frozen=True, repr=False)
class Label:
    """A word of the drawing and where it is; `text` is "" for one drawn as outlines."""

    x: float
    y: float
    text: str = ""


@dataclass(frozen=True, repr=False)
class Rows:
    """Values that repeated shapes encode: shape (rows, columns), with their places along the axis of rows.

    `touching` if they leave no gap, `labelled` if each has a name beside it.
    """

    layout: Layout
    axis: int
    places: Numbers
    values: Numbers
    touching: bool = False
    labelled: bool = False


def recovered_rows(
    outlines: Mapping[str, Sequence[Outline]], labels: Sequence[Label], size: float
) -> Iterator[Rows]:
    """Yield the rows of every repeated shape; `outlines` by kind of shape, `size` is the drawing's side."""
    same = LIMITS.same_place * size
    found: list[Rows] = []
    lines: list[Numbers] = []
    for kind, shapes in outlines.items():
        if len(shapes) > LIMITS.most_shapes:
            continue
        boxes = [place for place in (box(each, same) for each in shapes) if place is not None]
        if len(boxes) >= LIMITS.fewest:
            found += _in_boxes(np.array(boxes, np.float64), same)
        if not _CURVED.search(kind.partition(" ")[2]):
            lines += [line for line in (_line(each, size, same) for each in shapes) if line is not None]
    for rows in _joined(found, same):
        yield replace(rows, labelled=_is_labelled(rows, labels))
    yield from _lines(lines, same)


def box(outline: Outline, same: float) -> tuple[float, float, float, float] | None:
    """Return left, top, right and bottom of an upright rectangle or stroke; None for other shapes."""
    x, y = np.array(outline.points).T
    left, top, right, bottom = x.min(), y.min(), x.max(), y.max()
    if not outline.corners:
        at_side = ((x - left <= same) | (right - x <= same)) & ((y - top <= same) | (bottom - y <= same))
        stroke = min(right - left, bottom - top) <= same
        if not (stroke if len(x) == 2 else at_side.all() and len(x) in {4, 5}):  # noqa: PLR2004 - corners
            return None
    return float(left), float(top), float(right), float(bottom)


def _line(outline: Outline, size: float, same: float) -> Numbers | None:
    """Return the vertices of an open line, shape (vertices, 2), from left to right; None for other shapes."""
    points = np.array(outline.points)
    if outline.corners or not 2 <= len(points) <= LIMITS.longest_line:  # noqa: PLR2004 - a line has two
        return None
    steps = np.abs(np.diff(points, axis=0))
    slanted = bool((steps.min(axis=1) > same).any())
    closed = float(np.abs(points[0] - points[-1]).max()) <= same
    if not slanted or closed or float(np.ptp(points, axis=0).max()) < LIMITS.shortest_line * size:
        return None
    return points[::-1] if points[0, 0] > points[-1, 0] else points


def _lines(lines: Sequence[Numbers], same: float) -> Iterator[Rows]:
    """Yield lines of as many vertices as one table: their heights, and their places where these differ."""
    for size in sorted({len(each) for each in lines}):
        alike = np.array([each for each in lines if len(each) == size])
        if len(alike) < LIMITS.fewest:
            continue
        shared = np.ptp(alike[:, :, 0], axis=0) <= same
        if size == 2 and not shared.all():  # noqa: PLR2004 - edges of a graph, or leaders of labels
            continue
        values = np.column_stack([-alike[:, :, 1], alike[:, ~shared, 0]])
        yield Rows(Layout.LINES, 0, np.arange(len(alike), dtype=np.float64), values)


def _in_boxes(boxes: Numbers, same: float) -> list[Rows]:
    """Return the rows of boxes: shape (n, 4), left, top, right, bottom."""
    found = []
    for axis in (0, 1):
        chosen = np.zeros(len(boxes), np.bool_)
        for flags in _sharing(boxes[:, [1 - axis, 3 - axis]], same):
            chosen |= flags
            if _are_ticks(boxes[flags], axis, LIMITS.longest_tick * same / LIMITS.same_place):
                found.append(_ticks(boxes[flags], axis))
        boxes = boxes[~chosen]
    while len(boxes) >= LIMITS.fewest:
        axis, end, flags = _baseline(boxes, same)
        spans = _spans(boxes, same) if flags.sum() < LIMITS.shared_end * len(boxes) else []
        if spans or flags.sum() < LIMITS.fewest:
            return found + spans
        found.append(_bars(boxes[flags], axis, end, same))
        boxes = boxes[~flags]
    return found


def _sharing(ends: Numbers, same: float) -> Iterator[Flags]:
    """Yield which boxes share both ends across an axis, for each pair of ends that enough share."""
    _, of, many = np.unique(np.rint(ends / same), axis=0, return_inverse=True, return_counts=True)
    for pair in np.flatnonzero(many >= LIMITS.fewest):
        yield of.reshape(-1) == pair


def _are_ticks(boxes: Numbers, axis: int, longest: float) -> bool:
    """Return whether boxes are strokes across an axis: neither dashes along it nor rules between rows."""
    wide, high = boxes[:, axis + 2] - boxes[:, axis], boxes[:, 3 - axis] - boxes[:, 1 - axis]
    rules = axis == 1 and float(high.max()) > longest
    return bool((wide <= LIMITS.thin * high).all()) and not rules


def _ticks(boxes: Numbers, axis: int) -> Rows:
    places = (boxes[:, axis] + boxes[:, axis + 2]) / 2
    return Rows(Layout.TICKS, axis, places, places[:, None] * _UPWARDS[axis])


def _baseline(boxes: Numbers, same: float) -> tuple[int, float, Flags]:
    """Return the axis along which most boxes lie side by side from a common line, and that line."""
    best: tuple[int, float, Flags] = (0, 0.0, np.zeros(len(boxes), np.bool_))
    for axis in (0, 1):
        ends = boxes[:, [1 - axis, 3 - axis]]
        steps, many = np.unique(np.rint(ends / same), return_counts=True)
        for line in steps[np.argsort(-many)[:2]]:
            flags = (np.abs(ends - line * same) <= same).any(axis=1)
            if flags.sum() > best[2].sum():
                best = axis, float(line * same), flags
    return best


def _bars(boxes: Numbers, axis: int, line: float, same: float) -> Rows:
    near, far = boxes[:, 1 - axis], boxes[:, 3 - axis]
    value = np.where(np.abs(near - line) <= np.abs(far - line), far, near)
    return _side_by_side(Layout.BARS, boxes, axis, (value - line)[:, None] * _UPWARDS[1 - axis], same)


def _spans(boxes: Numbers, same: float) -> list[Rows]:
    """Return boxes of the commonest thickness and of various lengths, with both ends."""
    for axis in (1, 0):
        thick, long = boxes[:, axis + 2] - boxes[:, axis], boxes[:, 3 - axis] - boxes[:, 1 - axis]
        steps, many = np.unique(np.rint(thick / same), return_counts=True)
        flags = np.abs(thick - steps[many.argmax()] * same) <= same
        markers = flags.any() and np.ptp(long[flags]) <= same
        if flags.sum() >= max(LIMITS.fewest, LIMITS.shared_end * len(boxes)) and not markers:
            ends = boxes[flags][:, [1 - axis, 3 - axis]] * _UPWARDS[1 - axis]
            return [_side_by_side(Layout.SPANS, boxes[flags], axis, ends, same)]
    return []


def _side_by_side(layout: Layout, boxes: Numbers, axis: int, values: Numbers, same: float) -> Rows:
    places = (boxes[:, axis] + boxes[:, axis + 2]) / 2
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    wide = boxes[order, axis + 2] - boxes[order, axis]
    steps = np.diff(places)
    touching = bool(len(steps) and np.median(wide[1:] - LIMITS.touching * steps) >= 0)
    return _repeated_places(Rows(layout, axis, places, values, touching), same)


def _repeated_places(rows: Rows, same: float) -> Rows:
    """Return rows whose places repeat equally often with one row a place, as of stacked bars."""
    first = np.concatenate([[True], np.diff(rows.places) > same])
    times, rest = divmod(len(rows.places), int(first.sum()))
    many = np.diff(np.append(np.flatnonzero(first), len(first)))
    if times == 1 or rest or (many != times).any() or int(first.sum()) < LIMITS.fewest:
        return rows
    values = np.sort(rows.values.reshape(len(many), -1), axis=1)
    return replace(rows, places=rows.places[first], values=values)


def _joined(found: Sequence[Rows], same: float) -> list[Rows]:
    """Return rows, those at the same places joined as columns of one table."""
    joined: list[Rows] = []
    for rows in found:
        for number, other in enumerate(joined):
            if Layout.TICKS not in {rows.layout, other.layout} and _same_places(rows, other, same):
                joined[number] = replace(other, values=np.column_stack([other.values, rows.values]))
                break
        else:
            joined.append(rows)
    return joined


def _same_places(rows: Rows, other: Rows, same: float) -> bool:
    if rows.axis != other.axis or len(rows.places) != len(other.places):
        return False
    return float(np.abs(rows.places - other.places).max()) <= same


def _is_labelled(rows: Rows, labels: Sequence[Label]) -> bool:
    """Return whether nearly every place has a word beside it that is no mere number."""
    if rows.layout not in {Layout.BARS, Layout.SPANS} or not labels:
        return False
    along = np.array([(each.x, each.y)[rows.axis] for each in labels])
    reach = float(np.median(np.diff(rows.places))) / 2
    near = np.abs(along[None] - rows.places[:, None])
    beside = near.min(axis=1) <= reach
    texts = [labels[int(place)].text for place in near.argmin(axis=1)[beside]]
    numbered = sum(bool(_NUMBERED.fullmatch(each)) for each in texts)
    return bool(beside.mean() >= LIMITS.labelled and numbered < LIMITS.numbered * len(texts))
