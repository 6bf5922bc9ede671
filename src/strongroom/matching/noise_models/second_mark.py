"""A second mark on top of ours: every value moved up or down by about the same amount, at random.

Such noise has two peaks. Modelled as a normal distribution of the same width, half of the cells would be
misread. With the two peaks known, a cell whose two values lie between them is read as reliably as one without
noise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.noise_models.gaussian import STRAY, rounded
from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_cells: int = threshold(
        100, "cells", "judgement: two humps are not distinguishable from one in fewer"
    )
    most_cells: int = threshold(1_000, "cells", "cost: 480 models are fitted to them")
    least_gain: float = threshold(
        12.0, "nats", "derived: ln 480, what as many models may gain by chance, and as much again"
    )


LIMITS = _Limits()

# reaches of our marks. judgement: smaller second marks look like normal noise, larger ones are visible as
# such.
_SIZES = np.geomspace(0.4, 5.0, 40)
# reaches of our marks: noise besides the second mark, from none to more than the marks.
_SPREADS = np.geomspace(0.02, 4.0, 12)


@dataclass(frozen=True)
class SecondMark:
    """Every value was moved `size` x its own reach up or down, and then blurred by `spread`."""

    size: float
    spread: float

    def density(self, away: Floats, reach: Floats, half: float) -> Floats:
        """Return the density of values `away` from the marked value, shape as given."""
        up, down = (rounded(away - way * self.size * reach, half, self.spread) for way in (-1, 1))
        return np.asarray((up + down) / 2, np.float64)


def fitted_second_mark(
    away: Floats, reach: Floats, half: float, certainty: Floats, *, spread: float
) -> SecondMark | None:
    """Return the second mark that explains the values far better than normal noise; None if there is none.

    `away` is the distance of values from the midpoint of their two marked values. All have shape (cells,), in
    the file's units; `reach` is the distance of either marked value from the midpoint, and `spread` the SD of
    the best normal noise: much smaller noise is not examined.
    """
    usual = float(np.median(reach)) if len(reach) else 0.0
    if len(away) < LIMITS.least_cells or spread < _SIZES[0] * usual or spread > 2 * _SIZES[-1] * usual:
        return None
    some = slice(None, None, max(1, len(away) // LIMITS.most_cells))
    away, reach, certainty = away[some], reach[some], certainty[some]
    stray = STRAY / (10 * max(float(np.quantile(np.abs(away), 0.99)), half, spread))

    def fits(size: float, narrow: float) -> float:
        jump = SecondMark(size, narrow)
        either = (jump.density(away - reach, reach, half) + jump.density(away + reach, reach, half)) / 2
        return float(certainty @ np.log((1 - STRAY) * either + stray))

    bell = max(fits(0.0, width * spread) for width in (0.7, 0.85, 1.0, 1.2))
    best, size, narrow = max(
        (fits(size, width * usual), size, width * usual) for size in _SIZES for width in _SPREADS
    )
    return SecondMark(float(size), float(narrow)) if best > bell + LIMITS.least_gain else None
