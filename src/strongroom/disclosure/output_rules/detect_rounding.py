"""Whether counts were rounded, all to the same step: then a small one and a difference say little."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = (1_000, 100, 50, 20, 10, 6, 5)
_MIDPOINT = 6
# Counts that were not rounded agree with a step by chance once in this many tables.
_CHANCE = 1e-4


@dataclass(frozen=True)
class Rounding:
    """Counts are multiples of `step`, or `offset` above one."""

    step: int
    offset: int = 0


def rounding_of(counts: NDArray[np.float64]) -> Rounding | None:
    """Return the step to which all counts (any shape, nan where none) were rounded, None where they were not.

    Zeros say nothing. Recognised are multiples of a step and the midpoints of steps of 6, as OpenSAFELY
    rounds (6 * ceil(n / 6) - 3), where so many counts agree that chance is no explanation.
    """
    known = counts[np.isfinite(counts) & (counts != 0)]
    for step in _STEPS:
        if (1 / step) ** len(known) > _CHANCE:
            continue
        if np.all(known % step == 0):
            return Rounding(step)
        if step == _MIDPOINT and np.all(known % step == step // 2):
            return Rounding(step, step // 2)
    return None
