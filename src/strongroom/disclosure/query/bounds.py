"""Bounds on an expression's values that follow from its text and the bounds of columns, whatever the data."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from strongroom.disclosure.query.representation import (
    Band,
    Call,
    Case,
    Column,
    EventFact,
    EventValue,
    Expression,
    Function,
    Kind,
    Literal,
)


@dataclass(frozen=True)
class Bounds:
    """The lower and upper bound of a value; infinite where the expression sets none."""

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether both bounds are finite and differ."""
        return math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high

    @property
    def middle(self) -> float:
        """The midpoint."""
        return (self.low + self.high) / 2

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.high - self.low) / 2


ANY = Bounds(-math.inf, math.inf)


@dataclass(frozen=True)
class KnownBounds:
    """The bounds of stored columns, by table and name, and of a person's number of events, by table.

    `tables` are the tables of the query by source number. Dates are days since 1970.
    """

    tables: Mapping[int, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], Bounds] = field(default_factory=dict)
    events: Mapping[str, Bounds] = field(default_factory=dict)

    def inside(self, of: EventValue) -> "KnownBounds":
        """Return what is known within a sub-query over events."""
        return replace(self, tables={**self.tables, of.source: of.table})


NOTHING_KNOWN = KnownBounds()
_FIRST_DAY = dt.date(1970, 1, 1)


def bounds_of(  # noqa: PLR0911 - one a kind
    expression: Expression, known: KnownBounds = NOTHING_KNOWN
) -> Bounds:
    """Return the bounds of a number's or date's values; missing values do not count."""
    match expression:
        case Literal(value=bool() | int() | float() as value):
            return Bounds(float(value), float(value))
        case Literal(value=dt.date() as day):
            days = float((day - _FIRST_DAY).days)
            return Bounds(days, days)
        case Column():
            return known.columns.get((known.tables.get(expression.source, ""), expression.name), ANY)
        case Case():
            results = [value for _, value in expression.branches] + [expression.otherwise]
            return _union([bounds_of(each, known) for each in results if not _is_null(each)])
        case EventValue():
            return _of_events(expression, known)
        case Band():
            return Bounds(1.0, float(expression.parts))
        case Call() if expression.function in _RULES:
            return _RULES[expression.function]([bounds_of(each, known) for each in expression.arguments])
        case _:
            return ANY


def columns_of(expression: Expression, tables: Mapping[int, str]) -> set[tuple[str, str]]:
    """Return the stored columns, by table and name, whose bounds an expression's bounds are made of.

    The number of a person's events in a table is the column "".
    """
    match expression:
        case Column(kind=Kind.NUMBER | Kind.DATE):
            return {(tables[expression.source], expression.name)}
        case Case():
            results = [value for _, value in expression.branches] + [expression.otherwise]
            return set().union(*(columns_of(each, tables) for each in results))
        case EventValue(fact=EventFact.COUNT | EventFact.DISTINCT):
            return {(expression.table, "")}
        case EventValue() if expression.of is not None:
            return columns_of(expression.of, {**tables, expression.source: expression.table})
        case Call():
            return set().union(*(columns_of(each, tables) for each in expression.arguments))
        case _:
            return set()


def _of_events(of: EventValue, known: KnownBounds) -> Bounds:
    if of.of is None or of.fact is EventFact.DISTINCT:
        return known.events.get(of.table, ANY)
    return bounds_of(of.of, known.inside(of))


def _is_null(expression: Expression) -> bool:
    return isinstance(expression, Literal) and expression.value is None


def _union(parts: Sequence[Bounds]) -> Bounds:
    if not parts:
        return ANY
    return Bounds(min(each.low for each in parts), max(each.high for each in parts))


def _least(parts: Sequence[Bounds]) -> Bounds:
    return Bounds(min(each.low for each in parts), min(each.high for each in parts))


def _greatest(parts: Sequence[Bounds]) -> Bounds:
    return Bounds(max(each.low for each in parts), max(each.high for each in parts))


def _sum(parts: Sequence[Bounds]) -> Bounds:
    return Bounds(sum(each.low for each in parts), sum(each.high for each in parts))


def _negative(parts: Sequence[Bounds]) -> Bounds:
    return Bounds(-parts[0].high, -parts[0].low)


def _difference(parts: Sequence[Bounds]) -> Bounds:
    return _sum([parts[0], _negative(parts[1:])])


def _product(parts: Sequence[Bounds]) -> Bounds:
    left, right = parts
    if not all(map(math.isfinite, (left.low, left.high, right.low, right.high))):
        return ANY
    ends = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
    return Bounds(min(ends), max(ends))


def _quotient(parts: Sequence[Bounds]) -> Bounds:
    divisor = parts[1]
    if divisor.low <= 0 <= divisor.high:
        return ANY
    return _product([parts[0], Bounds(1 / divisor.high, 1 / divisor.low)])


def _remainder(parts: Sequence[Bounds]) -> Bounds:
    """Return the bounds of a remainder, which has the sign of the divisor and is smaller."""
    return Bounds(min(parts[1].low, 0.0), max(parts[1].high, 0.0))


def _absolute(parts: Sequence[Bounds]) -> Bounds:
    ends = (abs(parts[0].low), abs(parts[0].high))
    return Bounds(0.0 if parts[0].low <= 0 <= parts[0].high else min(ends), max(ends))


def _rising(
    function: Callable[[float], float], low: float = -math.inf, high: float = math.inf
) -> Callable[[Sequence[Bounds]], Bounds]:
    """Return the rule of a rising function that is defined from `low` to `high`."""

    def bounds(parts: Sequence[Bounds]) -> Bounds:
        ends = (max(parts[0].low, low), min(parts[0].high, high))
        if not all(map(math.isfinite, ends)) or ends[0] > ends[1]:
            return ANY
        return Bounds(function(ends[0]), function(ends[1]))

    return bounds


def _shifted(low: float, high: float) -> Callable[[Sequence[Bounds]], Bounds]:
    return lambda parts: Bounds(parts[0].low + low, parts[0].high + high)


def _logarithm(parts: Sequence[Bounds]) -> Bounds:
    return _rising(math.log)(parts) if parts[0].low > 0 else ANY


def _plus_months(parts: Sequence[Bounds]) -> Bounds:
    longest, shortest = 31.0, 28.0  # days of a month
    ends = [months * days for months in (parts[1].low, parts[1].high) for days in (shortest, longest)]
    return Bounds(parts[0].low + min(ends), parts[0].high + max(ends))


def _year(days: float) -> float:
    return float(math.floor(1970 + days / 365.2425))


_RULES: Mapping[Function, Callable[[Sequence[Bounds]], Bounds]] = {
    Function.LEAST: _least,
    Function.GREATEST: _greatest,
    Function.COALESCE: _union,
    Function.ADD: _sum,
    Function.SUBTRACT: _difference,
    Function.NEGATE: _negative,
    Function.MULTIPLY: _product,
    Function.DIVIDE: _quotient,
    Function.REMAINDER: _remainder,
    Function.ABSOLUTE: _absolute,
    Function.FLOOR: _rising(math.floor),
    Function.CEILING: _rising(math.ceil),
    # Whatever the number of decimals.
    Function.ROUND: _shifted(-0.5, 0.5),
    Function.LOGARITHM: _logarithm,
    Function.ROOT: _rising(math.sqrt, low=0.0),
    Function.EXPONENTIAL: _rising(math.exp, high=700.0),
    Function.MONTH: lambda _: Bounds(1.0, 12.0),
    Function.YEAR: lambda parts: _shifted(-1.0, 1.0)([_rising(_year)(parts)]),
    Function.START_OF_MONTH: _shifted(-30.0, 0.0),
    Function.START_OF_YEAR: _shifted(-365.0, 0.0),
    Function.DAYS_BETWEEN: lambda parts: _difference([parts[1], parts[0]]),
    Function.PLUS_DAYS: _sum,
    Function.PLUS_MONTHS: _plus_months,
}
