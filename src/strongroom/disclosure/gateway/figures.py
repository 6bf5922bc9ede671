"""Figures and HAVING: arithmetic and conditions on shown numbers, as SQL defines them, with their noise.

They are computed here, from the answer's columns alone, and so reveal nothing that the answer does not.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from strongroom.disclosure.answer_noise.estimates import Estimate, digits_for
from strongroom.disclosure.query.representation import (
    Call,
    Case,
    Column,
    Compare,
    Condition,
    Every,
    Expression,
    Function,
    Literal,
    Missing,
    Not,
    OneOf,
    Operator,
    Some,
    Truth,
)
from strongroom.errors import QueryError

Values = Mapping[str, Any]
"""The values of a row of the answer, by label."""


def figure(of: Expression, values: Values, noise: Mapping[str, float | None]) -> Estimate:
    """Return a figure and the standard deviation of its noise; None where a number it needs is hidden.

    To first order, and as if the noises of the numbers were independent.
    """
    value = evaluated(of, values)
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value, None
    total = 0.0
    for label, one in noise.items():
        if one:
            ends = [evaluated(of, {**values, label: values[label] + sign * one}) for sign in (-1, 1)]
            if None not in ends:
                total += ((ends[1] - ends[0]) / 2) ** 2
    if total == 0:
        return value, None
    width = math.sqrt(total)
    digits = digits_for(width)
    return round(value, digits), round(width, digits)


def evaluated(of: Expression, values: Values) -> Any:
    """Return the value of an expression over an answer's columns; None where it is undefined."""
    match of:
        case Column():
            return values[of.name]
        case Literal():
            return of.value
        case Case():
            for test, value in of.branches:
                if holds(test, values):
                    return evaluated(value, values)
            return evaluated(of.otherwise, values)
        case Call() if of.function is Function.COALESCE:
            found = (evaluated(each, values) for each in of.arguments)
            return next((each for each in found if each is not None), None)
        case Call() if of.function in _CALLS:
            return _called(_CALLS[of.function], [evaluated(each, values) for each in of.arguments])
        case _:
            raise QueryError("A column of the answer uses a function that is not available on statistics.")


def holds(condition: Condition, values: Values) -> bool | None:  # noqa: PLR0911 - one a kind
    """Return whether a condition on an answer's columns holds; None where SQL says NULL."""
    match condition:
        case Truth():
            return condition.value
        case Compare():
            left, right = evaluated(condition.left, values), evaluated(condition.right, values)
            return None if left is None or right is None else _OPERATORS[condition.operator](left, right)
        case OneOf():
            value = evaluated(condition.of, values)
            return None if value is None else value in [each.value for each in condition.values]
        case Missing():
            return evaluated(condition.of, values) is None
        case Not():
            inner = holds(condition.of, values)
            return None if inner is None else not inner
        case Every():
            found = [holds(each, values) for each in condition.of]
            return False if False in found else None if None in found else True
        case Some():
            found = [holds(each, values) for each in condition.of]
            return True if True in found else None if None in found else False
        case _:
            raise QueryError("HAVING uses a condition that is not available on statistics.")


def _called(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    if any(each is None for each in arguments):
        return None
    try:
        value = function(*arguments)
    except (ArithmeticError, ValueError):
        return None
    return value if not isinstance(value, float) or math.isfinite(value) else None


def _rounded(value: float, places: float = 0) -> float:
    """Return a number rounded half away from zero, as SQL does."""
    scale = 10 ** int(places)
    return math.copysign(math.floor(abs(value) * scale + 0.5) / scale, value)


_CALLS: Mapping[Function, Callable[..., Any]] = {
    Function.ADD: lambda one, other: one + other,
    Function.SUBTRACT: lambda one, other: one - other,
    Function.MULTIPLY: lambda one, other: one * other,
    Function.DIVIDE: lambda one, other: one / other,
    Function.REMAINDER: lambda one, other: one - other * math.floor(one / other),
    Function.NEGATE: lambda one: -one,
    Function.ABSOLUTE: abs,
    Function.FLOOR: math.floor,
    Function.CEILING: math.ceil,
    Function.ROUND: _rounded,
    Function.LOGARITHM: math.log,
    Function.EXPONENTIAL: math.exp,
    Function.ROOT: math.sqrt,
    Function.LEAST: min,
    Function.GREATEST: max,
}

_OPERATORS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: lambda one, other: one == other,
    Operator.UNEQUAL: lambda one, other: one != other,
    Operator.LESS: lambda one, other: one < other,
    Operator.AT_MOST: lambda one, other: one <= other,
    Operator.MORE: lambda one, other: one > other,
    Operator.AT_LEAST: lambda one, other: one >= other,
}
