"""Evidence from what a view holds: people, columns and pseudonyms that another view never had.

For each project the question is the same: had its view been the source, how likely is a file that shows at
least this much it never held?

- *People*: each matched row of somebody outside the view would have to be a false match. Their number is
  binomial with the false-match rate measured on the file itself (its columns permuted), so the chance is an
  upper tail.
- *Columns*: a column outside the view would have to be computed or obtained elsewhere. That is not rare
  enough to calculate with, so each counts for no more than `COLUMN_ELSEWHERE`.
- *Pseudonyms*: a column of the file that gives the matched people the very numbers one project knows them by
  would have to be a coincidence of one in the id range for each row.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.index import log10_tail
from strongroom.cohort.pseudonyms import Pseudonyms

COLUMN_ELSEWHERE = 1e-3


@dataclass(frozen=True)
class IssuedView:
    """A view that once left the vault: whose it is, and what was in it.

    `columns` are the cohort's names, `members` a mask over its ordinals.
    """

    project: str
    institution: str
    number: int
    columns: frozenset[str]
    members: NDArray[np.bool_]
    pseudonyms: Pseudonyms | None = None


@dataclass(frozen=True)
class FoundContent:
    """What was recognised in a file: distinct people, cohort columns, and the rate of false matches.

    `columns` gives each recognised column with the others of the cohort that agree with it as well (age at
    recruitment and at the first visit): a view that held any of them explains the file's.
    """

    ordinals: NDArray[np.int64]
    columns: Mapping[str, frozenset[str]]
    false_match_rate: float


@dataclass(frozen=True)
class Reading:
    """What one view never held of the content, and log10 of the chance of that, had it been the source."""

    view: IssuedView
    people_outside: int
    columns_outside: tuple[str, ...]
    log10_chance: float


def read_content(found: FoundContent, view: IssuedView) -> Reading:
    """Compare a file's content with one view."""
    outside = int(np.count_nonzero(~view.members[found.ordinals]))
    columns = tuple(sorted(name for name, same in found.columns.items() if not same & view.columns))
    people = log10_tail(outside, len(found.ordinals), found.false_match_rate)
    return Reading(view, outside, columns, people + len(columns) * math.log10(COLUMN_ELSEWHERE))


def matching_pseudonyms(
    numbers: NDArray[np.int64], ordinals: NDArray[np.int64], view: IssuedView
) -> tuple[int, float]:
    """Return how many rows carry their person's own pseudonym in this view, and log10 of that by coincidence.

    `numbers` is an integer column of the file and `ordinals` the matched person of each row, both of shape
    (rows,).
    """
    if view.pseudonyms is None or len(numbers) == 0:
        return 0, 0.0
    issued = view.pseudonyms.of(ordinals.astype(np.uint32))
    agree = int(np.count_nonzero(issued == numbers))
    return agree, log10_tail(agree, len(numbers), 1 / view.pseudonyms.size)
