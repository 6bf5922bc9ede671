"""The plot frames of a picture, and the isolated marks in each: a scatter plot of a few people.

Five points among the letters of a page mean nothing; in a frame with little else they are the plot.
"""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.components import Blobs, Boxes, blobs
from strongroom.checker.formats.pictures.raster.digits import PATCH, patches
from strongroom.checker.formats.pictures.raster.dots import PlotPoints, colour_at
from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.checker.formats.pictures.raster.heat_map import Sides, regions
from strongroom.checker.formats.pictures.raster.overlapping_marks import separate_marks
from strongroom.checker.formats.pictures.raster.strokes import Strokes
from strongroom.thresholds import Thresholds, threshold

Ink = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    smallest: float = threshold(0.15, "share of the picture's side", "judgement: smaller frames are legends")
    side: float = threshold(0.8, "share of a line", "judgement: a frame's side runs along most of it")
    hollow: float = threshold(
        0.3, "share of the area", "judgement: a stroke that fills more of its box is a shape, not a frame"
    )
    most_frames: int = threshold(32, "frames", "cost: each frame is searched for marks")
    coincide: float = threshold(
        0.9, "share of area", "judgement: an axis and a border drawn around the same plot"
    )
    on_line: int = threshold(
        48,
        "steps of 256",
        "judgement: a grid line differs as much from its own colour where something lies on it",
    )
    side_zone: float = threshold(
        0.1,
        "share of the frame",
        "judgement: as far in a line is the frame's side with ticks outside; farther in it is a grid line",
    )
    crossings: int = threshold(
        36, "crossings of lines", "judgement: sides up to six pixels wide cross as often; more are a grid"
    )
    speck: int = threshold(3, "pixels", "judgement: smaller remains where grid lines cross are no marks")
    largest: int = threshold(40, "pixels", "judgement: larger strokes are bars and areas")
    marks_share: float = threshold(
        0.7,
        "share of strokes",
        "judgement: in a scatter plot of a few people, marks are most of what the frame holds",
    )
    thick: int = threshold(3, "times a mark", "judgement: a stroke as thick both ways is no line")
    band: int = threshold(12, "pixels", "judgement: twice the widest line that plotting libraries draw")
    filled: float = threshold(
        0.1, "share of the frame", "judgement: with more ink it is a heat map, a bar chart or a page of text"
    )
    smallest_side: int = threshold(120, "pixels", "judgement: in a thumbnail letters look like marks")
    fewest: int = threshold(5, "marks", "judgement: fewer marks are decoration")
    most: int = threshold(100, "marks", "derived: more are found without a frame")
    dash: int = threshold(2, "variance along / across", "judgement: longer shapes are dashes of a line")
    tiny: int = threshold(4, "pixels", "judgement: smaller marks have no look to compare")
    same_look: float = threshold(
        0.86,
        "cosine of shades",
        "judgement: by trial on the benchmark: separates markers from letters of like size",
    )
    same_size: float = threshold(
        0.5,
        "share of the median size",
        "judgement: by trial on the benchmark: markers of one series vary by less",
    )


LIMITS = _Limits()


def isolated_marks_of_frames(drawn: Strokes) -> list[PlotPoints]:
    """Return for each frame its marks, if they are at least five, alike, and most of its small strokes."""
    outlined = _frames(drawn)
    filled = [frame for frame in regions(drawn.colours) if _roomy(frame, drawn)]
    frames = _different([*outlined, *filled])
    found = (_marks(drawn, frame, [each for each in outlined if _within(each, frame)]) for frame in frames)
    return [marks for marks in found if marks is not None]


def _frames(drawn: Strokes) -> list[Sides]:
    """Return the boxes of strokes that span their full height and width: axes and grids."""
    boxes, area = drawn.found.boxes, drawn.found.area
    hollow = area <= LIMITS.hollow * (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    frames = [(top, left, bottom, right) for top, left, bottom, right in boxes[hollow].tolist()]
    roomy = [frame for frame in frames if _roomy(frame, drawn)]
    return [frame for frame in roomy if all(map(len, _lines(drawn.ink[_slices(frame)])))]


def _roomy(frame: Sides, drawn: Strokes) -> bool:
    sides = zip((frame[2] - frame[0], frame[3] - frame[1]), drawn.ink.shape, strict=True)
    return all(side >= max(LIMITS.smallest_side, LIMITS.smallest * whole) for side, whole in sides)


def _different(frames: list[Sides]) -> list[Sides]:
    """Return the largest frames; of nearly coinciding ones, the smallest."""
    by_size = sorted(frames, key=_size)
    kept: list[Sides] = []
    for frame in by_size:
        if not any(_within(each, frame) and _size(each) >= LIMITS.coincide * _size(frame) for each in kept):
            kept.append(frame)
    return kept[-LIMITS.most_frames :]


def _marks(drawn: Strokes, frame: Sides, inner: list[Sides]) -> PlotPoints | None:
    """Return the marks, if they are most of what a frame holds outside its inner frames, or None."""
    held, ink, own = _strokes(drawn, frame)
    size = held.boxes[:, 2:] - held.boxes[:, :2]
    y, x = held.y + frame[0], held.x + frame[1]
    for top, left, bottom, right in inner:
        own &= ~((y >= top) & (y < bottom) & (x >= left) & (x < right))
    small = np.flatnonzero(own & (size <= LIMITS.largest).all(axis=1))
    alike = small[_alike(held, small, drawn.far[_slices(frame)])]
    if not len(alike) or _banded(drawn.ink[_slices(frame)]):
        return None
    if ink.mean() <= LIMITS.filled and _few_and_isolated(held, small, alike, int(own.sum())):
        return PlotPoints(x[alike], y[alike], colour_at(drawn.colours, x[alike], y[alike]), len(alike))
    found = separate_marks(_of_strokes(ink, held.boxes[own]), held, alike, own)
    if found is None or _above_a_solid_area(held, alike, ~own):
        return None
    y, x = found.y + frame[0], found.x + frame[1]
    return PlotPoints(x, y, colour_at(drawn.colours, x, y), found.singles)


def _few_and_isolated(
    held: Blobs, small: NDArray[np.intp], alike: NDArray[np.intp], strokes_held: int
) -> bool:
    """Return whether most strokes are a few isolated marks, not in words and not above a solid area."""
    if not max(LIMITS.fewest, LIMITS.marks_share * strokes_held) <= len(alike) <= LIMITS.most:
        return False
    return not (_in_words(held.boxes, small, alike) or _above_a_solid_area(held, alike, held.area > 0))


def _of_strokes(ink: Ink, boxes: Boxes) -> Ink:
    """Return the ink in the boxes of strokes."""
    within = np.zeros(ink.shape, bool)
    for top, left, bottom, right in boxes.tolist():
        within[top:bottom, left:right] = True
    return ink & within


def _banded(ink: Ink) -> bool:
    """Return whether a band of ink wider than a line spans the frame: overlapping points."""
    return any(
        len(lines) > LIMITS.band and bool((lines[LIMITS.band :] - lines[: -LIMITS.band] == LIMITS.band).any())
        for lines in _lines(ink)
    )


def _above_a_solid_area(held: Blobs, marks: NDArray[np.intp], others: Ink) -> bool:
    """Return whether overlapping points, among the given strokes, hold more ink than the marks.

    As in the lower part of a Manhattan plot.
    """
    size = held.boxes[:, 2:] - held.boxes[:, :2]
    thick = (size >= LIMITS.thick * np.median(size[marks], axis=0)).all(axis=1)
    solid = held.area >= LIMITS.hollow * size.prod(axis=1)
    return bool(held.area[thick & solid & others].sum() > held.area[marks].sum())


def _strokes(drawn: Strokes, frame: Sides) -> tuple[Blobs, Ink, Ink]:
    """Return the components in a frame without its sides and grid lines, and their ink.

    Also which of them lie inside the frame (ticks do not) and are no remains of crossing lines.
    """
    part = _slices(frame)
    ink, colours = drawn.ink[part].copy(), drawn.colours[part]
    rows, columns = _lines(ink)
    for row in rows:
        ink[row] &= _unlike(colours[row])
    for column in columns:
        ink[:, column] &= _unlike(colours[:, column])
    held = blobs(ink, drawn.far[part])
    (top, bottom), (left, right) = (_inside(*each) for each in zip((rows, columns), ink.shape, strict=True))
    own = (held.boxes[:, :2] > [top, left]).all(axis=1) & (held.boxes[:, 2:] < [bottom, right]).all(axis=1)
    if len(rows) * len(columns) > LIMITS.crossings:
        own &= held.area >= LIMITS.speck
    return held, ink, np.asarray(own)


def _inside(lines: NDArray[np.intp], extent: int) -> tuple[int, int]:
    """Return where a frame begins and ends between its two sides, one of which may not be drawn."""
    near = lines[lines <= LIMITS.side_zone * extent], lines[lines >= (1 - LIMITS.side_zone) * extent]
    return int(near[0].max(initial=0)), int(near[1].min(initial=extent))


def _lines(ink: Ink) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and columns of pixels that are nearly all ink."""
    return np.flatnonzero(ink.mean(axis=1) >= LIMITS.side), np.flatnonzero(ink.mean(axis=0) >= LIMITS.side)


def _unlike(line: NDArray[np.uint8]) -> Ink:
    """Return where a line of pixels differs from its usual colour."""
    wide = line.astype(np.int16)
    return np.asarray(np.abs(wide - np.median(wide, axis=0)).max(axis=-1) > LIMITS.on_line)


def _alike(held: Blobs, small: NDArray[np.intp], far: Shades) -> Ink:
    """Return which strokes have the typical size and, if large enough, the typical appearance."""
    if not len(small):
        return np.zeros(0, bool)
    boxes = held.boxes[small]
    size = boxes[:, 2:] - boxes[:, :2]
    usual = np.median(size, axis=0)
    alike = (np.abs(size - usual) <= np.maximum(2, LIMITS.same_size * usual)).all(axis=1)
    if usual.min() < LIMITS.tiny:
        return np.asarray(alike)
    shade = patches(far, boxes)[:, :-1]
    middle = np.median(shade[alike], axis=0)
    level = np.linalg.norm(shade, axis=1) * max(float(np.linalg.norm(middle)), 1e-9)
    return np.asarray(alike & (shade @ middle >= LIMITS.same_look * level) & ~_dashes(shade, size))


def _dashes(shade: NDArray[np.float32], size: Boxes) -> Ink:
    """Return which strokes are dashes, by their spread along and across; shape (n, pixels), (n, 2)."""
    down, across = np.divmod(np.arange(PATCH[0] * PATCH[1]), PATCH[1])
    weight = shade / np.maximum(shade.sum(axis=1, keepdims=True), 1e-9)
    y, x = np.outer(size[:, 0], down / PATCH[0]), np.outer(size[:, 1], across / PATCH[1])
    y, x = y - (weight * y).sum(axis=1, keepdims=True), x - (weight * x).sum(axis=1, keepdims=True)
    yy, xx, xy = (weight * y * y).sum(axis=1), (weight * x * x).sum(axis=1), (weight * x * y).sum(axis=1)
    apart = np.sqrt((yy - xx) ** 2 + 4 * xy**2)
    return np.asarray(yy + xx + apart > LIMITS.dash * (yy + xx - apart))


def _in_words(boxes: Boxes, small: NDArray[np.intp], alike: NDArray[np.intp]) -> bool:
    """Return whether marks are letters: most have another small stroke beside them on the line."""
    one, other = boxes[alike][:, None], boxes[small][None]
    middle = (one[..., 0] + one[..., 2]) / 2
    on_line = (other[..., 0] <= middle) & (middle < other[..., 2]) & (alike[:, None] != small[None])
    gap = np.maximum(other[..., 1] - one[..., 3], one[..., 1] - other[..., 3])
    near = on_line & (gap <= np.maximum(one[..., 3] - one[..., 1], 2))
    return 2 * int(near.any(axis=1).sum()) > len(alike)


def _slices(frame: Sides) -> tuple[slice, slice]:
    return slice(frame[0], frame[2]), slice(frame[1], frame[3])


def _size(frame: Sides) -> int:
    return (frame[2] - frame[0]) * (frame[3] - frame[1])


def _within(inner: Sides, outer: Sides) -> bool:
    starts, ends = np.subtract(inner[:2], outer[:2]), np.subtract(outer[2:], inner[2:])
    return inner != outer and int(starts.min()) >= 0 and int(ends.min()) >= 0
