"""Constants of a query, and making two expressions' kinds agree."""

import datetime as dt
import math
from dataclasses import replace

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.representation import Expression, Kind, Literal

NOTHING = Literal(None, Kind.NUMBER)
_DAYS = {"DAY": 1, "DAYS": 1, "WEEK": 7, "WEEKS": 7}
# A float64 is whole up to here.
_LARGEST = 2**53


def read_literal(node: exp.Expression) -> Literal | None:
    """Return the constant that a node is, or None if it is none."""
    match node:
        case exp.Null():
            return NOTHING
        case exp.Boolean():
            return Literal(bool(node.this), Kind.BOOLEAN)
        case exp.Literal() if node.is_string:
            return Literal(str(node.this), Kind.TEXT)
        case exp.Literal():
            return Literal(_number(node), Kind.NUMBER)
        case exp.Cast() if node.to.is_type("date") and isinstance(node.this, exp.Literal):
            return Literal(_date(str(node.this.this), node), Kind.DATE)
        case _:
            return None


def days(node: exp.Interval) -> int:
    """Return how many days an interval has; months have no fixed number and are refused."""
    unit = str(node.args["unit"]).upper() if node.args.get("unit") else ""
    amount = node.this.name if isinstance(node.this, exp.Literal) else ""
    if unit not in _DAYS or not amount.lstrip("-").isdigit() or len(amount) > 6:  # noqa: PLR2004 - 2,700 years
        raise refusal(node, "an interval must be a whole number of days or weeks")
    return int(amount) * _DAYS[unit]


def agreeing(left: Expression, right: Expression, node: exp.Expression) -> tuple[Expression, Expression]:
    """Return both with one kind: a text constant beside a date is a date, beside a number a number."""
    if left.kind is right.kind:
        return left, right
    if isinstance(right, Literal):
        return left, as_kind(right, left.kind, node)
    if isinstance(left, Literal):
        return as_kind(left, right.kind, node), right
    raise refusal(node, f"a {left.kind} and a {right.kind} cannot be compared")


def as_kind(literal: Literal, kind: Kind, node: exp.Expression) -> Literal:
    """Return a constant as another kind of value; what has no such meaning is refused."""
    value = literal.value
    if value is None or literal.kind is kind:
        return replace(literal, kind=kind)
    if kind is Kind.DATE and isinstance(value, str):
        return Literal(_date(value, node), Kind.DATE)
    if kind is Kind.NUMBER and isinstance(value, str):
        return Literal(_parsed(value, node), Kind.NUMBER)
    if kind is Kind.TEXT and isinstance(value, int | float) and not isinstance(value, bool):
        return Literal(f"{value:g}", Kind.TEXT)
    if kind is Kind.BOOLEAN and value in (0, 1):
        return Literal(bool(value), Kind.BOOLEAN)
    raise refusal(node, f"a {literal.kind} cannot stand for a {kind}")


def _number(node: exp.Literal) -> float | int:
    return _parsed(str(node.this), node)


def _parsed(text: str, node: exp.Expression) -> float | int:
    try:
        value = float(text)
    except ValueError:
        raise refusal(node, "a number was expected") from None
    if not math.isfinite(value):
        raise refusal(node, "a number must be finite")
    return int(value) if value.is_integer() and abs(value) < _LARGEST else value


def _date(text: str, node: exp.Expression) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise refusal(node, "a date must be written YYYY-MM-DD") from None
