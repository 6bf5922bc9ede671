"""Another mark on top of ours: every value taken up or down by about as much, by somebody's coin.

Such noise has two humps and is no bell: beside a bell as wide, half of the cells would be read the wrong way
round. With humps known, a cell whose two values lie between them is read as surely as one without noise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.noise_models.gaussian import STRAY, rounded

Floats = NDArray[np.float64]

# Of a smaller jump a bell tells as much; a larger one is no mark, for it can be seen.
_SIZES = np.geomspace(0.4, 5.0, 40)
_SPREADS = np.geomspace(0.02, 4.0, 12)
_FEWEST, _MOST = 100, 1_000
# Nats: what 480 more ways of saying it may win by chance, and as much again.
_CLEARLY = 12.0


@dataclass(frozen=True)
class Jump:
    """Every value was taken `size` x its own reach up or down, and then blurred by `spread`."""

    size: float
    spread: float

    def density(self, away: Floats, reach: Floats, half: float) -> Floats:
        """Return the density of values `away` from what was marked, shape as given."""
        up, down = (rounded(away - way * self.size * reach, half, self.spread) for way in (-1, 1))
        return np.asarray((up + down) / 2, np.float64)


def fitted_jump(away: Floats, reach: Floats, half: float, certainty: Floats, *, spread: float) -> Jump | None:
    """Return the jump that explains values `away` from the middle of their two far better than a bell.

    All have shape (cells,), in the file's units; `reach` is how far from the middle either value lies, and
    `spread` that of the bell, from which much smaller noise is not looked into.
    """
    usual = float(np.median(reach)) if len(reach) else 0.0
    if len(away) < _FEWEST or spread < _SIZES[0] * usual or spread > 2 * _SIZES[-1] * usual:
        return None
    some = slice(None, None, max(1, len(away) // _MOST))
    away, reach, certainty = away[some], reach[some], certainty[some]
    stray = STRAY / (10 * max(float(np.quantile(np.abs(away), 0.99)), half, spread))

    def fits(size: float, narrow: float) -> float:
        jump = Jump(size, narrow)
        either = (jump.density(away - reach, reach, half) + jump.density(away + reach, reach, half)) / 2
        return float(certainty @ np.log((1 - STRAY) * either + stray))

    bell = max(fits(0.0, width * spread) for width in (0.7, 0.85, 1.0, 1.2))
    best, size, narrow = max(
        (fits(size, width * usual), size, width * usual) for size in _SIZES for width in _SPREADS
    )
    return Jump(float(size), float(narrow)) if best > bell + _CLEARLY else None
