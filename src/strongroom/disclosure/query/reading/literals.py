"""Constants of a query, and converting a constant to the type it is compared with."""

import datetime as dt
import math
from dataclasses import replace

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.representation import Expression, Kind, Literal
from strongroom.thresholds import Thresholds, threshold

NULL = Literal(None, Kind.NUMBER)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest: int = threshold(
        2**53, "number", "standard: IEEE 754 binary64; a double represents every integer below this"
    )


LIMITS = _Limits()


def read_literal(node: exp.Expr) -> Literal | None:
    """Return the value of a constant, or None for any other node."""
    node = node.unnest()
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return Literal(-_number(node.this), Kind.NUMBER)
    if isinstance(node, exp.Literal):
        return Literal(str(node.this), Kind.TEXT) if node.is_string else Literal(_number(node), Kind.NUMBER)
    if isinstance(node, exp.Cast) and node.to.is_type("date") and isinstance(node.this, exp.Literal):
        return Literal(_date(str(node.this.this), node), Kind.DATE)
    if isinstance(node, exp.Boolean):
        return Literal(bool(node.this), Kind.BOOLEAN)
    return NULL if isinstance(node, exp.Null) else None


def agreeing(left: Expression, right: Expression, node: exp.Expr) -> tuple[Expression, Expression]:
    """Return both as one kind: a text constant compared with a date or number becomes one."""
    if left.kind is right.kind:
        return left, right
    if isinstance(right, Literal):
        return left, as_kind(right, left.kind, node)
    if isinstance(left, Literal):
        return as_kind(left, right.kind, node), right
    raise refusal(node, f"a {left.kind} and a {right.kind} cannot be compared")


def as_kind(literal: Literal, kind: Kind, node: exp.Expr) -> Literal:
    """Return a constant converted to another kind; QueryError if it cannot be converted."""
    value = literal.value
    if value is None or literal.kind is kind:
        return replace(literal, kind=kind)
    if kind is Kind.DATE and isinstance(value, str):
        return Literal(_date(value, node), Kind.DATE)
    if kind is Kind.NUMBER and isinstance(value, str):
        return Literal(_parsed(value, node), Kind.NUMBER)
    if kind is Kind.TEXT and isinstance(value, int | float) and not isinstance(value, bool):
        return Literal(repr(value), Kind.TEXT)
    if kind is Kind.BOOLEAN and value in (0, 1):
        return Literal(bool(value), Kind.BOOLEAN)
    raise refusal(node, f"a {literal.kind} cannot be converted to a {kind}")


def _number(node: exp.Literal) -> float | int:
    return _parsed(str(node.this), node)


def _parsed(text: str, node: exp.Expr) -> float | int:
    try:
        value = float(text)
    except ValueError:
        raise refusal(node, "expected a number") from None
    if not math.isfinite(value):
        raise refusal(node, "a number must be finite")
    return int(value) if value.is_integer() and abs(value) < LIMITS.largest else value


def _date(text: str, node: exp.Expr) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise refusal(node, "a date must be written YYYY-MM-DD") from None
