"""Finds participants who share several of a row's values, whichever these are, by voting.

Where most of a row's values were replaced, no set of columns chosen in advance identifies the row.
"""

from collections.abc import Sequence

import numba
import numpy as np
from numpy.typing import NDArray

from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.recognised import Floats, Places
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    kept: int = threshold(12, "people a row", "cost: candidates that all columns compare")
    most_common: float = threshold(
        1 / 16, "share of people", "cost: a commoner value says less than 4 bits and takes longest to count"
    )
    most_votes: int = threshold(200_000_000, "votes", "cost: bounds the counting")


LIMITS = _Limits()


def people_sharing_values(models: Sequence[CellModel], values: Sequence[Floats]) -> Places:
    """Return row * people + person for those whose shared values together identify a single person.

    `values` has one array (rows,) a model. No single value is enough: it takes at least two.
    """
    people, rows = len(models[0].middle), len(values[0])
    order = np.empty((len(models), people), np.int32)
    low, high = np.zeros((rows, len(models)), np.int64), np.zeros((rows, len(models)), np.int64)
    for place, (model, mine) in enumerate(zip(models, values, strict=True)):
        order[place], theirs = model.in_order
        at = model.steps(mine)
        known = np.isfinite(at)
        low[known, place] = np.searchsorted(theirs, at[known] - 1, "left")
        high[known, place] = np.searchsorted(theirs, at[known] + 1, "right")
    counts = high - low
    most = max(LIMITS.most_common * people, 1.0)
    counts[counts > most] = 0
    while counts.sum() > LIMITS.most_votes:
        most /= 2
        counts[counts > most] = 0
    bits = np.log2(people / (counts + 0.5)).astype(np.float32)
    near = np.full((rows, LIMITS.kept), -1, np.int64)
    _voted(order, np.stack([low, low + counts]), bits, np.float32(np.log2(people)), near)
    row, kept = np.nonzero(near >= 0)
    return np.sort(row * people + near[row, kept])


@numba.njit(cache=True, nogil=True)
def _voted(
    order: NDArray[np.int32],
    within: NDArray[np.int64],
    bits: NDArray[np.float32],
    needed: np.float32,
    near: Places,
) -> None:
    """Write to `near` (rows, kept) who shares most bits with each row, `needed` or more.

    `within` (2, rows, columns) are positions in `order` (columns, people): of the first who has a value and
    of the first past them.
    """
    low, high = within
    rows, kept = near.shape
    votes = np.zeros(order.shape[1], np.float32)
    best = np.zeros(kept, np.float32)
    for row in range(rows):
        for place in range(order.shape[0]):
            for at in range(low[row, place], high[row, place]):
                votes[order[place, at]] += bits[row, place]
        count = 0
        for place in range(order.shape[0]):
            for at in range(low[row, place], high[row, place]):
                person = order[place, at]
                found = votes[person]
                votes[person] = 0
                if found < needed:
                    continue
                where = count if count < kept else int(np.argmin(best))
                if count < kept or found > best[where]:
                    near[row, where] = person
                    best[where] = found
                    count = min(count + 1, kept)
