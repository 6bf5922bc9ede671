"""The values of an alignment: which cell of a file belongs to which participant and column, how certainly.

Nothing in this folder receives a key or a view: rows and columns are recognised from the file, the originals
and the reach of marks, before any project's bits are looked at.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.rules import MarkRule
from strongroom.tracer.noise_models.gaussian import UNMARKED, Offsets


class _Limits(Thresholds):
    """The numbers this module decides by."""

    almost_sure: float = threshold(
        0.9,
        "probability",
        "judgement: matches counted as recognised; a lower bar adds wrong rows to the counts, a higher one "
        "loses noisy files",
    )


LIMITS = _Limits()
ALMOST_SURE = LIMITS.almost_sure


Floats = NDArray[np.float64]
Places = NDArray[np.int64]

Reaches = Mapping[str, tuple[MarkRule, ...]]
"""How far marks may have moved the values of each cohort column: every rule in use. Rules hold no key."""


def ranks(values: Floats) -> Floats:
    """Return ranks from 1, equal values sharing the mean of theirs."""
    # As scipy.stats ranks, which takes half a second to load.
    return pl.Series(values).rank().to_numpy()


def amplitude_of(rules: Sequence[MarkRule]) -> float:
    """Return the largest distance a fair bit moves the median value, in the column's units."""
    return max((rule.amplitude + rule.extra for rule in rules), default=0.0)


def amplitudes_of(rules: Sequence[MarkRule], values: Floats) -> Floats:
    """Return the largest distance a fair bit moves each value, shape as `values`."""
    if not rules:
        return np.zeros(values.shape)
    largest = max(rules, key=lambda rule: rule.amplitude + rule.extra)
    return np.broadcast_to(largest.amplitudes(values) + largest.extra, values.shape)


def moves_of(rules: Sequence[MarkRule]) -> Offsets:
    """Return the shares of `amplitudes_of` by which marks may have moved a value, with their frequencies."""
    found = defaultdict[float, float](float, {0.0: UNMARKED})
    most = amplitude_of(rules)
    for rule in rules if most else ():
        for size, share in ((rule.amplitude, 1 - rule.rise), (rule.amplitude + rule.extra, rule.rise)):
            for way, chance in rule.ways:
                # Sums of steps that should be equal are so to nine digits.
                found[round(way * size / most, 9)] += (1 - UNMARKED) * share * chance / len(rules)
    return tuple((ratio, chance) for ratio, chance in sorted(found.items()) if chance > 0)


@dataclass(frozen=True)
class Transform:
    """`forward` turns the cohort's values into the file's; `name` describes it."""

    name: str
    forward: Callable[[Floats], Floats]


@dataclass(frozen=True)
class AlignedColumn:
    """A file column, the cohort column it contains, and how it was altered.

    `noise` is the SD of the noise and `half` half the file's grid step, both in the file's units.
    `others_part` is what the cohort's other columns contribute to everybody's value where values were
    smoothed, shape (people,), and `replaced` the share of values that are nobody's any more.
    """

    file_column: str
    cohort_column: str
    transform: Transform
    noise: float
    half: float
    others_part: Floats | None = field(default=None, compare=False, repr=False)
    replaced: float = 0.0

    def shown(self, values: Floats, people: Places | slice) -> Floats:
        """Return the expected file values for these values of these people (stored rows), without noise."""
        shown = self.transform.forward(values)
        return shown if self.others_part is None else shown + self.others_part[people]


@dataclass(frozen=True)
class Pairs:
    """Rows of the file, for each a stored row of the cohort, and the probability of that match.

    All of shape (pairs,). A row may be paired with several people, a person with several rows.
    """

    rows: Places
    people: Places
    certainty: Floats

    def at(self, chosen: NDArray[np.bool_] | Places | slice) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.rows[chosen], self.people[chosen], self.certainty[chosen])


@dataclass(frozen=True)
class Alignment:
    """The columns recognised in a table, the matched pairs, and how many matches chance would give.

    `values` are the file's columns in comparable form, `rows` how many rows were examined first, `matched`
    how many distinct people were recognised in them, and `chance` an upper limit (95 %) on the share of rows
    matched in a file without participants.
    """

    columns: tuple[AlignedColumn, ...]
    pairs: Pairs
    values: Mapping[str, Floats]
    rows: int
    matched: int
    chance: float

    @property
    def surest(self) -> Pairs:
        """The pairs that are almost certain, each row once."""
        return self.pairs.at(self.pairs.certainty >= ALMOST_SURE)


@dataclass(frozen=True)
class AlignedTables:
    """The aligned tables of a file, by number, and how far marks may have moved each cohort column."""

    tables: Mapping[int, Alignment] = field(default_factory=dict)
    reaches: Reaches = field(default_factory=dict)
