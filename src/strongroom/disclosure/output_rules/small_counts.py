"""Counts of too few people."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]


def small(counts: Counts, smallest: int) -> NDArray[np.bool_]:
    """Tell which counts (any shape) are of somebody but of fewer than `smallest` people; nan is none."""
    known = np.isfinite(counts)
    found: NDArray[np.bool_] = known & (counts > 0) & (counts < smallest) & (counts == np.floor(counts))
    return found
