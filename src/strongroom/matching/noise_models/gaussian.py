"""The noise added to a column, estimated by maximum likelihood without knowing any mark's bit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]

Offsets = tuple[tuple[float, float], ...]
"""By what share of its reach a cell may have been moved, and how often."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    stray: float = threshold(
        0.02,
        "share of cells",
        "judgement: cells of another participant or with gross errors; without them one outlier decides a "
        "fit",
    )
    unmarked: float = threshold(
        0.2,
        "share of cells",
        "judgement: rough share of cells that no mark moved; the fit of the noise hardly depends on it",
    )
    least_cells: int = threshold(4, "cells", "judgement: fewer show no noise")
    most_cells: int = threshold(5_000, "cells", "cost: a spread is known to 1 % from 5,000 cells")
    finest: float = threshold(
        0.02, "share of the reach of a mark", "judgement: smaller noise cannot change a reading"
    )
    widest: float = threshold(
        4.0,
        "times the median deviation",
        "derived: 4 median deviations are 2.7 SDs of a normal distribution; no larger spread can fit",
    )
    within: float = threshold(
        0.9,
        "quantile of deviations",
        "judgement: where most cells are exact, the median says nothing of the others",
    )
    steps: int = threshold(
        48, "spreads on a logarithmic scale", "cost: with 48 neighbouring likelihoods differ little"
    )
    leap: int = threshold(4, "steps", "cost: a coarse search first takes a quarter of the time")
    finest_shift: float = threshold(
        0.01,
        "share of the spread",
        "derived: a shift so small gains most_cells / 2 x 0.01^2 = 0.25 nats at most; one costs 3",
    )
    finer: int = threshold(
        11,
        "spreads between two steps",
        "judgement: cells weigh with the square of the spread; the coarse steps are too wide for that",
    )


LIMITS = _Limits()
STRAY = LIMITS.stray
UNMARKED = LIMITS.unmarked

EITHER_WAY: Offsets = ((-1.0, (1 - UNMARKED) / 2), (0.0, UNMARKED), (1.0, (1 - UNMARKED) / 2))


@dataclass(frozen=True)
class Noise:
    """`spread` is the SD of the noise; `shift` the offset of values rounded up or down."""

    spread: float
    shift: float


def fitted_noise(
    away: Floats, reach: Floats, half: float, certainty: Floats, moves: Offsets = EITHER_WAY
) -> Noise:
    """Fit the noise of file values `away` from their expectation, which marks move by `moves` x `reach`.

    All have shape (cells,), the first two in the file's units; `half` is half the file's step. Cells are
    weighted by the certainty of their match: the most certain alone would underestimate the noise. Values may
    have been rounded to the nearest step, down or up.
    """
    usable = np.isfinite(away) & np.isfinite(reach)
    away, reach, certainty = away[usable], reach[usable], certainty[usable]
    if len(away) < LIMITS.least_cells:
        return Noise(0.0, 0.0)
    step = max(1, len(away) // LIMITS.most_cells)
    away, reach, certainty = away[::step], reach[::step], certainty[::step]
    unit = max(half, 1e-12, float(np.median(reach)) * LIMITS.finest)
    # Where most cells are off by nothing, as after a second mark, the median tells nothing of the others.
    usual, most = np.quantile(np.abs(away), [0.5, LIMITS.within]).tolist()
    width = max(LIMITS.widest * usual, most, 4 * unit)
    spreads = np.geomspace(unit * LIMITS.finest, width, LIMITS.steps)

    def fits(spread: float, shift: float) -> tuple[float, float, float]:
        likely = mixture(away - shift, reach, moves, half=half, spread=spread, width=width * 10)
        found = float(certainty @ np.log(likely))
        # Rounding to the nearest is by far the most common.
        return found - 3.0 * (shift != 0), spread, shift

    best = _highest(partial(fits, shift=0.0), spreads)
    if half > LIMITS.finest_shift * best[1]:
        best = max(best, *(_highest(partial(fits, shift=shift), spreads) for shift in (-half, half)))
    # The weight of a cell is proportional to the squared spread, for which the steps of the search are too
    # wide.
    apart = float(spreads[1] / spreads[0])
    finer = best[1] * apart ** np.linspace(-1, 1, LIMITS.finer)[1:-1]
    best = max(best, *(fits(float(spread), best[2]) for spread in finer))
    return Noise(best[1], best[2])


def _highest(
    likely: Callable[[float], tuple[float, float, float]], spreads: Floats
) -> tuple[float, float, float]:
    """Return the likeliest spread: the best of a coarse grid, then the best of its neighbours."""
    few = max((likely(float(spreads[place])), place) for place in range(0, LIMITS.steps, LIMITS.leap))
    low, high = max(few[1] - LIMITS.leap + 1, 0), min(few[1] + LIMITS.leap, LIMITS.steps)
    return max(few[0], *(likely(float(spreads[place])) for place in range(low, high) if place != few[1]))


def mixture(
    away: Floats, reach: Floats, moves: Offsets, *, half: float, spread: float, width: float
) -> Floats:
    """Return the density of values `away` from the original's, averaged over the bits they may carry."""
    ratios, chances = np.array(moves).T
    marked = chances @ rounded(away - ratios[:, None] * reach, half, spread)
    return np.asarray((1 - STRAY) * marked + STRAY / width, np.float64)


def rounded(away: Floats, half: float, spread: float) -> Floats:
    """Return the density of Gaussian noise rounded to steps of twice `half`, shape as `away`."""
    if half <= 0.05 * spread:
        return np.asarray(np.exp(-0.5 * (away / spread) ** 2) / (spread * np.sqrt(2 * np.pi)), np.float64)
    return np.asarray((ndtr((away + half) / spread) - ndtr((away - half) / spread)) / (2 * half), np.float64)
