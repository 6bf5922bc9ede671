"""Kind 11: several copies compared cell by cell, and merged so that no copy's marks should remain."""

import numpy as np
from benchmarks.attribution._attacks.leak import Draw, Floats, Held, Leak, attack, to_grid

_TAKEN = ("rows", "columns", "cells")
_MIDDLES = ("average", "average with noise", "median")
_VOTES = ("majority", "minority", "random", "max", "min")
STRATEGIES = (*_TAKEN, *_MIDDLES, *_VOTES)
_SIZES = ((2_000, 10), (20_000, 10))


@attack(11, sizes=_SIZES[:1], colluders=(2, 3, 5), how=STRATEGIES)
def few_colluders(held: Held, draw: Draw, *, how: str) -> Leak:
    """Kind 11: two, three or five copies merged."""
    return held.leak(merged(held, how, draw)).shuffled(draw)


@attack(11, sizes=_SIZES[1:], colluders=(8, 10), how=STRATEGIES)
def many_colluders(held: Held, draw: Draw, *, how: str) -> Leak:
    """Kind 11: eight or ten copies merged."""
    return held.leak(merged(held, how, draw)).shuffled(draw)


@attack(11, sizes=_SIZES[1:], colluders=(20,), how=STRATEGIES)
def twenty_colluders(held: Held, draw: Draw, *, how: str) -> Leak:
    """Kind 11: twenty copies merged; random choice is known to defeat three levels."""
    return held.leak(merged(held, how, draw)).shuffled(draw)


def merged(held: Held, how: str, draw: Draw) -> Floats:
    """Merge the copies by one strategy; shape (rows, columns)."""
    copies = held.copies
    if how in _TAKEN:
        return _taken(copies, how, draw)
    if how == "average with noise":
        return copies.mean(axis=0) + held.amplitudes * draw.normal(size=copies.shape[1:])
    if how in _MIDDLES:
        return to_grid(copies.mean(axis=0) if how == "average" else np.median(copies, axis=0), held.steps)
    return _voted(copies, how, draw)


def _taken(copies: Floats, how: str, draw: Draw) -> Floats:
    """Take every row, column or cell from one copy or another."""
    count, rows, columns = copies.shape
    if how == "columns":
        # Dealt out in turn: whoever gave no column could not be named by anybody.
        whose = (draw.permutation(columns) % count)[None]
    else:
        whose = draw.integers(0, count, (rows, 1 if how == "rows" else columns))
    return np.take_along_axis(copies, np.broadcast_to(whose, (rows, columns))[None], axis=0)[0]


def _voted(copies: Floats, how: str, draw: Draw) -> Floats:
    """Show the higher or the lower value of each cell, by how many hold which."""
    low, high = copies.min(axis=0), copies.max(axis=0)
    above = (copies > (low + high) / 2).sum(axis=0)
    coin = draw.random(low.shape) < 0.5
    most = np.where(2 * above == len(copies), coin, 2 * above > len(copies))
    shown = {"max": True, "min": False, "random": coin, "majority": most, "minority": ~most}[how]
    return np.where(shown, high, low)
