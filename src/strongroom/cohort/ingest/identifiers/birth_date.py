"""Full dates of birth: with sex and place they name most people.

Births are told from events by how they lie in time: an event date (attendance, admission, diagnosis) is
recent or crowds towards the present, while the birth dates of adults begin generations ago, end before the
youngest participant, spread over decades, fall on all days of the month, and are known for nearly everybody.
"""

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Field

_HINTS = ("birth", "dob", "born")
_FIRST = np.datetime64("1850-01-01", "D")
_DAYS = 75_000
_YEAR = 365.25
_YOUNGEST, _OLDEST = 16, 110
_MEDIAN_AGE = 35
_SPREAD_YEARS = 8
_ALMOST_ALL = 0.99
_FEWEST = 20
_MONTH_DAYS = 20
_SHARE_OF_ONE_DAY = 0.3
_ISO, _BRITISH = r"^\d{4}-\d{2}-\d{2}$", r"^\d{2}/\d{2}/\d{4}$"


class BirthDate:
    """A date of birth to the day; years or months of birth alone are not."""

    kind: ClassVar[str] = "date-of-birth"
    reason: ClassVar[str] = "with sex and place it names most people"

    def __init__(self, field: Field, *, clock: Clock) -> None:
        self._hinted = any(hint in f"{field.name} {field.title}".casefold() for hint in _HINTS)
        self._today = int((np.datetime64(clock().date(), "D") - _FIRST).astype(int))
        self._by_day = np.zeros(_DAYS, dtype=np.int64)
        self._outside = 0

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Read dates, and text in which dates may stand."""
        return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_string(kind))

    def see(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Count the values of each day."""
        if pa.types.is_string(values.type):
            values, counts = _from_text(values, counts)
        days = pc.cast(values, pa.date32(), safe=False).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        at = (days - _FIRST).astype(np.int64)
        inside = (at >= 0) & (at < _DAYS)
        np.add.at(self._by_day, at[inside], counts[inside])
        self._outside += int(counts[~inside].sum())

    def found(self) -> int:
        """Return how many dates there are, if they lie as birth dates do."""
        total = int(self._by_day.sum())
        if total < (1 if self._hinted else _FEWEST) or self._outside > total:
            return 0
        if not self._are_full_dates(total):
            return 0
        return total if self._hinted or self._lie_as_births(total) else 0

    def _are_full_dates(self, total: int) -> bool:
        """Tell full dates from months and years written as dates, all on the 1st or the 15th."""
        days = np.flatnonzero(self._by_day)
        month_day = (_FIRST + days).astype("datetime64[D]").astype(object)
        of_month = np.bincount([each.day for each in month_day], self._by_day[days], minlength=32)
        if total < _FEWEST:
            return bool(np.count_nonzero(of_month) > 1 or total == 1)
        return bool(
            of_month.max() < _SHARE_OF_ONE_DAY * total
            and np.count_nonzero(of_month) >= min(_MONTH_DAYS, total // 3)
        )

    def _lie_as_births(self, total: int) -> bool:
        age = (self._today - np.arange(_DAYS)) / _YEAR
        adult = self._by_day[(age >= _YOUNGEST) & (age <= _OLDEST)].sum()
        running = np.cumsum(self._by_day)
        first, middle, last = (age[np.searchsorted(running, share * total)] for share in (0.05, 0.5, 0.95))
        return bool(adult >= _ALMOST_ALL * total and middle >= _MEDIAN_AGE and first - last >= _SPREAD_YEARS)


def _from_text(values: pa.Array, counts: NDArray[np.int64]) -> tuple[pa.Array, NDArray[np.int64]]:
    found, weights = [], []
    for pattern, form in ((_ISO, "%Y-%m-%d"), (_BRITISH, "%d/%m/%Y")):
        match = pc.match_substring_regex(values, pattern)
        parsed = pc.strptime(values.filter(match), form, "s", error_is_null=True)
        weight = counts[match.to_numpy(zero_copy_only=False)]
        found.append(parsed.drop_null())
        weights.append(weight[parsed.is_valid().to_numpy(zero_copy_only=False)])
    return pa.concat_arrays(found), np.concatenate(weights)
