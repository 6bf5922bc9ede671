"""Kinds 12 and 13: round trips through files, and several disguises at once."""

from dataclasses import replace

import numpy as np
from benchmarks.attribution._attacks.collusion import merged
from benchmarks.attribution._attacks.leak import Draw, Held, Leak, attack, to_grid


@attack(12, sizes=((100, 10),), how=("float32", "csv", "excel"))
def round_trip(held: Held, draw: Draw, *, how: str) -> Leak:  # noqa: ARG001 - nothing is drawn
    """Kind 12: values as single precision (Stata), seven significant digits (CSV), or fifteen (Excel)."""
    if how == "float32":
        return held.leak(held.first.astype(np.float32).astype(np.float64))
    digits = {"csv": 7, "excel": 15}[how]
    texts = [[f"{value:.{digits}g}" for value in row] for row in held.first]
    return held.leak(np.array(texts, np.float64))


@attack(13, sizes=((1_000, 6),), rounding=(0.05, 0.1))
def alone_in_disguise(held: Held, draw: Draw, *, rounding: float) -> Leak:
    """Kind 13: one copy without ids, shuffled, noise of 0.05 SD, then rounded."""
    return _disguised(held, held.first, rounding, draw)


@attack(13, sizes=((2_000, 8),), colluders=(2,), rounding=(0.05, 0.1))
def two_in_disguise(held: Held, draw: Draw, *, rounding: float) -> Leak:
    """Kind 13: cells of two copies, disguised as above."""
    return _disguised(held, merged(held, "cells", draw), rounding, draw)


@attack(13, sizes=((5_000, 10),), colluders=(3,), rounding=(0.05, 0.1))
def three_in_disguise(held: Held, draw: Draw, *, rounding: float) -> Leak:
    """Kind 13: cells of three copies, disguised as above."""
    return _disguised(held, merged(held, "cells", draw), rounding, draw)


@attack(13, sizes=((20_000, 12),), colluders=(5,), rounding=(0.05, 0.1))
def five_in_disguise(held: Held, draw: Draw, *, rounding: float) -> Leak:
    """Kind 13: cells of five copies, disguised as above."""
    return _disguised(held, merged(held, "cells", draw), rounding, draw)


def _disguised(held: Held, values: np.ndarray, rounding: float, draw: Draw) -> Leak:
    noisy = values + 0.05 * held.spreads * draw.normal(size=values.shape)
    grids = rounding * held.spreads
    return replace(held.leak(to_grid(noisy, grids)), grids=grids).shuffled(draw)
