"""Pairs of a row and a person who agree in all but a few columns, without comparing all pairs.

A pair that agrees in all but k columns agrees in one of any k + 1: people within reach of a row in one of the
most informative columns are found in a sorted list, and compared in the others until too many differ. The
time is linear in rows, and in the people one column does not distinguish.
"""

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    spare_leads: int = threshold(
        3, "columns", "judgement: rows lack a value here and there; so many columns beyond those needed"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Comparison:
    """What counts as agreement: its worth in `bits` (columns,), and how many columns may differ.

    Values are in steps: two agree when at most 1 apart. A row's missing value says nothing; a person's
    missing value, where the row has one, is a difference.
    """

    bits: Floats
    allowed: int

    @cached_property
    def order(self) -> Places:
        """The columns, most informative first."""
        return np.argsort(-self.bits, kind="stable")


class SortedPeople:
    """People, as steps of shape (people, columns), sorted by each of the most informative columns."""

    def __init__(self, people: Floats, comparison: Comparison) -> None:
        self._comparison = comparison
        self._people = np.ascontiguousarray(people[:, comparison.order])
        leads = min(comparison.allowed + 1 + LIMITS.spare_leads, people.shape[1])
        # NaN comes last, and no search ends in it.
        self._orders = np.argsort(self._people[:, :leads].T, axis=1, kind="stable")
        self._values = np.take_along_axis(self._people[:, :leads].T, self._orders, axis=1)
        self._known = np.count_nonzero(~np.isnan(self._values), axis=1)

    def matches(self, rows: Floats, *, least: float = 0.0) -> tuple[Places, Places]:
        """Return pairs (row, person) who agree by `least` bits or more; `rows` in steps, as the people."""
        columns = self._comparison.order
        found: Places = _pairs(
            np.ascontiguousarray(rows[:, columns]),
            self._people,
            self._orders,
            self._values,
            self._known,
            self._comparison.bits[columns],
            least,
            self._comparison.allowed,
        )
        return found[:, 0], found[:, 1]


@numba.njit(cache=True, nogil=True)
def _pairs(rows, people, orders, values, known, bits, least, allowed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917 - compiled
    found = np.empty((1_024, 2), np.int64)
    count = 0
    for row in range(len(rows)):
        used = 0
        for lead in range(len(orders)):
            at = rows[row, lead]
            if np.isnan(at) or used > allowed:
                continue
            used += 1
            first = np.searchsorted(values[lead, : known[lead]], at - 1, side="left")
            last = np.searchsorted(values[lead, : known[lead]], at + 1, side="right")
            for place in range(first, last):
                person = orders[lead, place]
                if not _met_first(rows[row], people[person], lead):
                    continue
                if _agreed(rows[row], people[person], bits, allowed) < least:
                    continue
                if count == len(found):
                    more = np.empty((2 * count, 2), np.int64)
                    more[:count] = found
                    found = more
                found[count, 0], found[count, 1] = row, person
                count += 1
    return found[:count]


@numba.njit(cache=True, nogil=True)
def _met_first(row, person, lead):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - compiled
    """Tell whether no earlier column led to the same person."""
    for earlier in range(lead):  # noqa: SIM110 - compiled, and run for every pair
        if abs(row[earlier] - person[earlier]) <= 1:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _agreed(row, person, bits, allowed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - compiled
    """Return the bits of the columns in which they agree, -1 if more differ than allowed."""
    off, total = 0, 0.0
    for column in range(len(row)):
        if np.isnan(row[column]):
            continue
        if abs(row[column] - person[column]) <= 1:
            total += bits[column]
        else:
            off += 1
            if off > allowed:
                return -1.0
    return total
