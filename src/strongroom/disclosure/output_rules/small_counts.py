"""Counts below the threshold of a policy."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]


def below_threshold(counts: Counts, smallest: int) -> NDArray[np.bool_]:
    """Tell which counts (any shape) are whole, above 0 and below `smallest`; nan is not."""
    known = np.isfinite(counts)
    found: NDArray[np.bool_] = known & (counts > 0) & (counts < smallest) & (counts == np.floor(counts))
    return found
