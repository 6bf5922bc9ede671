"""Full dates of birth: with sex and place they identify most people.

Births are distinguished from events by their distribution in time. Event dates (attendance, admission,
diagnosis) are recent or concentrated near the present. Adults' birth dates begin generations ago, end before
the youngest participant, spread over decades, fall on all days of the month, and are known for nearly
everybody.
"""

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Field
from strongroom.thresholds import Thresholds, threshold

_HINTS = ("birth", "dob", "born")
_FIRST = np.datetime64("1850-01-01", "D")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    days: int = threshold(
        75_000,
        "days since 1850-01-01",
        "derived: up to the year 2055; dates outside are counted apart",
    )
    youngest: int = threshold(16, "years", "judgement: cohorts of adults recruit from 16 on")
    oldest: int = threshold(110, "years", "judgement: no participant is older than 110")
    least_median_age: int = threshold(
        35,
        "years",
        "judgement: event dates crowd towards the present and have a younger median",
    )
    least_spread: int = threshold(
        8,
        "years between the 5th and the 95th percentile",
        "judgement: dates of one campaign spread over less",
    )
    least_adult: float = threshold(
        0.99,
        "share of dates",
        "judgement: a few birth dates are typing errors; more than one in a hundred outside adult ages "
        "are events",
    )
    least_dates: int = threshold(20, "dates", "judgement: fewer dates show no distribution")
    least_days_of_month: int = threshold(
        20,
        "days of the month",
        "judgement: births fall on all of them; visits of a clinic or rounded dates do not",
    )
    most_on_one_day: float = threshold(
        0.3,
        "share of dates",
        "judgement: more on one day of the month are months or years written as dates",
    )


LIMITS = _Limits()


_YEAR = 365.25  # fixed: days in a Julian year
_ISO, _BRITISH = r"^\d{4}-\d{2}-\d{2}$", r"^\d{2}/\d{2}/\d{4}$"


class BirthDate:
    """A date of birth to the day; years and months of birth are not full dates."""

    kind: ClassVar[str] = "date-of-birth"
    reason: ClassVar[str] = "with sex and place it identifies most people"

    def __init__(self, field: Field, *, clock: Clock) -> None:
        self._hinted = any(hint in f"{field.name} {field.title}".casefold() for hint in _HINTS)
        self._today = int((np.datetime64(clock().date(), "D") - _FIRST).astype(int))
        self._by_day = np.zeros(LIMITS.days, dtype=np.int64)
        self._outside = 0

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Read dates, and text that may contain dates."""
        return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_string(kind))

    def add(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Count the values of each day."""
        if pa.types.is_string(values.type):
            values, counts = _from_text(values, counts)
        days = pc.cast(values, pa.date32(), safe=False).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        at = (days - _FIRST).astype(np.int64)
        inside = (at >= 0) & (at < LIMITS.days)
        np.add.at(self._by_day, at[inside], counts[inside])
        self._outside += int(counts[~inside].sum())

    def found(self) -> int:
        """Return how many dates there are, if they are distributed like birth dates."""
        total = int(self._by_day.sum())
        if total < (1 if self._hinted else LIMITS.least_dates) or self._outside > total:
            return 0
        if not self._are_full_dates(total):
            return 0
        return total if self._hinted or self._distributed_as_births(total) else 0

    def _are_full_dates(self, total: int) -> bool:
        """Distinguish full dates from months and years written as dates, all on the 1st or the 15th."""
        days = np.flatnonzero(self._by_day)
        month_day = (_FIRST + days).astype("datetime64[D]").astype(object)
        of_month = np.bincount([each.day for each in month_day], self._by_day[days], minlength=32)
        if total < LIMITS.least_dates:
            return bool(np.count_nonzero(of_month) > 1 or total == 1)
        return bool(
            of_month.max() < LIMITS.most_on_one_day * total
            and np.count_nonzero(of_month) >= min(LIMITS.least_days_of_month, total // 3)
        )

    def _distributed_as_births(self, total: int) -> bool:
        age = (self._today - np.arange(LIMITS.days)) / _YEAR
        adult = self._by_day[(age >= LIMITS.youngest) & (age <= LIMITS.oldest)].sum()
        running = np.cumsum(self._by_day)
        first, middle, last = (age[np.searchsorted(running, share * total)] for share in (0.05, 0.5, 0.95))
        return bool(
            adult >= LIMITS.least_adult * total
            and middle >= LIMITS.least_median_age
            and first - last >= LIMITS.least_spread
        )


def _from_text(values: pa.Array, counts: NDArray[np.int64]) -> tuple[pa.Array, NDArray[np.int64]]:
    found, weights = [], []
    for pattern, form in ((_ISO, "%Y-%m-%d"), (_BRITISH, "%d/%m/%Y")):
        match = pc.match_substring_regex(values, pattern)
        parsed = pc.strptime(values.filter(match), form, "s", error_is_null=True)
        weight = counts[match.to_numpy(zero_copy_only=False)]
        found.append(parsed.drop_null())
        weights.append(weight[parsed.is_valid().to_numpy(zero_copy_only=False)])
    return pa.concat_arrays(found), np.concatenate(weights)
