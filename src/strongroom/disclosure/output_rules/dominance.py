"""Dominance: a sum to which one or two people contribute most, so that one can estimate the other."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def dominated(
    totals: Numbers, top: Numbers, *, largest: Numbers, second: Numbers, share: float, p: float
) -> NDArray[np.bool_]:
    """Tell which sums fail the (n, k) rule or the p % rule, all of shape (sums,).

    (n, k): `top`, the sum of the n largest contributions, must be below `share` of the total. p %: the total
    without the two largest must be at least `p` of the largest, or the second contributor could estimate the
    first to within `p`. Contributions are absolute values. Source: Hundepool et al., Statistical Disclosure
    Control (2012), section 4.2.2; ACRO's defaults are n = 2, k = 0.9, p = 0.1.
    """
    with np.errstate(invalid="ignore"):
        concentrated = top >= share * totals
        guessed = totals - largest - second < p * largest
    return np.asarray((concentrated | guessed) & (largest > 0))
