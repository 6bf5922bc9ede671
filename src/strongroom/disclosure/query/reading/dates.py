"""Dates: their parts, starts of months and quarters, differences, and dates plus or minus an interval.

Differences count the boundaries of years, quarters and months between two dates, and whole weeks, as DuckDB's
DATE_DIFF does: from 31 December to 1 January is one year. DATE_SUB and AGE count completed units.
"""

import datetime as dt
from collections.abc import Callable, Mapping

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import as_kind, read_literal
from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    Call,
    Case,
    Compare,
    Expression,
    Function,
    Kind,
    Literal,
    Operator,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_units: int = threshold(
        999_999, "days or other units", "judgement: 2,700 years, longer than any study"
    )


LIMITS = _Limits()

_MONDAY = Literal(dt.date(1969, 12, 29), Kind.DATE)
_YEAR_ONE = Literal(dt.date(1900, 1, 1), Kind.DATE)
_DAYS = {"DAY": 1, "WEEK": 7}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12, "DECADE": 120}
AGE_HINT = "Write DATE_DIFF('day', start, end) / 365.25, or DATE_SUB('year', start, end) for completed years."


def plus_days(date: Expression, days: Expression, node: exp.Expr) -> Expression:
    """Return a date plus a number of days."""
    if days.kind is not Kind.NUMBER:
        raise refusal(node, "a date takes a number of days or an interval")
    return Call(Function.PLUS_DAYS, (date, days), Kind.DATE)


def days_between(start: Expression, end: Expression) -> Expression:
    """Return the days from one date to another."""
    return Call(Function.DAYS_BETWEEN, (start, end), Kind.NUMBER)


def part_of(unit: str, date: Expression, node: exp.Expr) -> Expression:
    """Return a part of a date by its name, such as its year."""
    if unit not in _PARTS:
        raise refusal(node, "parts of a date are year, quarter, month and day")
    return _PARTS[unit](date)


def start_of(unit: str, date: Expression, node: exp.Expr) -> Expression:
    """Return the first day of a date's year, quarter, month or week."""
    if unit not in _STARTS:
        raise refusal(node, "dates can be truncated to year, quarter, month, week or day")
    return _STARTS[unit](date)


def difference(unit: str, start: Expression, end: Expression, node: exp.Expr) -> Expression:
    """Return how many boundaries of a unit lie between two dates."""
    if unit in _DAYS:
        return _truncated(days_between(start, end), _DAYS[unit])
    if unit not in _ORDINALS:
        raise refusal(node, "dates differ in days, weeks, months, quarters or years", hint=AGE_HINT)
    return _call(Function.SUBTRACT, _ORDINALS[unit](end), _ORDINALS[unit](start))


def completed(unit: str, start: Expression, end: Expression, node: exp.Expr) -> Expression:
    """Return how many whole units lie between two dates: a person's age, for years."""
    if unit in _DAYS:
        return _truncated(days_between(start, end), _DAYS[unit])
    if unit not in _MONTHS:
        raise refusal(node, "completed units are days, weeks, months, quarters or years", hint=AGE_HINT)
    forwards = _whole_months(start, end)
    backwards = _call(Function.NEGATE, _whole_months(end, start))
    months = Case(((Compare(Operator.AT_LEAST, end, start), forwards),), backwards, Kind.NUMBER)
    return _truncated(months, _MONTHS[unit])


def from_parts(year: Expression, month: Expression, day: Expression) -> Expression:
    """Return the date of a year, month and day."""
    years = _call(Function.MULTIPLY, _call(Function.SUBTRACT, year, _number(1900)), _number(12))
    months = _call(Function.ADD, years, _call(Function.SUBTRACT, month, _number(1)))
    first = Call(Function.PLUS_MONTHS, (_YEAR_ONE, months), Kind.DATE)
    return Call(Function.PLUS_DAYS, (first, _call(Function.SUBTRACT, day, _number(1))), Kind.DATE)


def unit_of(node: exp.Expr | None) -> str:
    """Return the name of a unit of time in upper case and the singular."""
    return node.name.upper().removesuffix("S") if node is not None else ""


def shifted(date: Expression, interval: exp.Interval, sign: int, scope: Scope) -> Expression:
    """Return a date plus, or for a sign of -1 minus, an interval."""
    unit = unit_of(interval.args.get("unit"))
    if unit not in _DAYS and unit not in _MONTHS:
        raise refusal(interval, "an interval is a whole number of days, weeks, months, quarters or years")
    scale, function = (
        (_DAYS[unit], Function.PLUS_DAYS) if unit in _DAYS else (_MONTHS[unit], Function.PLUS_MONTHS)
    )
    amount = interval.this.unnest()
    if isinstance(amount, exp.Literal | exp.Neg):
        literal = as_kind(read_literal(amount) or Literal("", Kind.TEXT), Kind.NUMBER, interval)
        if not isinstance(literal.value, int) or abs(literal.value) > LIMITS.most_units:
            raise refusal(interval, f"an interval is a whole number of at most {LIMITS.most_units:,}")
        return Call(function, (date, _number(sign * scale * literal.value)), Kind.DATE)
    found = scope.read_expression(amount)
    if found.kind is not Kind.NUMBER:
        raise refusal(interval, "the length of an interval is a number")
    return Call(function, (date, _call(Function.MULTIPLY, found, _number(sign * scale))), Kind.DATE)


def _number(value: int) -> Literal:
    return Literal(value, Kind.NUMBER)


def _call(function: Function, *of: Expression) -> Expression:
    return Call(function, of, Kind.NUMBER)


def _year(date: Expression) -> Expression:
    return _call(Function.YEAR, date)


def _month(date: Expression) -> Expression:
    return _call(Function.MONTH, date)


def _day(date: Expression) -> Expression:
    start = Call(Function.START_OF_MONTH, (date,), Kind.DATE)
    return _call(Function.ADD, days_between(start, date), _number(1))


def _quarter(date: Expression) -> Expression:
    shifted = _call(Function.ADD, _month(date), _number(2))
    return _call(Function.FLOOR, _call(Function.DIVIDE, shifted, _number(3)))


def _months(date: Expression) -> Expression:
    return _call(Function.ADD, _call(Function.MULTIPLY, _year(date), _number(12)), _month(date))


def _quarters(date: Expression) -> Expression:
    return _call(Function.ADD, _call(Function.MULTIPLY, _year(date), _number(4)), _quarter(date))


def _weeks(date: Expression) -> Expression:
    return _call(Function.FLOOR, _call(Function.DIVIDE, days_between(_MONDAY, date), _number(7)))


def _start_of_quarter(date: Expression) -> Expression:
    months = _call(Function.MULTIPLY, _call(Function.SUBTRACT, _quarter(date), _number(1)), _number(3))
    year = Call(Function.START_OF_YEAR, (date,), Kind.DATE)
    return Call(Function.PLUS_MONTHS, (year, months), Kind.DATE)


def _start_of_week(date: Expression) -> Expression:
    days = _call(Function.MULTIPLY, _weeks(date), _number(7))
    return Call(Function.PLUS_DAYS, (_MONDAY, days), Kind.DATE)


def _whole_months(start: Expression, end: Expression) -> Expression:
    """Return the completed months from a date to a later one."""
    crossed = _call(Function.SUBTRACT, _months(end), _months(start))
    reached = Call(Function.PLUS_MONTHS, (start, crossed), Kind.DATE)
    fewer = _call(Function.SUBTRACT, crossed, _number(1))
    return Case(((Compare(Operator.AT_MOST, reached, end), crossed),), fewer, Kind.NUMBER)


def _truncated(number: Expression, by: int) -> Expression:
    """Return a number divided and rounded towards zero."""
    if by == 1:
        return number
    divided = _call(Function.DIVIDE, number, _number(by))
    rounded = (_call(Function.FLOOR, divided), _call(Function.CEILING, divided))
    return Case(((Compare(Operator.AT_LEAST, number, _number(0)), rounded[0]),), rounded[1], Kind.NUMBER)


_PARTS: Mapping[str, Callable[[Expression], Expression]] = {
    "YEAR": _year,
    "QUARTER": _quarter,
    "MONTH": _month,
    "DAY": _day,
}
_ORDINALS: Mapping[str, Callable[[Expression], Expression]] = {
    "YEAR": _year,
    "QUARTER": _quarters,
    "MONTH": _months,
}
_STARTS: Mapping[str, Callable[[Expression], Expression]] = {
    "YEAR": lambda date: Call(Function.START_OF_YEAR, (date,), Kind.DATE),
    "QUARTER": _start_of_quarter,
    "MONTH": lambda date: Call(Function.START_OF_MONTH, (date,), Kind.DATE),
    "WEEK": _start_of_week,
    "DAY": lambda date: date,
}
