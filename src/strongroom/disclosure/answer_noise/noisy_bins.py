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
        """Return the interpolated value below which that share of people lies."""
        edges = np.linspace(self.bounds.low, self.bounds.high, len(self.counts) + 1)
        rising = np.maximum(np.append(0.0, self._rising), 0.0)
        return float(np.interp(share * self.total, rising, edges))

    def noise_of(self, share: float) -> float:
        """Return the standard deviation of the noise of a quantile, to first order.

        The noise of the number of people below it, divided by the people per unit of value around it.
        """
        bins = len(self.counts)
        place = min(int((self.quantile(share) - self.bounds.low) / self.width), bins - 1)
        below = place + 1
        people = self.deviation * math.sqrt(below * (1 - share) ** 2 + (bins - below) * share**2)
        return people * self.width / max(float(self.counts[place]), self.deviation)


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
    digits = min(digits_for(noise), digits_for(bins.width))
    return round(bins.quantile(share), digits), round(noise, digits_for(noise))


def shown_distinct(
    people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule, deviation: float
) -> int:
    """Return the number of distinct values that enough people have."""
    noisy = people + noise.integers(keys, of="distinct", deviation=deviation)
    return int(np.count_nonzero(noisy >= rule.shown_from(deviation)))
