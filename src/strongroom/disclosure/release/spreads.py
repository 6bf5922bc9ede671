"""Quantiles and numbers of different values: read from counts of bins that are the same whatever the data."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.release.counts import Counts
from strongroom.disclosure.release.noise import CellNoise, Keys
from strongroom.disclosure.release.rule import ReleaseRule


def shown_quantile(
    bins: Sequence[Any], people: Counts, keys: Keys, share: float, *, noise: CellNoise, rule: ReleaseRule
) -> Any:
    """Return the lower edge of the bin in which the quantile lies, None where it may not be shown.

    `bins` rise; `people` and `keys` belong to them. The counts are changed before they are added up, and at
    least `smallest` people must lie on either side.
    """
    changed = np.maximum(people + noise.changes(keys, of="quantile"), 0)
    total = int(changed.sum())
    if total < rule.shown_from or len(bins) == 0:
        return None
    below = np.cumsum(changed)
    place = min(int(np.searchsorted(below, share * total, side="left")), len(bins) - 1)
    if min(share, 1 - share) * total < rule.smallest:
        return None
    return bins[place]


def shown_different(people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule) -> int:
    """Return how many values enough people have; a value that few have is not counted."""
    changed = people + noise.changes(keys, of="distinct")
    enough: NDArray[np.bool_] = changed >= rule.shown_from
    return int(np.count_nonzero(enough))
