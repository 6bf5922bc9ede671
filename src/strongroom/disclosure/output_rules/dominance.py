"""Sums that one or two people make up: each of them can work out the other."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def dominated(
    totals: Numbers, top: Numbers, *, largest: Numbers, second: Numbers, share: float, p: float
) -> NDArray[np.bool_]:
    """Tell which sums the (n, k) rule or the p % rule forbids, all of shape (sums,).

    `top` is the sum of the n largest contributions, to be less than `share` of the total; without the two
    `largest`, at least `p` of the largest must be left, or the second could tell the first to within `p`.
    Contributions are taken without their signs. Source: Hundepool et al., Statistical Disclosure Control
    (2012), section 4.2.2; ACRO's defaults are n = 2, k = 0.9, p = 0.1.
    """
    with np.errstate(invalid="ignore"):
        concentrated = top >= share * totals
        guessed = totals - largest - second < p * largest
    return np.asarray((concentrated | guessed) & (largest > 0))
