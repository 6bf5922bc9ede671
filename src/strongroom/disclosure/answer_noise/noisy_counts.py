"""Counts of people with noise, rounded, and suppressed below the threshold."""

import math
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


def noisy_counts(people: Counts, keys: Keys, *, noise: CellNoise, deviation: float) -> Counts:
    """Return each group's count of people with noise, shape (groups,): the same wherever it is used."""
    return people + noise.integers(keys, of="people", deviation=deviation)


def shown_counts(noisy: Counts, *, rule: ReleaseRule, deviation: float) -> ShownCounts:
    """Return noisy counts rounded; those below the threshold are hidden.

    The threshold applies to the noisy count: applied to the true count, it would reveal exactly which groups
    have one person too few.
    """
    hidden = noisy < rule.shown_from(deviation)
    return ShownCounts(np.where(hidden, 0, _rounded(noisy, rule.step)), hidden)


def deviation_of_count(rule: ReleaseRule, deviation: float) -> float:
    """Return the standard deviation of a shown count's noise, including that of rounding (uniform)."""
    return math.sqrt(deviation**2 + rule.step**2 / 12)


def _rounded(values: Counts, step: int) -> Counts:
    rounded: Counts = (np.floor(values / step + 0.5) * step).astype(np.int64)
    return rounded
