"""A first guess at whose rows these are, before it is known which column is which.

Every pair of a file column and a cohort column it could be lets the participants with exactly the row's
value vote, with log2(N / number of them) bits. Wrong pairs scatter their votes over everybody; right ones
agree on one person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.index.columns import CohortColumns
from strongroom.cohort.index.profile import ColumnProfile, collision_bits
from strongroom.cohort.index.values import Floats, Values

# Voting is where the work is: the most telling columns suffice, the others are recognised afterwards.
_VOTING_COLUMNS = 8
_VOTING_CANDIDATES = 6
_FEWEST_BITS = 3.0
_SHARED_BY_AT_MOST = 250
_SHARED_BY_AT_LEAST = 64


@dataclass(frozen=True)
class Guess:
    """Rows of the sample and, for each, the stored row of the participant with most votes; same shape."""

    rows: NDArray[np.int64]
    people: NDArray[np.int64]


def guess_people(
    file_columns: Mapping[str, Values],
    candidates: Mapping[str, Sequence[ColumnProfile]],
    cohort: CohortColumns,
) -> Guess:
    """Return a guess for each sampled row on which at least two columns agree more than chance would."""
    telling = sorted(candidates, key=lambda name: -collision_bits(file_columns[name].keys))[:_VOTING_COLUMNS]
    votes = []
    for name in telling:
        cast = [
            _votes(file_columns[name], profile, cohort)
            for profile in candidates[name][:_VOTING_CANDIDATES]
            if profile.bits >= _FEWEST_BITS
        ]
        if cast:
            keys, bits = (np.concatenate(part) for part in zip(*cast, strict=True))
            # Two cohort columns may give one person the same value: a file column votes once for each person.
            votes.append(_by_key(keys, bits, np.maximum))
    if not votes:
        return Guess(np.empty(0, np.int64), np.empty(0, np.int64))
    keys, bits = (np.concatenate(part) for part in zip(*votes, strict=True))
    return _winners(*_by_key(keys, bits, np.add), people=cohort.people)


def _votes(values: Values, profile: ColumnProfile, cohort: CohortColumns) -> tuple[NDArray[np.int64], Floats]:
    """Return (row * people + person) and bits of every vote of one pair of columns."""
    held = cohort.values(profile.name, decimals=values.decimals)
    order = np.argsort(held)
    ordered = held[order]
    wanted = values.keys
    low, high = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
    shared = high - low
    most = max(_SHARED_BY_AT_LEAST, cohort.people // _SHARED_BY_AT_MOST)
    rows = np.flatnonzero((shared > 0) & (shared <= most) & ~np.isnan(wanted))
    counts = shared[rows]
    places = np.repeat(low[rows] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    keys = np.repeat(rows, counts) * cohort.people + order[places]
    return keys, np.repeat(np.log2(cohort.people / counts), counts)


def _by_key(keys: NDArray[np.int64], bits: Floats, combine: np.ufunc) -> tuple[NDArray[np.int64], Floats]:
    if len(keys) == 0:
        return keys, bits
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    return ordered[starts], combine.reduceat(bits[order], starts)


def _winners(keys: NDArray[np.int64], bits: Floats, *, people: int) -> Guess:
    rows, persons = keys // people, keys % people
    order = np.lexsort((-bits, rows))
    first = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
    sure = first[bits[first] > np.log2(people)]
    return Guess(rows[sure], persons[sure])
