"""Detect counts rounded to one step: small counts and differences of rounded counts reveal little."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

# Steps in people: the rounding bases that statistical offices and research environments publish, largest
# first.
_STEPS = (1_000, 100, 50, 20, 10, 6, 5)
_MIDPOINT = 6  # fixed: OpenSAFELY, output checking, midpoint-6 rounding


class _Limits(Thresholds):
    """The numbers this module decides by."""

    chance: float = threshold(
        1e-4,
        "probability",
        "judgement: one table in 10,000 whose unrounded counts agree with a step is taken for rounded; at "
        "1e-2 small tables would pass as rounded",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Rounding:
    """Counts are multiples of `step`, or `offset` above one."""

    step: int
    offset: int = 0


def rounding_of(counts: NDArray[np.float64]) -> Rounding | None:
    """Return the step to which all counts (any shape, nan if missing) are rounded, None if they are not.

    Zeros are ignored. Detects multiples of a step, and the midpoints of steps of 6 as OpenSAFELY rounds
    (6 * ceil(n / 6) - 3), if too many counts agree for coincidence.
    """
    known = counts[np.isfinite(counts) & (counts != 0)]
    for step in _STEPS:
        if (1 / step) ** len(known) > LIMITS.chance:
            continue
        if np.all(known % step == 0):
            return Rounding(step)
        if step == _MIDPOINT and np.all(known % step == step // 2):
            return Rounding(step, step // 2)
    return None
