"""Bounds on an expression's values that follow from its text alone, whatever the data."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from strongroom.disclosure.query.representation import Call, Case, Expression, Function, Literal


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


def bounds_of(expression: Expression) -> Bounds:
    """Return the bounds of a numeric expression's values; missing values do not count."""
    match expression:
        case Literal(value=bool() | int() | float() as value):
            return Bounds(float(value), float(value))
        case Case():
            results = [value for _, value in expression.branches] + [expression.otherwise]
            return _union([bounds_of(each) for each in results if not _is_null(each)])
        case Call() if expression.function in _RULES:
            return _RULES[expression.function]([bounds_of(each) for each in expression.arguments])
        case _:
            return ANY


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
    if ANY in (left, right) or not all(map(math.isfinite, (left.low, left.high, right.low, right.high))):
        return ANY
    ends = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
    return Bounds(min(ends), max(ends))


def _quotient(parts: Sequence[Bounds]) -> Bounds:
    divisor = parts[1]
    if divisor.low <= 0 <= divisor.high:
        return ANY
    return _product([parts[0], Bounds(1 / divisor.high, 1 / divisor.low)])


def _absolute(parts: Sequence[Bounds]) -> Bounds:
    ends = (abs(parts[0].low), abs(parts[0].high))
    return Bounds(0.0 if parts[0].low <= 0 <= parts[0].high else min(ends), max(ends))


def _rising(function: Callable[[float], float]) -> Callable[[Sequence[Bounds]], Bounds]:
    def bounds(parts: Sequence[Bounds]) -> Bounds:
        if not parts[0].known:
            return ANY
        return Bounds(function(parts[0].low), function(parts[0].high))

    return bounds


_RULES: Mapping[Function, Callable[[Sequence[Bounds]], Bounds]] = {
    Function.LEAST: _least,
    Function.GREATEST: _greatest,
    Function.COALESCE: _union,
    Function.ADD: _sum,
    Function.SUBTRACT: _difference,
    Function.NEGATE: _negative,
    Function.MULTIPLY: _product,
    Function.DIVIDE: _quotient,
    Function.ABSOLUTE: _absolute,
    Function.FLOOR: _rising(math.floor),
    Function.CEILING: _rising(math.ceil),
    Function.MONTH: lambda _: Bounds(1.0, 12.0),
}
