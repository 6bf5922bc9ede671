"""Turn standard normal scores into quantities of given mean and SD, even if a range truncates the tails."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri

from strongroom.cohort.synthetic.array_types import Bools, Floats, Scores
from strongroom.cohort.synthetic.spec import Quantity, Shape
from strongroom.thresholds import Thresholds, threshold

# Scores that stand for a population when a curve is fitted (cost).
_GRID = ndtri((np.arange(4001) + 0.5) / 4001)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rounds: int = threshold(60, "rounds", "cost: the fixed-point iteration has converged long before")


LIMITS = _Limits()


@dataclass(frozen=True)
class _Curve:
    """Location and scale of the score, on the logarithmic scale for a lognormal."""

    location: float
    scale: float


def quantities(scores: Scores, quantity: Quantity) -> Floats:
    """Return the values of standard normal `scores`, clipped, not rounded; NaN beyond the limits."""
    curve = _fitted(quantity)
    values = _values(scores.astype(np.float64), quantity, curve)
    low, high = quantity.limits
    if np.isfinite(low) or np.isfinite(high):
        values[(values < low) | (values > high)] = np.nan
    return values


def rounded(values: Floats, quantity: Quantity, heapers: Bools | None) -> Floats:
    """Round values to the field's grid, and those of `heapers` to the coarser one."""
    fine = np.round(values, quantity.digits)
    if heapers is None:
        return fine
    coarse = np.round(np.rint(values / quantity.heap) * quantity.heap, quantity.digits)
    return np.where(heapers, np.clip(coarse, quantity.low, quantity.high), fine)


@cache
def _fitted(quantity: Quantity) -> _Curve:
    """Adjust location and scale until mean and SD after clipping are as given (fixed-point iteration)."""
    mean, sd = quantity.mean, quantity.sd
    low, high = quantity.limits
    for _ in range(LIMITS.rounds):
        values = _values(_GRID, quantity, _curve(quantity, mean, sd))
        reported = values[(values >= low) & (values <= high)]
        mean += 0.7 * (quantity.mean - float(reported.mean()))
        sd *= (quantity.sd / float(reported.std())) ** 0.7
        if quantity.shape is Shape.LOGNORMAL:
            mean = max(mean, quantity.floor + 1e-3 * quantity.sd)
        sd = min(sd, 20 * quantity.sd)
    return _curve(quantity, mean, sd)


def _curve(quantity: Quantity, mean: float, sd: float) -> _Curve:
    if quantity.shape is Shape.NORMAL:
        return _Curve(mean, sd)
    above = mean - quantity.floor
    variance = np.log1p((sd / above) ** 2)
    return _Curve(float(np.log(above) - variance / 2), float(np.sqrt(variance)))


def _values(scores: Floats, quantity: Quantity, curve: _Curve) -> Floats:
    values = curve.location + curve.scale * scores
    if quantity.shape is Shape.LOGNORMAL:
        values = quantity.floor + np.exp(values)
    return np.clip(values, quantity.low, quantity.high)
