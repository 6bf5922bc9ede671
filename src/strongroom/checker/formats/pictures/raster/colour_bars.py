"""The colour bar beside a heat map, which says in which order the colours of its cells come.

Colours alone do not always: where values leave a wide gap in a scale between two dark ends, its ends are
nearer to each other than the sides of the gap. Shades of grey have but one order.
"""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.cell_borders import unrimmed
from strongroom.checker.formats.pictures.raster.colour_levels import is_grey, levels

Numbers = NDArray[np.float64]

_LEAST, _NARROW = 48, 0.5  # pixels along a bar, and how wide it is at most for its length
_SAME, _PLAIN = 24, 0.9  # steps of shade within a line across a bar, and how many of its pixels
_ENDS = 3  # pixels: what is left of a frame at the ends
_FEWEST_COLOURS = 8
_ON_BAR = 0.9  # of the cells: whose colours a bar of their own has
_AGREED = 0.99  # rank correlation of readings that are one: JPEG moves colours a little
_AT_ONCE = 4096


def bar_of(part: Colours) -> Colours | None:
    """Return the colours along a region that is a colour bar, shape (n, 3), or None where it is none."""
    bar = unrimmed(part)
    if bar.shape[1] > bar.shape[0]:
        bar = bar.transpose(1, 0, 2)
    long, wide = bar.shape[:2]
    if long < _LEAST or wide > _NARROW * long:
        return None
    inner = bar[_ENDS : long - _ENDS, wide // 4 : wide - wide // 4].astype(np.int16)
    along = np.median(inner, axis=1).astype(np.int16)
    plain = (np.abs(inner - along[:, None]).max(axis=-1) <= _SAME).mean()
    shades = len(np.unique(along, axis=0))
    return along.astype(np.uint8) if plain >= _PLAIN and shades >= _FEWEST_COLOURS else None


def readings(seen: Colours, bars: list[Colours]) -> list[Numbers]:
    """Return levels of colours: by themselves, and by each bar that orders them otherwise.

    Colours have shape (n, 3), levels (n,). A bar is believed beside the colours' own order,
    never in its place: anything can be drawn as one.
    """
    found = [levels(seen)]
    for bar in [] if is_grey(seen) else bars:
        by_bar = _along(seen, bar)
        if by_bar is not None and not any(_agree(by_bar, other) for other in found):
            found.append(by_bar)
    return found


def _along(seen: Colours, bar: Colours) -> Numbers | None:
    """Return how far along a bar the nearest of its colours is, or None where most colours are not on it."""
    distinct, of = np.unique(seen, axis=0, return_inverse=True)
    scale, first = np.unique(bar, axis=0, return_index=True)
    place, far = np.empty(len(distinct)), np.empty(len(distinct))
    for start in range(0, len(distinct), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        away = np.abs(distinct[some, None].astype(np.int16) - scale).max(axis=-1)
        nearest = away.argmin(axis=1)
        place[some], far[some] = first[nearest], away.min(axis=1)
    of = of.reshape(-1)
    return place[of] if float((far[of] <= _SAME).mean()) >= _ON_BAR else None


def _agree(one: Numbers, other: Numbers) -> bool:
    """Tell whether levels rise together, or fall as the others rise: by the correlation of their ranks."""
    ranks = [_centred_ranks(each) for each in (one, other)]
    lengths = [float(np.linalg.norm(each)) for each in ranks]
    if not all(lengths):
        return not any(lengths)
    return bool(abs(ranks[0] @ ranks[1]) >= _AGREED * lengths[0] * lengths[1])


def _centred_ranks(values: Numbers) -> Numbers:
    _, of, many = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(many) - many / 2
    return np.asarray(ranks[of.reshape(-1)] - len(values) / 2)
