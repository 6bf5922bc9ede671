"""How far marks may have moved the values of a cohort column, without any key or bit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from strongroom.matching.noise_models.gaussian import UNMARKED, Offsets
from strongroom.matching.recognised import Floats


class Movement(Protocol):
    """What one rule of marking may do to a column's values. No rule holds a key."""

    @property
    def amplitude(self) -> float:
        """How far a fair bit moves the median value up or down, in the column's units."""
        ...

    @property
    def extra(self) -> float:
        """How much further than the amplitude raised cells move."""
        ...

    @property
    def rise(self) -> float:
        """The share of marked cells that are raised."""
        ...

    @property
    def ways(self) -> tuple[tuple[float, float], ...]:
        """Each offset of a marked cell, in amplitudes, and its probability."""
        ...

    def amplitudes(self, values: Floats) -> Floats | float:
        """Return how far a fair bit would move each value."""
        ...


Reaches = Mapping[str, tuple[Movement, ...]]
"""How far marks may have moved the values of each cohort column: every rule in use."""


def amplitude_of(rules: Sequence[Movement]) -> float:
    """Return the largest distance a fair bit moves the median value, in the column's units."""
    return max((rule.amplitude + rule.extra for rule in rules), default=0.0)


def amplitudes_of(rules: Sequence[Movement], values: Floats) -> Floats:
    """Return the largest distance a fair bit moves each value, shape as `values`."""
    if not rules:
        return np.zeros(values.shape)
    largest = max(rules, key=lambda rule: rule.amplitude + rule.extra)
    return np.broadcast_to(largest.amplitudes(values) + largest.extra, values.shape)


def moves_of(rules: Sequence[Movement]) -> Offsets:
    """Return the shares of `amplitudes_of` by which marks may have moved a value, with their frequencies."""
    found = defaultdict[float, float](float, {0.0: UNMARKED})
    most = amplitude_of(rules)
    for rule in rules if most else ():
        for size, share in ((rule.amplitude, 1 - rule.rise), (rule.amplitude + rule.extra, rule.rise)):
            for way, chance in rule.ways:
                # Sums of steps that should be equal are so to nine digits.
                found[round(way * size / most, 9)] += (1 - UNMARKED) * share * chance / len(rules)
    return tuple((ratio, chance) for ratio, chance in sorted(found.items()) if chance > 0)
