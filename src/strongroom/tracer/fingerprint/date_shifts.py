"""Dates: all dates of a person are shifted by the same few days, where the custodian enables it.

Each person has one code position: the bit says whether dates move forwards or back. The intervals between a
person's dates stay the same, and with them the order of events; a separate shift for each date would preserve
neither.

A person's dates stay unchanged, whatever the bit, if either shift would

- move one of them before the first or past the last date of its column (so none lies in the future), or
- change its order relative to one of theirs that is not shifted (a column never marked, a day that many
  share: the end of follow-up, a default), or
- move a date of the participants' table out of or into the month of their birth (the year, where the month is
  unknown), so that no age in whole years becomes impossible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, Cohort, TableKind
from strongroom.tracer.fingerprint.rules import DATE, MarkRule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Movable = NDArray[np.bool_]
"""Who may be moved, a mask over ordinals."""

DATES = "(dates)"
"""The name of a person's one position for all their dates."""

_MAIN = TableKind.PARTICIPANTS.value
_DAY_BITS = 22  # fixed: layout of a packed key: 22 bits hold 11,000 years of days
_DAY_ZERO = 1 << (_DAY_BITS - 1)  # fixed: layout of a packed key: the day 1970-01-01
_MONTHS = 12  # fixed: months a year
_SECONDS_A_DAY = 86_400  # fixed: seconds a day
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def date_rules(rules: Mapping[str, MarkRule]) -> dict[str, MarkRule]:
    """Return the rules of date columns, including those left unchanged."""
    return {name: rule for name, rule in rules.items() if rule.form == DATE}


def movable(
    rules: Mapping[str, MarkRule],
    birth: tuple[str, ...],
    cohort: Cohort | None,
    decoys: Mapping[str, pa.Table] | None = None,
) -> Movable | None:
    """Return whose dates may be shifted, a mask over ordinals; None where no column of dates is.

    `rules` are by column, or by `table.column` outside the participants' table; `birth` names the columns of
    the year, and of the month, of birth. `guests` are people outside the cohort (decoys), by table, judged by
    the columns they have. Without a cohort they are the only ones.
    """
    dated = date_rules(rules)
    if not any(rule.density > 0 for rule in dated.values()):
        return None
    found = list(_columns(dated, cohort, decoys or {}))
    people = 1 + max((int(each.ordinals.max(initial=-1)) for each in found), default=-1)
    people = people if cohort is None else max(people, cohort.manifest.capacity)
    may, stays = np.zeros(people, bool), np.zeros(people, bool)
    born = _born(birth, cohort, decoys or {}, people)
    standing = _standing(found)
    for each in found:
        days, whose = each.moved()
        may[whose] = True
        stays[whose[_breaks(each, days, whose, standing, born)]] = True
    return may & ~stays


def shifted(rule: MarkRule, days: Floats, moves: Floats) -> Floats:
    """Return days since 1970 shifted by `moves` days, except those that stay; NaN is no date."""
    return np.where(rule.markable(days), days + moves, days)


def days_in(column: pa.ChunkedArray | pa.Array) -> Floats:
    """Return dates or times as days since 1970, NaN where missing."""
    return np.asarray(column.cast(pa.date32(), safe=False).cast(pa.int32()).cast(pa.float64()).to_numpy())


def with_days_added(column: pa.ChunkedArray, added: Ints) -> pa.Array:
    """Return dates or times shifted by whole days, of the same type; missing values stay missing."""
    kind, missing = column.type, column.is_null().to_numpy()
    if pa.types.is_date32(kind):
        stored, a_day = pa.int32(), 1
    elif pa.types.is_date64(kind):
        stored, a_day = pa.int64(), _SECONDS_A_DAY * 1_000
    else:
        stored, a_day = pa.int64(), _SECONDS_A_DAY * _UNITS[kind.unit]
    before = column.cast(stored).fill_null(0).to_numpy().astype(np.int64)
    return pa.array(before + added * a_day, mask=missing).cast(stored).cast(kind)


@dataclass(frozen=True)
class _Column:
    """One column of dates of the people with these ordinals; `days` since 1970, NaN where missing."""

    table: str
    rule: MarkRule
    ordinals: Ints = field(repr=False)
    days: Floats = field(repr=False)

    def moved(self) -> tuple[Ints, Ints]:
        """Return the days that may be shifted, and whose they are."""
        may = self.rule.markable(self.days)
        return self.days[may].astype(np.int64), self.ordinals[may]

    def standing(self) -> tuple[Ints, Ints]:
        """Return the meaningful days that stay, and whose they are."""
        stay = np.isfinite(self.days) & ~self.rule.markable(self.days) & ~np.isin(self.days, self.rule.kept)
        return self.days[stay].astype(np.int64), self.ordinals[stay]


def _columns(
    dated: Mapping[str, MarkRule], cohort: Cohort | None, decoys: Mapping[str, pa.Table]
) -> Iterator[_Column]:
    by_table: dict[str, dict[str, MarkRule]] = {}
    for name, rule in dated.items():
        table, dot, column = name.rpartition(".")
        by_table.setdefault(table if dot else _MAIN, {})[column] = rule
    for table, rules in by_table.items():
        if cohort is not None:
            source = cohort.table(table)
            whose = source.read([PARTICIPANT]).column(0).to_numpy().astype(np.int64)
            for column, rule in rules.items():
                yield _Column(table, rule, whose, days_in(source.read([column]).column(0)))
        if table in decoys:
            whose = decoys[table].column(PARTICIPANT).to_numpy().astype(np.int64)
            for column, rule in rules.items():
                if column in decoys[table].column_names:
                    yield _Column(table, rule, whose, days_in(decoys[table].column(column)))


def _breaks(
    column: _Column, days: Ints, whose: Ints, standing: Ints, born: tuple[Ints, int] | None
) -> NDArray[np.bool_]:
    """Tell which dates cannot be shifted in both directions."""
    reach, rule = int(column.rule.amplitude), column.rule
    broken: NDArray[np.bool_] = (days - reach < rule.low) | (days + reach > rule.high)
    first, last = (
        np.searchsorted(standing, _packed(whose, days - reach), "left"),
        np.searchsorted(standing, _packed(whose, days + reach), "right"),
    )
    broken |= last > first
    if born is not None and column.table == _MAIN:
        month, span = born
        at = [_span_of(days + move, span) for move in (-reach, 0, reach)]
        changes = (at[0] != at[1]) | (at[2] != at[1])
        # A month comes round every year; where only the year is known, every turn of the year counts.
        nears = np.any([(each - month[whose]) % (_MONTHS // span) == 0 for each in at], axis=0)
        broken |= changes & nears & (month[whose] >= 0)
    return broken


def _standing(columns: list[_Column]) -> Ints:
    """Return everybody's dates that stay, packed with whose they are, in order."""
    packed = [_packed(whose, days) for days, whose in (each.standing() for each in columns)]
    return np.sort(np.concatenate(packed)) if packed else np.empty(0, np.int64)


def _packed(whose: Ints, days: Ints) -> Ints:
    return (whose << _DAY_BITS) + np.clip(days + _DAY_ZERO, 0, 2 * _DAY_ZERO - 1)


def _span_of(days: Ints, months: int) -> Ints:
    """Return the month or the year of days, counted from 0 in the year 0."""
    counted = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * _MONTHS
    return np.asarray(counted // months, np.int64)


def _born(
    birth: tuple[str, ...], cohort: Cohort | None, decoys: Mapping[str, pa.Table], people: int
) -> tuple[Ints, int] | None:
    """Return everybody's month of birth, -1 where unknown, and 1; or the year, and 12."""
    if not birth:
        return None
    span = _MONTHS if len(birth) == 1 else 1
    found = np.full(people, -1, np.int64)
    tables = [] if cohort is None else [cohort.participants.read([PARTICIPANT, *birth])]
    if _MAIN in decoys and set(birth) <= set(decoys[_MAIN].column_names):
        tables.append(decoys[_MAIN])
    for table in tables:
        whose = table.column(PARTICIPANT).to_numpy().astype(np.int64)
        year, month = (table.column(name).cast(pa.float64()).to_numpy() for name in (birth[0], birth[-1]))
        counted = year if span == _MONTHS else year * _MONTHS + month - 1
        known = np.isfinite(counted) & (whose < people)
        found[whose[known]] = counted[known].astype(np.int64)
    return found, span
