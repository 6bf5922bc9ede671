"""How far along a scale of colours each colour lies, whatever scale it is."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.readers.raster.ground import Colours

Numbers = NDArray[np.float64]

_GREY = 8
_MOST = 512
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])


def levels(seen: Colours) -> Numbers:
    """Return a level for each colour, from shape (n, 3) to (n,): brightness where all are grey.

    Otherwise the colours lie along a curve through the cube of colours, whichever; a level is how far along.
    The curve is the shortest tree that joins them (Prim, 1957), measured from its farthest end. Of too many
    colours the brightness is returned.
    """
    wide = seen.astype(np.float64)
    distinct, of = np.unique(seen, axis=0, return_inverse=True)
    of = of.reshape(-1)
    if not len(seen) or float(np.ptp(wide, axis=1).max()) <= _GREY or len(distinct) > _MOST:
        return np.asarray(wide @ _BRIGHTNESS)
    places = distinct.astype(np.float64)
    far = int(_along(places, 0).argmax())
    return np.asarray(_along(places, far)[of])


def _along(places: Numbers, start: int) -> Numbers:
    """Return each place's distance from `start` along the shortest tree that joins all."""
    near = np.linalg.norm(places - places[start], axis=1)
    by = np.full(len(places), start)
    way = np.zeros(len(places))
    joined = np.zeros(len(places), bool)
    joined[start] = True
    for _ in range(len(places) - 1):
        new = int(np.where(joined, np.inf, near).argmin())
        joined[new] = True
        way[new] = way[by[new]] + near[new]
        there = np.linalg.norm(places - places[new], axis=1)
        closer = there < near
        near, by = np.where(closer, there, near), np.where(closer & ~joined, new, by)
    return way
