"""Counts of people with noise, rounded, and suppressed below the threshold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, Keys
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class ShownCounts:
    """Counts for an answer, shape (groups,): `values` are 0 where `hidden`."""

    values: Counts
    hidden: NDArray[np.bool_]


def shown_counts(
    people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule, of: str = "people"
) -> ShownCounts:
    """Return each group's count with noise, rounded; counts below the threshold are hidden.

    `people` and `keys` have shape (groups,). The threshold applies to the noisy count: applied to the true
    count, it would reveal exactly which groups have one person too few.
    """
    noisy = people + np.where(people > 0, noise.integers(keys, of=of), 0)
    hidden = noisy < rule.shown_from
    values = _rounded(noisy, rule.step)
    return ShownCounts(np.where(hidden, 0, values), hidden)


def _rounded(values: Counts, step: int) -> Counts:
    rounded: Counts = (np.floor(values / step + 0.5) * step).astype(np.int64)
    return rounded
