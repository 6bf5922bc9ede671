"""Cells that are nobody's any more: blanked and drawn again, say, while the others stand as they were.

What was put there lies about the original as widely as a guess does. Taken for noise on every cell it would
drown the marks of those that stayed, however few these are; told apart, they are read as if alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.noise_models.gaussian import STRAY, Moves, rounded

Floats = NDArray[np.float64]

_SHARES = np.array([0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
# What stayed is looked for within about a mark's reach: where noise is wider, it is noise.
_SPREADS = np.array([0.02, 0.1, 0.25, 0.5, 1.0])
# Marks' reaches past which a value is no mark's work, and how many such values it takes to look into them.
_FAR, _FEWEST_FAR = 3.0, 0.05
_BESIDE, _PEAKED = 4.0, 1.5
_FEWEST, _MOST = 40, 2_000
# Nats: what so many more ways of saying it may win by chance, and as much again.
_CLEARLY = 12.0
# Noise of longer tails than a bell, as two bells: their widths, of the one bell that fits best.
_TAILED = (0.5, 1.4)
_ONE_OR_OTHER: Moves = ((-1.0, 0.5), (1.0, 0.5))


@dataclass(frozen=True)
class Replaced:
    """A `share` of the cells lies about the original by `wide`; the others are off by `spread` alone."""

    share: float
    spread: float
    wide: float

    def strays(self, away: Floats, half: float) -> Floats:
        """Return the density of the replaced, values `away` from the middle of their two."""
        return np.asarray(self.share * rounded(away, half, self.wide), np.float64)


def fitted_replaced(
    away: Floats,
    reach: Floats,
    half: float,
    certainty: Floats,
    *,
    spread: float,
    moves: Moves = _ONE_OR_OTHER,
) -> Replaced | None:
    """Return how many cells were replaced, if that explains values far better than noise on all of them.

    All have shape (cells,), in the file's units: `away` is how far values lie from the expected, from which
    marks move them by `moves` x `reach`. `spread` is that of the bell that fits best. No bit is known.
    """
    usable = np.isfinite(away) & np.isfinite(reach)
    away, reach, certainty = away[usable], reach[usable], certainty[usable]
    usual = float(np.median(reach)) if len(reach) else 0.0
    if len(away) < _FEWEST or usual == 0:
        return None
    some = slice(None, None, max(1, len(away) // _MOST))
    away, reach, certainty = away[some], reach[some], certainty[some]
    near = max(abs(ratio) for ratio, _ in moves) * usual + half
    inside, beside = (float(np.mean(np.abs(away) <= times * near)) for times in (1.0, _BESIDE))
    far = np.abs(away) > _FAR * near
    # Noise of any shape lies about as thick beside a mark's reach as within it.
    if np.mean(far) < _FEWEST_FAR or inside <= _PEAKED * (beside - inside) / (_BESIDE - 1):
        return None
    wide = float(np.sqrt(np.average(away[far] ** 2, weights=certainty[far])))
    stray = STRAY / (10 * max(float(np.quantile(np.abs(away), 0.99)), spread))

    def marked(width: float) -> Floats:
        found = np.zeros(len(away))
        for ratio, chance in moves:
            found += chance * rounded(away - ratio * reach, half, width)
        return found

    def worth(likely: Floats) -> Floats:
        found: Floats = np.log((1 - STRAY) * likely + stray) @ certainty
        return found

    bell, tailed = marked(spread), np.mean([marked(each * spread) for each in _TAILED], axis=0)
    noise = max(float(worth(bell)), float(worth(tailed)))
    widths = [max(each * usual, _SPREADS[0] * half) for each in _SPREADS.tolist()]
    stayed, gone = np.array([marked(each) for each in widths]), rounded(away, half, wide)
    found = worth(_SHARES[:, None, None] * gone + (1 - _SHARES[:, None, None]) * stayed)
    share, place = np.unravel_index(int(np.argmax(found)), found.shape)
    if found[share, place] <= noise + _CLEARLY:
        return None
    return Replaced(float(_SHARES[share]), widths[place], wide)
