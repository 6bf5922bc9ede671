"""The panels of a picture's dots: dots of one panel stand nearer to each other than to the next panel's."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]

_CORRIDOR = 0.06  # of all dots' extent: what plotting libraries leave between panels and more
_FEWEST, _SHARE = 8, 0.05


def panels(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[Places]:
    """Return the dots of each panel, cut apart along the widest empty corridors across and down, in turns.

    An XY cut (Nagy and Seth, 1984). Pieces of fewer than eight dots, or of a twentieth, are no panels.
    """
    least = max(_FEWEST, round(_SHARE * len(x)))
    found = list(
        _pieces(x, y, np.arange(len(x)), (_CORRIDOR * float(np.ptp(x)), _CORRIDOR * float(np.ptp(y))))
    )
    return [piece for piece in found if len(piece) >= least]


def _pieces(
    x: NDArray[np.float64], y: NDArray[np.float64], chosen: Places, least: tuple[float, float]
) -> Iterator[Places]:
    for along, corridor in ((x, least[0]), (y, least[1])):
        ordered = chosen[np.argsort(along[chosen], kind="stable")]
        cuts = np.flatnonzero(np.diff(along[ordered]) > max(corridor, 1)) + 1
        # A lone dot far from the others is no panel.
        sides = [place for place in cuts if _FEWEST <= place <= len(ordered) - _FEWEST]
        if sides:
            for piece in np.split(ordered, sides):
                yield from _pieces(x, y, piece, least)
            return
    yield chosen
