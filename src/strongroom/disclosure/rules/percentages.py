"""Counts behind percentages: where the whole is known, a share to enough decimals is a count."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def implied_counts(shares: Numbers, totals: Numbers, *, decimals: int) -> Numbers:
    """Return the one whole number of people each share can stand for, nan where there are several or none.

    `shares` are fractions of `totals` (both of shape (n,)), published to `decimals` places: 12.3 % has 3.
    """
    half = 0.5 * 10.0**-decimals
    fewest = np.ceil((shares - half) * totals - 1e-9)
    most = np.floor((shares + half) * totals + 1e-9)
    return np.where((fewest == most) & (most >= 0), most, np.nan)
