"""Planning date shifts: which dates of all tables move, given the custodian's settings and the data."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.matching import Index
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.date_shifts import DATES, days_in
from strongroom.tracer.fingerprint.rules import DATE, MarkRule

Floats = NDArray[np.float64]
Counts = NDArray[np.integer]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    quiet_weekday: float = threshold(
        0.5,
        "share of the mean weekday",
        "judgement: clinics closed on a weekday make a shift of other than whole weeks visible",
    )
    least_dated: int = threshold(
        700, "people", "derived: 100 people a weekday, so that chance does not halve one (5 SDs)"
    )
    heap_ratio: float = threshold(
        2.5,
        "times the median of nearby days",
        "judgement: a date so much more common than its neighbours is a default or an end of follow-up",
    )
    neighbours: int = threshold(15, "days", "judgement: two weeks and a day, so that weekday patterns cancel")
    heap_sds: float = threshold(
        6.0, "Poisson SDs", "judgement: among the thousands of days of a column none is so common by chance"
    )
    most_heaped: float = threshold(
        0.6, "share of people", "judgement: the few others would stand out after a shift"
    )


LIMITS = _Limits()

_A_WEEK = 7  # fixed: days a week
_WHOSE_BITS = 32  # fixed: layout of a packed key: ordinals have 32 bits
# Days that stand for "unknown", "before birth" and the like, in UK Biobank's codings of dates.
_UNKNOWN = ("1900-01-01", "1901-01-01", "1902-02-02", "1903-03-03", "1904-04-04", "1909-09-09", "2037-07-07")
_SPECIAL = tuple(int(np.datetime64(day).astype(np.int64)) for day in _UNKNOWN)
_YEAR, _MONTH = (re.compile(rf"\b{word} of birth\b", re.IGNORECASE) for word in ("year", "month"))


def plan_dates(
    cohort: Cohort, index: Index, days: int, never: Callable[[str], bool]
) -> tuple[dict[str, MarkRule], tuple[str, ...]]:
    """Return a rule for every column of dates, and the columns of the date of birth.

    Columns outside the participants' table are named `table.column`. `days` is how far dates are shifted;
    `never` tells which columns stay unchanged.
    """
    rules = {}
    for name, distinct, counts in _date_columns(cohort, index):
        if never(name):
            rules[name] = _left(name, distinct, "never marked, by the custodian's settings")
        else:
            rules[name] = date_rule(name, distinct, counts, days)
    return rules, _birth(cohort, index)


def date_rule(name: str, distinct: Floats, counts: Counts, days: int) -> MarkRule:
    """Return the rule for dates, ascending in days since 1970, with the number of each."""
    real = ~np.isin(distinct, _SPECIAL)
    shown, often = distinct[real], counts[real]
    if len(shown) == 0:
        return _left(name, distinct, "only special dates")
    if days % _A_WEEK and _weekdays_differ(shown, often):
        return _left(name, distinct, "uneven weekdays: a shift other than whole weeks would be visible")
    from scipy.ndimage import median_filter  # noqa: PLC0415 - it takes long to load

    around = median_filter(often.astype(np.float64), size=LIMITS.neighbours, mode="nearest")
    heaped = (often > LIMITS.heap_ratio * around) & (often > around + LIMITS.heap_sds * np.sqrt(around + 1))
    if often[heaped].sum() > LIMITS.most_heaped * often.sum():
        return _left(name, distinct, "mostly a few common days, beside which a shift would be visible")
    return MarkRule(
        DATES,
        step=1.0,
        amplitude=float(days),
        density=1.0,
        low=float(shown[0]),
        high=float(shown[-1]),
        kept=_special(distinct),
        heaps=tuple(shown[heaped].tolist()),
        form=DATE,
    )


def _left(name: str, distinct: Floats, reason: str) -> MarkRule:
    return MarkRule(name, kept=_special(distinct), reason=reason, form=DATE)


def _special(distinct: Floats) -> tuple[float, ...]:
    return tuple(distinct[np.isin(distinct, _SPECIAL)].tolist())


def _weekdays_differ(distinct: Floats, counts: Counts) -> bool:
    by_day = np.bincount(distinct.astype(np.int64) % _A_WEEK, counts, _A_WEEK)
    return bool(by_day.sum() >= LIMITS.least_dated and by_day.min() < LIMITS.quiet_weekday * by_day.mean())


def _date_columns(cohort: Cohort, index: Index) -> Iterator[tuple[str, Floats, Counts]]:
    for field in cohort.participants.schema:
        if _is_date(field.type) and field.name in index.columns:
            stored = index.stored
            yield field.name, stored.array(f"distinct:{field.name}"), stored.array(f"counts:{field.name}")
    for name, table in cohort.events.items():
        for field in table.schema:
            if _is_date(field.type) and field.name != PARTICIPANT:
                yield f"{name}.{field.name}", *_people_a_day(table.read([PARTICIPANT, field.name]))


def _people_a_day(rows: pa.Table) -> tuple[Floats, Counts]:
    """Return the days of a table's dates, and how many people have each: one stay has many rows."""
    days, whose = days_in(rows.column(1)), rows.column(0).to_numpy()
    known = np.isfinite(days)
    packed = np.unique(days[known].astype(np.int64) << _WHOSE_BITS | whose[known])
    distinct, counts = np.unique(packed >> _WHOSE_BITS, return_counts=True)
    return distinct.astype(np.float64), counts


def _is_date(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _birth(cohort: Cohort, index: Index) -> tuple[str, ...]:
    """Return the columns of the year and the month of birth, or of the year alone."""
    titles = {
        name: field.title
        for name in index.columns
        if (field := cohort.dictionary.resolve(name)) is not None and _is_whole(cohort, name)
    }
    year, month = (
        next((name for name, title in titles.items() if pattern.search(title)), None)
        for pattern in (_YEAR, _MONTH)
    )
    return () if year is None else (year,) if month is None else (year, month)


def _is_whole(cohort: Cohort, name: str) -> bool:
    kind = cohort.table(TableKind.PARTICIPANTS.value).schema.field(name).type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
