"""Allele dosages, 0 to 2: which of them may move slightly without changing a hard call made from them."""

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    called_within: float = threshold(
        0.1, "alleles from a whole call", "standard: PLINK 1.9 and 2.0, default of --hard-call-threshold"
    )
    rounding: float = threshold(
        1e-9, "alleles", "judgement: rounding errors of doubles; far below any grid of dosages"
    )


LIMITS = _Limits()
CALLED_WITHIN = LIMITS.called_within


_MIDDLE = 0.5  # fixed: the nearest hard call changes halfway between two calls
_MOST = 2.0  # fixed: a diploid genotype has at most two copies of an allele


def uncertain(dosages: Floats, reach: float) -> NDArray[np.bool_]:
    """Tell which dosages may move by `reach` in either direction, shape as given.

    Dosages within twice the reach of 0, 1 or 2 are nearly certain and stay. No other crosses 0.5 or 1.5,
    where the nearest call changes, or the limits within which a call is made: no call is changed, made or
    lost.
    """
    inside = (dosages > 0) & (dosages < _MOST)
    away = np.abs(dosages - np.rint(dosages))
    free = inside & (away > 2 * reach + LIMITS.rounding)
    for edge in (CALLED_WITHIN, _MIDDLE):
        free &= np.abs(away - edge) > reach + LIMITS.rounding
    return np.asarray(free, bool)
