"""Numeric functions that are written by means of others, so that engines need not know them."""

import math
from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import refusal
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

    highest_power: int = threshold(
        4, "exponent", "cost: a whole power is written as a product, which repeats its argument"
    )


LIMITS = _Limits()

_ZERO = Literal(0, Kind.NUMBER)


def truncated(number: Expression) -> Expression:
    """Return a number rounded towards zero."""
    up, down = _call(Function.CEILING, number), _call(Function.FLOOR, number)
    return Case(((Compare(Operator.AT_LEAST, number, _ZERO), down),), up, Kind.NUMBER)


def _truncated(arguments: Sequence[Expression], node: exp.Expr) -> Expression:  # noqa: ARG001
    return truncated(arguments[0])


def _whole_quotient(arguments: Sequence[Expression], node: exp.Expr) -> Expression:  # noqa: ARG001
    return truncated(_call(Function.DIVIDE, *arguments))


def _sign(arguments: Sequence[Expression], node: exp.Expr) -> Expression:  # noqa: ARG001
    (number,) = arguments
    tests = ((Operator.MORE, 1), (Operator.EQUAL, 0), (Operator.LESS, -1))
    branches = tuple((Compare(test, number, _ZERO), Literal(value, Kind.NUMBER)) for test, value in tests)
    return Case(branches, Literal(None, Kind.NUMBER), Kind.NUMBER)


def _logarithm(arguments: Sequence[Expression], node: exp.Expr) -> Expression:
    base: object = 10
    if len(arguments) > 1:
        base = arguments[0].value if isinstance(arguments[0], Literal) else None
    if not isinstance(base, int | float) or base <= 0 or base == 1:
        raise refusal(node, "the base of a logarithm is a positive number other than 1")
    return _call(
        Function.DIVIDE, _call(Function.LOGARITHM, arguments[-1]), Literal(math.log(base), Kind.NUMBER)
    )


def _power(arguments: Sequence[Expression], node: exp.Expr) -> Expression:
    base, exponent = arguments
    power = exponent.value if isinstance(exponent, Literal) else None
    if isinstance(power, int) and 1 <= power <= LIMITS.highest_power:
        found = base
        for _ in range(power - 1):
            found = _call(Function.MULTIPLY, found, base)
        return found
    if not isinstance(power, int | float) and not isinstance(base, Literal):
        raise refusal(node, "a power has a constant base or exponent")
    # Only positive numbers have powers other than whole ones; 0 is not worth a case.
    return _call(Function.EXPONENTIAL, _call(Function.MULTIPLY, exponent, _call(Function.LOGARITHM, base)))


def _pi(arguments: Sequence[Expression], node: exp.Expr) -> Expression:  # noqa: ARG001
    return Literal(math.pi, Kind.NUMBER)


def _call(function: Function, *of: Expression) -> Expression:
    return Call(function, of, Kind.NUMBER)


DERIVED: Mapping[type[exp.Expr], Callable[[Sequence[Expression], exp.Expr], Expression]] = {
    exp.IntDiv: _whole_quotient,
    exp.Trunc: _truncated,
    exp.Sign: _sign,
    exp.Log: _logarithm,
    exp.Pow: _power,
    exp.Pi: _pi,
}
