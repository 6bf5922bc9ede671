"""The colour bar beside a heat map, which gives the order of its colours.

Colours alone do not always: on a scale with two dark ends, values with a wide gap in the middle leave the
ends nearer to each other than the sides of the gap. Shades of grey have only one order.
"""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.cell_borders import without_blurred_border
from strongroom.checker.formats.pictures.raster.colour_levels import is_grey, levels
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    shortest: int = threshold(48, "pixels", "judgement: a shorter bar resolves too few colours")
    widest: float = threshold(0.5, "width / length", "judgement: wider regions are plots")
    same_colour: int = threshold(24, "steps of 256", "judgement: shades across one line of a bar, after JPEG")
    plain: float = threshold(
        0.9, "share of pixels", "judgement: across a colour bar nearly every pixel has its line's colour"
    )
    frame: int = threshold(3, "pixels", "judgement: remains of a frame at the ends")
    fewest_colours: int = threshold(8, "colours", "judgement: a bar of fewer is a legend of categories")
    on_bar: float = threshold(
        0.9, "share of cells", "judgement: cells whose colours are on the bar, or the bar is another plot's"
    )
    agreed: float = threshold(
        0.99,
        "rank correlation",
        "judgement: JPEG moves colours a little, so equal readings are not identical",
    )
    colours_at_once: int = threshold(
        4096, "colours", "cost: distances of all colours to all of a bar's take much memory"
    )


LIMITS = _Limits()


def colour_bar_of(part: Colours) -> Colours | None:
    """Return the colours along a colour bar, shape (n, 3), or None if a region is not one."""
    bar = without_blurred_border(part)
    if bar.shape[1] > bar.shape[0]:
        bar = bar.transpose(1, 0, 2)
    long, wide = bar.shape[:2]
    if long < LIMITS.shortest or wide > LIMITS.widest * long:
        return None
    inner = bar[LIMITS.frame : long - LIMITS.frame, wide // 4 : wide - wide // 4].astype(np.int16)
    along = np.median(inner, axis=1).astype(np.int16)
    plain = (np.abs(inner - along[:, None]).max(axis=-1) <= LIMITS.same_colour).mean()
    shades = len(np.unique(along, axis=0))
    return along.astype(np.uint8) if plain >= LIMITS.plain and shades >= LIMITS.fewest_colours else None


def readings(picture: Colours, bars: list[Colours]) -> list[Numbers]:
    """Return levels of colours: by themselves, and by each bar that orders them differently.

    Colours have shape (n, 3), levels (n,). A bar's order is used in addition to the colours' own,
    never instead: anything can be drawn as a bar.
    """
    found = [levels(picture)]
    for bar in [] if is_grey(picture) else bars:
        by_bar = _along(picture, bar)
        if by_bar is not None and not any(_agree(by_bar, other) for other in found):
            found.append(by_bar)
    return found


def _along(picture: Colours, bar: Colours) -> Numbers | None:
    """Return each colour's position along a bar, or None if most colours are not on it."""
    distinct, of = np.unique(picture, axis=0, return_inverse=True)
    scale, first = np.unique(bar, axis=0, return_index=True)
    place, far = np.empty(len(distinct)), np.empty(len(distinct))
    for start in range(0, len(distinct), LIMITS.colours_at_once):
        some = slice(start, start + LIMITS.colours_at_once)
        away = np.abs(distinct[some, None].astype(np.int16) - scale).max(axis=-1)
        nearest = away.argmin(axis=1)
        place[some], far[some] = first[nearest], away.min(axis=1)
    of = of.reshape(-1)
    return place[of] if float((far[of] <= LIMITS.same_colour).mean()) >= LIMITS.on_bar else None


def _agree(one: Numbers, other: Numbers) -> bool:
    """Return whether two readings agree, in the same or the opposite order, by rank correlation."""
    ranks = [_centred_ranks(each) for each in (one, other)]
    lengths = [float(np.linalg.norm(each)) for each in ranks]
    if not all(lengths):
        return not any(lengths)
    return bool(abs(ranks[0] @ ranks[1]) >= LIMITS.agreed * lengths[0] * lengths[1])


def _centred_ranks(values: Numbers) -> Numbers:
    _, of, many = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(many) - many / 2
    return np.asarray(ranks[of.reshape(-1)] - len(values) / 2)
