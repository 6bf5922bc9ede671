"""Dates as SQL: always within the years 1 to 9999 or NULL, at every step of an expression.

A column may hold any date that its file could, infinite ones included, and an engine stops at a step beyond
its own range. Steps of constant length are therefore checked together, before any is taken: all are monotone,
so the dates for which each result is in range are one interval, found here by bisection.
"""

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.representation import Call, Column, Expression, Function, Kind, Literal

_FIRST, _LAST = dt.date.min.toordinal(), dt.date.max.toordinal()
_MONTHS = 12  # fixed: months of a year
_PARTS = {Function.START_OF_MONTH: "month", Function.START_OF_YEAR: "year"}
_STEPS = (Function.PLUS_DAYS, Function.PLUS_MONTHS, *_PARTS)
_REACH = {Function.PLUS_DAYS: _LAST, Function.PLUS_MONTHS: dt.date.max.year * _MONTHS}
"""The longest step that stays within the years 1 to 9999, in days and in months."""


@dataclass(frozen=True)
class Dates:
    """Writes expressions of dates in one dialect.

    Operands are written by `expression` and `number`, and by `stored` where any stored date is allowed.
    """

    dialect: Dialect
    expression: Callable[[Expression], str]
    number: Callable[[Expression], str]
    stored: Callable[[Expression], str]

    def column(self, of: Column) -> str:
        """Return a stored date; NULL outside of the years 1 to 9999."""
        return f"CASE WHEN {_between(self.stored(of), _FIRST, _LAST)} THEN {self.stored(of)} END"

    def call(self, of: Call) -> str:
        """Return a date computed from another."""
        base, steps = _constant_steps(of)
        if not steps:
            return self._long_step(of)
        low, high = _in_range(steps)
        if low > high:
            return "CAST(NULL AS DATE)"
        found = start = self.stored(base)
        for step in steps:
            found = self._step(step, found)
        if not isinstance(base, Column) and (low, high) == (_FIRST, _LAST):
            return found
        return f"CASE WHEN {_between(start, low, high)} THEN {found} END"

    def _step(self, of: Call, date: str) -> str:
        if of.function in _PARTS:
            return self.dialect.start_of(_PARTS[of.function], date)
        length = str(_length(of))
        if of.function is Function.PLUS_DAYS:
            return self.dialect.plus_days(date, length)
        return self.dialect.plus_months(date, length)

    def _long_step(self, of: Call) -> str:
        """Return a date after a step whose length differs between rows."""
        date, length = self.expression(of.arguments[0]), f"floor({self.number(of.arguments[1])})"
        reach = _REACH[of.function]
        # The clamp only matters to an engine that computes a branch it does not need.
        step = f"CAST(least(greatest({length}, {-reach}), {reach}) AS INTEGER)"
        if of.function is Function.PLUS_DAYS:
            since = self.dialect.days_between(_written(_FIRST), date)
            within = f"{since} + {length} BETWEEN 0 AND {_LAST - _FIRST}"
            return f"CASE WHEN {within} THEN {self.dialect.plus_days(date, step)} END"
        month = f"year({date}) * {_MONTHS} + month({date}) - {_MONTHS + 1}"
        within = f"{month} + {length} BETWEEN 0 AND {reach - 1}"
        return f"CASE WHEN {within} THEN {self.dialect.plus_months(date, step)} END"


def _constant_steps(of: Expression) -> tuple[Expression, list[Call]]:
    """Return the date that steps of constant length start from, and the steps in their order."""
    steps: list[Call] = []
    while isinstance(of, Call) and of.kind is Kind.DATE and of.function in _STEPS:
        if of.function in _REACH and not _is_constant(of.arguments[1]):
            break
        steps.insert(0, of)
        of = of.arguments[0]
    return of, steps


def _is_constant(of: Expression) -> bool:
    return isinstance(of, Literal) and isinstance(of.value, int)


def _length(of: Call) -> int:
    length = of.arguments[1]
    return length.value if isinstance(length, Literal) and isinstance(length.value, int) else 0


def _in_range(steps: Sequence[Call]) -> tuple[int, int]:
    """Return the first and the last ordinal from which every step ends within the years 1 to 9999."""
    ordinals = range(_FIRST, _LAST + 1)

    def side(ordinal: int) -> int:
        """Return -1 or 1 where a step ends too early or too late, else 0."""
        date = dt.date.fromordinal(ordinal)
        for step in steps:
            after = _after(step, date)
            if isinstance(after, int):
                return after
            date = after
        return 0

    low, high = bisect_left(ordinals, 0, key=side), bisect_right(ordinals, 0, key=side)
    return _FIRST + low, _FIRST + high - 1


def _after(step: Call, date: dt.date) -> dt.date | int:
    """Return the date after a step; -1 before the year 1 and 1 after 9999."""
    if step.function is Function.START_OF_MONTH:
        return date.replace(day=1)
    if step.function is Function.START_OF_YEAR:
        return date.replace(month=1, day=1)
    length = _length(step)
    if step.function is Function.PLUS_DAYS:
        ordinal = date.toordinal() + length
        return dt.date.fromordinal(ordinal) if _FIRST <= ordinal <= _LAST else _sign(length)
    year, month = divmod(date.year * _MONTHS + date.month - 1 + length, _MONTHS)
    if not dt.date.min.year <= year <= dt.date.max.year:
        return _sign(length)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def _sign(length: int) -> int:
    return -1 if length < 0 else 1


def _between(date: str, low: int, high: int) -> str:
    return f"{date} BETWEEN {_written(low)} AND {_written(high)}"


def _written(ordinal: int) -> str:
    return f"DATE '{dt.date.fromordinal(ordinal).isoformat()}'"
