"""Quantiles and distinct counts, read from noisy counts of bins that are the same for all groups."""

import math

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, Keys
from strongroom.disclosure.answer_noise.noisy_counts import Counts
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.disclosure.query.bounds import Bounds


def shown_quantile(
    people: Counts, keys: Keys, share: float, *, bounds: Bounds, noise: CellNoise, rule: ReleaseRule
) -> float | None:
    """Return a quantile, None if it may not be shown; `bounds` are those of the values.

    `people` and `keys` belong to equal bins between the bounds. Empty bins get noise too; otherwise a bin
    with one person would stand out. At least `smallest` people must be on either side of the quantile.
    """
    below = np.cumsum(people + noise.integers(keys, of="quantile")).astype(np.float64)
    # Noisy counts can be negative. The mean of the running maximum and the running minimum from the end
    # rises.
    rising = (np.maximum.accumulate(below) + np.minimum.accumulate(below[::-1])[::-1]) / 2
    total = float(rising[-1])
    if total < rule.shown_from or min(share, 1 - share) * total < rule.smallest:
        return None
    edges = np.linspace(bounds.low, bounds.high, len(people) + 1)
    step = abs(float(edges[1] - edges[0]))
    found = float(np.interp(share * total, np.maximum(np.append(0.0, rising), 0.0), edges))
    return round(found, max(0, 1 - math.floor(math.log10(step))))


def shown_distinct(people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule) -> int:
    """Return the number of distinct values that enough people have."""
    noisy = people + noise.integers(keys, of="distinct")
    common: NDArray[np.bool_] = noisy >= rule.shown_from
    return int(np.count_nonzero(common))
