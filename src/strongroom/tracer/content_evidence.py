"""Evidence from the content of a view: people, columns and pseudonyms that other views never had.

For each project the question is: had its view been the source, how likely is a file with at least this much
it never held?

- *People*: each matched row of somebody outside the view would have to be a false match. Their number is
  binomial with the false-match rate measured on the file itself (its columns permuted), so the probability is
  an upper tail.
- *Columns*: a column outside the view would have to be computed or obtained elsewhere. That is not rare
  enough to calculate with, so each counts for no more than `COLUMN_ELSEWHERE`.
- *Pseudonyms*: a column that gives the matched people the very ids of one project would have to be a
  coincidence of one in the id range for each row.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.matching import log10_tail
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.plan import IssuedFingerprint


class _Limits(Thresholds):
    """The numbers this module decides by."""

    column_elsewhere: float = threshold(
        1e-3,
        "probability",
        "judgement: a column may be computed or bought elsewhere, which is not rare enough to count for more",
    )


LIMITS = _Limits()
COLUMN_ELSEWHERE = LIMITS.column_elsewhere


@dataclass(frozen=True)
class IssuedView:
    """A view that was issued: to whom, and what it contained.

    `columns` are the cohort's names, `members` who is in it. Without a `fingerprint`, only its content
    distinguishes the view.
    """

    project: str
    institution: str
    number: int
    columns: frozenset[str]
    members: MemberMask = field(repr=False)
    pseudonyms: Pseudonyms | None = None
    fingerprint: IssuedFingerprint | None = None


@dataclass(frozen=True)
class FoundContent:
    """What was recognised in a file: distinct people, cohort columns, and the rate of false matches.

    `columns` maps each recognised column to the cohort columns that agree with it as well (age at recruitment
    and at the first visit): a view with any of them explains the file's.
    """

    ordinals: NDArray[np.int64] = field(repr=False)
    columns: Mapping[str, frozenset[str]]
    false_match_rate: float


@dataclass(frozen=True)
class Reading:
    """What one view never held of the content, and log10 of the probability if it was the source."""

    view: IssuedView
    people_outside: int
    columns_outside: tuple[str, ...]
    log10_chance: float


def read_contents(found: FoundContent, views: Sequence[IssuedView]) -> list[Reading]:
    """Compare a file's content with every view."""
    capacity = max((view.members.capacity for view in views), default=0)
    recognised = MemberMask.of_ordinals(found.ordinals, max(capacity, int(found.ordinals.max(initial=0)) + 1))
    return [_reading(found, view, view.members.lacks(recognised)) for view in views]


def _reading(found: FoundContent, view: IssuedView, outside: int) -> Reading:
    columns = tuple(sorted(name for name, same in found.columns.items() if not same & view.columns))
    people = log10_tail(outside, len(found.ordinals), found.false_match_rate)
    return Reading(view, outside, columns, people + len(columns) * math.log10(COLUMN_ELSEWHERE))


def pseudonyms_in(
    table: pa.Table,
    recognised: Collection[str],
    matched: tuple[NDArray[np.int64], NDArray[np.int64]],
    view: IssuedView,
) -> tuple[int, float]:
    """Return how many rows carry their person's pseudonym in this view, and log10 of that by coincidence.

    `matched` are row numbers and the ordinals of their people, both of shape (rows,). Of the whole-number
    columns that are not `recognised`, the one with most agreement counts.
    """
    rows, ordinals = matched
    best = (0, 0.0)
    if view.pseudonyms is None or len(rows) == 0:
        return best
    issued = view.pseudonyms.of(ordinals.astype(np.uint32))
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if name in recognised or not pa.types.is_integer(column.type):
            continue
        numbers = pc.fill_null(column, 0).to_numpy().astype(np.int64)[rows]
        agree = int(np.count_nonzero(issued == numbers))
        found = agree, log10_tail(agree, len(numbers), 1 / view.pseudonyms.size)
        best = max(best, found, key=lambda pair: pair[0])
    return best
