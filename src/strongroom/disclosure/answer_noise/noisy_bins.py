"""Quantiles and distinct counts, read from noisy counts of bins that are the same for all groups."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, Keys
from strongroom.disclosure.answer_noise.estimates import Estimate, digits_for
from strongroom.disclosure.answer_noise.noisy_counts import Counts
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.disclosure.query.bounds import Bounds

_PARTS = 64  # fixed: points of the curve within a bin; more change no digit that is shown


@dataclass(frozen=True)
class NoisyBins:
    """Noisy counts of people in equal bins between bounds; `deviation` is that of each count's noise."""

    counts: NDArray[np.int64]
    bounds: Bounds
    deviation: float

    @property
    def total(self) -> float:
        """The noisy number of people in all bins."""
        return float(self._rising[-1])

    @property
    def width(self) -> float:
        """The width of a bin, in the unit of the values."""
        return (self.bounds.high - self.bounds.low) / len(self.counts)

    @property
    def _rising(self) -> NDArray[np.float64]:
        # Noisy counts can be negative. The mean of the running maximum and the running minimum from the end
        # rises.
        below = np.cumsum(self.counts).astype(np.float64)
        return (np.maximum.accumulate(below) + np.minimum.accumulate(below[::-1])[::-1]) / 2

    def quantile(self, share: float) -> float:
        """Return the value below which that share of people lies, from a smooth curve through the counts."""
        parts = np.linspace(0.0, 1.0, _PARTS, endpoint=False)
        return self._value_at(share, parts, _curve(self._below, parts))

    def _linear(self, share: float) -> float:
        """Return the quantile as if values were spread evenly within each bin."""
        return self._value_at(share, np.zeros(1), self._below)

    @property
    def _below(self) -> NDArray[np.float64]:
        """The number of people below each edge of a bin."""
        below: NDArray[np.float64] = np.maximum(np.append(0.0, self._rising), 0.0)
        return below

    def _value_at(self, share: float, parts: NDArray[np.float64], below: NDArray[np.float64]) -> float:
        bins = np.arange(len(self.counts))[:, None] + parts
        values = self.bounds.low + self.width * np.append(bins.ravel(), float(len(self.counts)))
        return float(np.interp(share * self.total, below, values))

    def noise_of(self, share: float) -> float:
        """Return the standard deviation of the noise of a quantile, to first order.

        The noise of the number of people below it, divided by the people per unit of value around it; and
        what the bins do not show, for which half the difference between two interpolations is taken.
        """
        bins = len(self.counts)
        # Bounds of huge values may be the same double; everybody is in the first bin then.
        place = min(int((self.quantile(share) - self.bounds.low) / self.width), bins - 1) if self.width else 0
        below = place + 1
        people = self.deviation * math.sqrt(below * (1 - share) ** 2 + (bins - below) * share**2)
        noise = people * self.width / max(float(self.counts[place]), self.deviation)
        return math.hypot(noise, (self.quantile(share) - self._linear(share)) / 2)


def _curve(below: NDArray[np.float64], parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a rising cubic curve through counts at equal distances, at the parts of each interval.

    Fritsch and Butland 1984: slopes are harmonic means of those on either side, so that it never falls.
    """
    steps = np.diff(below)
    sums = steps[:-1] + steps[1:]
    inner = np.divide(2 * steps[:-1] * steps[1:], sums, out=np.zeros_like(sums), where=sums > 0)
    slopes = np.concatenate([_end(steps[0], steps[1]), inner, _end(steps[-1], steps[-2])])
    first, last = slopes[:-1, None], slopes[1:, None]
    bend, twist = 3 * steps[:, None] - 2 * first - last, first + last - 2 * steps[:, None]
    inside = below[:-1, None] + parts * (first + parts * (bend + parts * twist))
    return np.append(np.maximum.accumulate(inside.ravel()), below[-1])


def _end(step: float, following: float) -> NDArray[np.float64]:
    """Return the slope at an end, from the two nearest intervals: no more than three times the nearest."""
    return np.array([min(max((3 * step - following) / 2, 0.0), 3 * step)])


def noisy_bins(
    people: Counts, keys: Keys, *, bounds: Bounds, noise: CellNoise, deviation: float
) -> NoisyBins:
    """Return counts of bins with noise; empty bins get it too, or a bin with one person would stand out."""
    counts = people + noise.integers(keys, of="quantile", deviation=deviation)
    return NoisyBins(counts, bounds, deviation)


def shown_quantile(bins: NoisyBins, share: float, rule: ReleaseRule) -> Estimate:
    """Return a quantile and the standard deviation of its noise, None if it may not be shown.

    At least `smallest` people must be on either side of the quantile.
    """
    total, noise = bins.total, bins.noise_of(share)
    if total < rule.shown_from(bins.deviation) or min(share, 1 - share) * total < rule.smallest:
        return None, None
    digits = digits_for(noise)
    return round(bins.quantile(share), digits), round(noise, digits)


def shown_distinct(
    people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule, deviation: float
) -> int:
    """Return the number of distinct values that enough people have."""
    noisy = people + noise.integers(keys, of="distinct", deviation=deviation)
    return int(np.count_nonzero(noisy >= rule.shown_from(deviation)))
