"""Points of one form in a picture, their positions and colours: a scatter plot.

Separate points are found as components of one size and appearance; points that touch each other or a line are
what an erosion by the inside of a point leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.components import Blobs, Boxes, blobs, summed
from strongroom.checker.formats.pictures.raster.digits import patches
from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.checker.formats.pictures.raster.strokes import Strokes
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest: int = threshold(40, "pixels", "judgement: larger shapes are bubbles, bars and areas")
    letter_size: int = threshold(40, "pixels", "judgement: letters of a plot's labels are smaller")
    neighbourhood: int = threshold(
        4, "times a point's size", "judgement: larger strokes nearby are axes and frames, not letters"
    )
    fewest: int = threshold(
        8, "points", "judgement: fewer points of one form are legends, bullets and the dots of letters"
    )
    most_forms: int = threshold(4, "forms", "cost: a plot rarely has more kinds of markers")
    most: int = threshold(50_000, "points", "cost: time to compare their looks")
    same_look: float = threshold(
        0.86,
        "cosine of shades",
        "judgement: by trial on the benchmark: separates markers from letters of like size",
    )
    same_area: float = threshold(
        0.3,
        "share of the median",
        "judgement: by trial on the benchmark: anti-aliasing changes a small marker's area by less",
    )
    compared: int = threshold(400, "points", "cost: the typical look is a median over as many")
    alike: float = threshold(
        0.8, "share of strokes of one size", "judgement: of letters of one size, most look different"
    )
    among_others: float = threshold(
        0.5, "share of small strokes", "judgement: letters stand among other letters, points among points"
    )
    core: float = threshold(
        0.65, "share of a point's width", "judgement: the largest square inside a disc has 0.71 of its width"
    )
    erodible: int = threshold(4, "pixels", "judgement: smaller points leave nothing when eroded")
    eroded_size: float = threshold(
        0.6,
        "share of a point's size",
        "judgement: what is left of one or two overlapping points after erosion",
    )
    short: int = threshold(
        8, "times a point's size", "judgement: longer strokes are lines and axes, where points may lie"
    )
    covered: float = threshold(
        0.6, "share of a stroke's area", "judgement: a stroke that points explain less of is a letter"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class PlotPoints:
    """Points of one form: centres in pixels from the top left, shape (n,), and their 12-bit colours.

    The first `apart` of them touch nothing else; it is 0 if they may be parts of letters, such as full stops
    and the dots of an i.
    """

    x: Numbers
    y: Numbers
    colour: NDArray[np.int64]
    apart: int


def find_points(drawn: Strokes) -> list[PlotPoints]:
    """Return the points of each form that occurs at least eight times among few other strokes."""
    return [
        replace(dots, apart=dots.apart if _are_isolated(one, drawn.found, LIMITS.letter_size) else 0)
        for one in _forms(drawn.found, drawn.far)
        for dots in [_dots(drawn.colours, drawn.found, one, drawn.ink)]
    ]


def colour_at(colours: Colours, x: Numbers, y: Numbers) -> NDArray[np.int64]:
    """Return the 12-bit colours at positions, shape (n,)."""
    rows = np.clip(np.rint(y), 0, colours.shape[0] - 1).astype(np.intp)
    steps = (colours[rows, np.clip(np.rint(x), 0, colours.shape[1] - 1).astype(np.intp)] >> 4).astype(
        np.int64
    )
    return np.asarray(steps[:, 0] << 8 | steps[:, 1] << 4 | steps[:, 2])


def _forms(found: Blobs, far: Shades) -> Iterator[NDArray[np.intp]]:
    """Yield for each form the strokes that are points of it; sizes differ by up to a pixel."""
    high, wide = found.boxes[:, 2] - found.boxes[:, 0], found.boxes[:, 3] - found.boxes[:, 1]
    dot = (high <= LIMITS.largest) & (wide <= LIMITS.largest) & (high <= 2 * wide) & (wide <= 2 * high)
    sizes = np.zeros((LIMITS.largest + 2, LIMITS.largest + 2), np.intp)
    np.add.at(sizes, (high[dot], wide[dot]), 1)
    for _ in range(LIMITS.most_forms):
        near = sizes[:-1, :-1] + sizes[1:, :-1] + sizes[:-1, 1:] + sizes[1:, 1:]
        tall, broad = divmod(int(near.argmax()), near.shape[1])
        if near[tall, broad] < LIMITS.fewest:
            return
        sizes[tall : tall + 2, broad : broad + 2] = 0
        chosen = np.flatnonzero((np.abs(2 * (high - tall) - 1) <= 1) & (np.abs(2 * (wide - broad) - 1) <= 1))
        alike = chosen[_alike(chosen, found, far)]
        if len(alike) >= max(LIMITS.fewest, LIMITS.alike * len(chosen)) and _are_isolated(
            alike, found, LIMITS.neighbourhood * max(tall, broad)
        ):
            yield alike


def _alike(chosen: NDArray[np.intp], found: Blobs, far: Shades) -> NDArray[np.bool_]:
    """Return which look like the typical one, by the cosine of their shades to its, and by area."""
    every = max(1, len(chosen) // LIMITS.compared)
    middle = np.median(patches(far, found.boxes[chosen[::every]])[:, :-1], axis=0)
    accepted = np.zeros(len(chosen), bool)
    shade = patches(far, found.boxes[chosen[: LIMITS.most]])[:, :-1]
    level = np.linalg.norm(shade, axis=1) * max(float(np.linalg.norm(middle)), 1e-9)
    area = found.area[chosen[: LIMITS.most]]
    usual = np.abs(area - np.median(area)) <= LIMITS.same_area * np.median(area)
    accepted[: LIMITS.most] = (shade @ middle >= LIMITS.same_look * level) & usual
    return accepted


def _are_isolated(chosen: NDArray[np.intp], found: Blobs, largest: int) -> bool:
    """Return whether most small strokes around the points are points; letters are among other letters."""
    low_y, high_y = np.percentile(found.y[chosen], [5, 95])
    low_x, high_x = np.percentile(found.x[chosen], [5, 95])
    within = (found.y >= low_y) & (found.y <= high_y) & (found.x >= low_x) & (found.x <= high_x)
    within &= (found.boxes[:, 2:] - found.boxes[:, :2]).max(axis=1, initial=0) <= largest
    return int(within[chosen].sum()) >= LIMITS.among_others * int(within.sum())


def _dots(colours: Colours, found: Blobs, chosen: NDArray[np.intp], ink: NDArray[np.bool_]) -> PlotPoints:
    size = np.median(found.boxes[chosen, 2:] - found.boxes[chosen, :2], axis=0)
    y, x = found.y[chosen], found.x[chosen]
    if size.min() >= LIMITS.erodible:
        other = np.ones(len(found.area), bool)
        other[chosen] = False
        touching = _touching(ink, found.boxes[chosen], size)
        touching = touching[_between(touching, found.boxes[chosen], size)]
        kept = touching[_made_of_dots(touching, found.boxes[other], found.area[other], ink, size)]
        y, x = np.concatenate([y, kept[:, 0]]), np.concatenate([x, kept[:, 1]])
    return PlotPoints(x, y, colour_at(colours, x, y), len(chosen))


def _touching(ink: NDArray[np.bool_], known: Boxes, size: Numbers) -> Numbers:
    """Return where else one or two points may be, by erosion: (n, 2) as y and x."""
    side = round(LIMITS.core * float(size.min()))
    rest = ink.copy()
    for top, left, bottom, right in known.tolist():
        rest[top:bottom, left:right] = False
    sums = summed(rest)
    full = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side] == side**2
    left = blobs(full, full.astype(np.uint8))
    small = (left.boxes[:, 2:] - left.boxes[:, :2]).max(axis=1, initial=0) <= round(
        LIMITS.eroded_size * float(size.max())
    )
    return np.column_stack([left.y[small], left.x[small]]) + (side - 1) / 2


def _between(places: Numbers, known: Boxes, size: Numbers) -> NDArray[np.bool_]:
    """Return which lie within the extent of the separate points, or a quarter of it beyond."""
    low, high = np.percentile(known[:, :2], [2, 98], axis=0)
    beyond = (high - low) / 4 + size
    return np.asarray(((places >= low - beyond) & (places <= high + beyond)).all(axis=1))


def _made_of_dots(
    places: Numbers, boxes: Boxes, area: Boxes, ink: NDArray[np.bool_], size: Numbers
) -> NDArray[np.bool_]:
    """Return which lie in no stroke that points at these positions fail to explain, such as a letter."""
    drawn = np.zeros(ink.shape, bool)
    corners = np.maximum(np.rint(places - size / 2), 0).astype(np.intp)
    high, wide = np.rint(size).astype(int)
    for top, left in corners.tolist():
        drawn[top : top + high, left : left + wide] = True
    sums = summed(drawn & ink)
    top, left, bottom, right = boxes.T
    covered = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    short = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0) <= LIMITS.short * float(size.max())
    crossed = np.zeros(ink.shape, bool)
    for above, before, below, after in boxes[short & (covered < LIMITS.covered * area)].tolist():
        crossed[above:below, before:after] = True
    at = np.rint(places).astype(np.intp)
    return ~crossed[at[:, 0], at[:, 1]]
