"""The position of each colour along an unknown colour scale."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    grey: int = threshold(
        8, "steps of 256", "judgement: channels of a grey pixel differ by less, also after JPEG"
    )
    most_colours: int = threshold(512, "colours", "cost: the shortest tree takes quadratic time")


LIMITS = _Limits()


_STEPS = (1, 2, 4, 8, 16)  # of 256: JPEG gives every cell its own colour, near that of its value
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])


def levels(picture: Colours) -> Numbers:
    """Return a level for each colour, from shape (n, 3) to (n,): brightness where all are grey.

    Otherwise the colours lie along some curve through colour space; a level is the position along it. The
    curve is approximated by the minimum spanning tree (Prim, 1957), measured from its farthest end. If there
    are too many colours even at coarse resolution, brightness is returned.
    """
    wide = picture.astype(np.float64)
    if is_grey(picture):
        return np.asarray(wide @ _BRIGHTNESS)
    places, of = _places(picture)
    if len(places) > LIMITS.most_colours:
        return np.asarray(wide @ _BRIGHTNESS)
    far = int(_along(places, 0).argmax())
    return np.asarray(_along(places, far)[of])


def is_grey(picture: Colours) -> bool:
    """Return whether all colours, shape (n, 3), are grey; true if there are none."""
    return int(np.ptp(picture, axis=1).max(initial=0)) <= LIMITS.grey


def _places(picture: Colours) -> tuple[Numbers, NDArray[np.intp]]:
    """Return the distinct colours and the index of each; similar ones are merged if there are too many."""
    for step in _STEPS:
        distinct, of = np.unique(picture // step, axis=0, return_inverse=True)
        if len(distinct) <= LIMITS.most_colours:
            break
    return distinct.astype(np.float64) * step, of.reshape(-1)


def _along(places: Numbers, start: int) -> Numbers:
    """Return each colour's distance from `start` along the minimum spanning tree."""
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
