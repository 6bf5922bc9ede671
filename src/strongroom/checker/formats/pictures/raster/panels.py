"""Splits the points of a picture into the panels of a figure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Places = NDArray[np.intp]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    corridor: float = threshold(
        0.06, "share of the extent", "judgement: plotting libraries leave at least this much between panels"
    )
    fewest: int = threshold(8, "points", "judgement: pieces of fewer are outlying points, not panels")
    share: float = threshold(
        0.05, "share of points", "judgement: pieces of a smaller share are outlying points, not panels"
    )


LIMITS = _Limits()


def panels(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[Places]:
    """Return the points of each panel, split along the widest empty corridors both ways.

    An XY cut (Nagy and Seth, 1984). Pieces of fewer than eight points, or a twentieth of all, are not panels.
    """
    least = max(LIMITS.fewest, round(LIMITS.share * len(x)))
    found = list(
        _pieces(
            x, y, np.arange(len(x)), (LIMITS.corridor * float(np.ptp(x)), LIMITS.corridor * float(np.ptp(y)))
        )
    )
    return [piece for piece in found if len(piece) >= least]


def _pieces(
    x: NDArray[np.float64], y: NDArray[np.float64], chosen: Places, least: tuple[float, float]
) -> Iterator[Places]:
    for along, corridor in ((x, least[0]), (y, least[1])):
        ordered = chosen[np.argsort(along[chosen], kind="stable")]
        cuts = np.flatnonzero(np.diff(along[ordered]) > max(corridor, 1)) + 1
        # An outlying point is not a panel.
        sides = [place for place in cuts if LIMITS.fewest <= place <= len(ordered) - LIMITS.fewest]
        if sides:
            for piece in np.split(ordered, sides):
                yield from _pieces(x, y, piece, least)
            return
    yield chosen
