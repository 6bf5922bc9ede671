"""Counts of people as they are shown: changed a little, rounded, or not at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, Keys
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class ShownCounts:
    """Counts that may be shown, of shape (groups,): `values` are 0 where `hidden`."""

    values: Counts
    hidden: NDArray[np.bool_]


def shown_counts(
    people: Counts, keys: Keys, *, noise: CellNoise, rule: ReleaseRule, of: str = "people"
) -> ShownCounts:
    """Return how many people each group has, as may be shown.

    `people` and `keys` have shape (groups,). Nothing is decided by the true count: a group of one person too
    few would stand out by being hidden.
    """
    changed = people + np.where(people > 0, noise.changes(keys, of=of), 0)
    hidden = changed < rule.shown_from
    values = _rounded(changed, rule.step)
    return ShownCounts(np.where(hidden, 0, values), hidden)


def _rounded(values: Counts, step: int) -> Counts:
    rounded: Counts = (np.floor(values / step + 0.5) * step).astype(np.int64)
    return rounded
