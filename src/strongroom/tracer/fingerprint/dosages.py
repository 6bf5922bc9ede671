"""Dosages of an allele, 0 to 2: which may move a little without a call that is made of them changing."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CALLED_WITHIN = 0.1
"""How far from 0, 1 or 2 a dosage may be to count as called: the default of PLINK 1.9 and 2."""

_MIDDLE = 0.5
_TINY = 1e-9
_MOST = 2.0


def uncertain(dosages: Floats, reach: float) -> NDArray[np.bool_]:
    """Tell which dosages may move by `reach` either way, shape as given.

    One as near to 0, 1 or 2 as twice that is as good as certain and stays. No other crosses 0.5 or 1.5, where
    the nearest call changes, nor the edges within which there is a call: neither is a call flipped, nor made,
    nor lost.
    """
    inside = (dosages > 0) & (dosages < _MOST)
    away = np.abs(dosages - np.rint(dosages))
    free = inside & (away > 2 * reach + _TINY)
    for edge in (CALLED_WITHIN, _MIDDLE):
        free &= np.abs(away - edge) > reach + _TINY
    return np.asarray(free, bool)
