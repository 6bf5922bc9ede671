"""Quantiles and numbers of different values: read from counts of bins that are the same for all groups."""

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
    """Return a quantile, None where it may not be shown; `bounds` are those of the values.

    `people` and `keys` belong to equal bins between the bounds. Bins with nobody are changed as well: the bin
    of one person's own would stand out otherwise. At least `smallest` people must lie on either side.
    """
    below = np.cumsum(people + noise.changes(keys, of="quantile")).astype(np.float64)
    # Changed counts may be below 0; what rises is half-way between the highest before and the lowest after.
    rising = (np.maximum.accumulate(below) + np.minimum.accumulate(below[::-1])[::-1]) / 2
    total = float(rising[-1])
    if total < rule.shown_from or min(share, 1 - share) * total < rule.smallest:
        return None
    edges = np.linspace(bounds.low, bounds.high, len(people) + 1)
    step = abs(float(edges[1] - edges[0]))
    found = float(np.interp(share * total, np.maximum(np.append(0.0, rising), 0.0), edges))
    return round(found, max(0, 1 - math.floor(math.log10(step))))


def shown_different(people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule) -> int:
    """Return how many values enough people have; a value that few have is not counted."""
    changed = people + noise.changes(keys, of="distinct")
    enough: NDArray[np.bool_] = changed >= rule.shown_from
    return int(np.count_nonzero(enough))
