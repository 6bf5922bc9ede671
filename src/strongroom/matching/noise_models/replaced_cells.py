"""Cells whose values were replaced, for example blanked and imputed, while the others are unchanged.

Replacements scatter about the original as widely as a prediction does. Taken for noise on every cell, this
would hide the marks of the unchanged cells, however many; modelled separately, those are read as if alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.noise_models.gaussian import STRAY, Offsets, rounded
from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    far: float = threshold(3.0, "reaches of a mark", "judgement: no mark moves a value so far")
    least_far: float = threshold(
        0.05, "share of cells", "judgement: fewer are errors or wrongly matched rows"
    )
    beside: float = threshold(
        4.0,
        "reaches of a mark",
        "judgement: a window around the peak in which noise of any shape is about as dense as at the peak",
    )
    peaked: float = threshold(1.5, "ratio of densities", "judgement: noise of any shape is less peaked")
    least_cells: int = threshold(40, "cells", "judgement: a share of fewer cells cannot be estimated")
    most_cells: int = threshold(2_000, "cells", "cost: 40 models are fitted to them")
    least_gain: float = threshold(
        12.0,
        "nats",
        "judgement: well above ln 40 = 3.7, what as many models may gain by chance; also beyond noise with "
        "tails that are not normal",
    )


LIMITS = _Limits()

# shares of cells replaced. judgement: neighbours in this list fit a share between them nearly as well.
_SHARES = np.array([0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
# reaches of our marks: noise on the cells that stayed. judgement: wider noise hides marks anyway.
_SPREADS = np.array([0.02, 0.1, 0.25, 0.5, 1.0])
# times the normal spread that fits best: heavy-tailed noise as a mixture of two normals. judgement: half of
# the cells less noisy than the other half; without it long tails would pass for replaced cells.
_TAILED = (0.5, 1.4)
_ONE_OR_OTHER: Offsets = ((-1.0, 0.5), (1.0, 0.5))


@dataclass(frozen=True)
class Replaced:
    """A `share` of the cells scatters about the original by `wide`; the others only by `spread`."""

    share: float
    spread: float
    wide: float

    def density_of_replaced(self, away: Floats, half: float) -> Floats:
        """Return the density of the replaced cells, values `away` from the midpoint of their two values."""
        return np.asarray(self.share * rounded(away, half, self.wide), np.float64)


def fitted_replaced(
    away: Floats,
    reach: Floats,
    half: float,
    certainty: Floats,
    *,
    spread: float,
    moves: Offsets = _ONE_OR_OTHER,
) -> Replaced | None:
    """Return the share of replaced cells, if it explains the values far better than noise on all of them.

    All have shape (cells,), in the file's units: `away` is the distance of values from their expectation,
    which marks move by `moves` x `reach`. `spread` is the SD of the best normal noise. No bit is known.
    """
    usable = np.isfinite(away) & np.isfinite(reach)
    away, reach, certainty = away[usable], reach[usable], certainty[usable]
    usual = float(np.median(reach)) if len(reach) else 0.0
    if len(away) < LIMITS.least_cells or usual == 0:
        return None
    some = slice(None, None, max(1, len(away) // LIMITS.most_cells))
    away, reach, certainty = away[some], reach[some], certainty[some]
    near = max(abs(ratio) for ratio, _ in moves) * usual + half
    inside, beside = (float(np.mean(np.abs(away) <= times * near)) for times in (1.0, LIMITS.beside))
    far = np.abs(away) > LIMITS.far * near
    # Noise of any shape is about as dense beside a mark's reach as within it.
    if np.mean(far) < LIMITS.least_far or inside <= LIMITS.peaked * (beside - inside) / (LIMITS.beside - 1):
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
    stayed, replaced = np.array([marked(each) for each in widths]), rounded(away, half, wide)
    found = worth(_SHARES[:, None, None] * replaced + (1 - _SHARES[:, None, None]) * stayed)
    share, place = np.unravel_index(int(np.argmax(found)), found.shape)
    if found[share, place] <= noise + LIMITS.least_gain:
        return None
    return Replaced(float(_SHARES[share]), widths[place], wide)
