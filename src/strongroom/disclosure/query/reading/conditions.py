"""Conditions on a row: comparisons, lists, patterns, EXISTS, and their combinations."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import agreeing, as_kind, read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    Compare,
    Condition,
    Every,
    Kind,
    Like,
    Literal,
    Missing,
    Not,
    OneOf,
    Operator,
    Some,
    Truth,
)
from strongroom.thresholds import Thresholds, threshold

_OPERATORS: Mapping[type[exp.Expression], Operator] = {
    exp.EQ: Operator.EQUAL,
    exp.NEQ: Operator.UNEQUAL,
    exp.LT: Operator.LESS,
    exp.LTE: Operator.AT_MOST,
    exp.GT: Operator.MORE,
    exp.GTE: Operator.AT_LEAST,
}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_listed: int = threshold(
        5_000, "values", "cost: bounds the length of the SQL that the engine has to plan"
    )


LIMITS = _Limits()


def read_condition(node: exp.Expression, scope: Scope) -> Condition:
    """Return the condition of a node; QueryError for a node that is not supported."""
    scope.reading.count(node)
    read = next((_READERS[each] for each in type(node).__mro__ if each in _READERS), _flag)
    return read(node, scope)


def _parenthesised(node: exp.Paren, scope: Scope) -> Condition:
    return read_condition(node.this, scope)


def _every(node: exp.And, scope: Scope) -> Condition:
    return Every((read_condition(node.this, scope), read_condition(node.expression, scope)))


def _some(node: exp.Or, scope: Scope) -> Condition:
    return Some((read_condition(node.this, scope), read_condition(node.expression, scope)))


def _not(node: exp.Not, scope: Scope) -> Condition:
    return Not(read_condition(node.this, scope))


def _truth(node: exp.Boolean, scope: Scope) -> Condition:  # noqa: ARG001 - as all readers
    return Truth(bool(node.this))


def _existence(node: exp.Exists, scope: Scope) -> Condition:
    return scope.read_existence(node)


def _compared(node: exp.Expression, scope: Scope) -> Condition:
    only(node, ("this", "expression"))
    left = scope.read_expression(node.this)
    right = scope.read_expression(node.expression)
    return Compare(_OPERATORS[type(node)], *agreeing(left, right, node))


def _between(node: exp.Between, scope: Scope) -> Condition:
    only(node, ("this", "low", "high"))
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    return Every((read_condition(low, scope), read_condition(high, scope)))


def _listed(node: exp.In, scope: Scope) -> Condition:
    if node.args.get("query") is not None:
        raise refusal(
            node, "IN accepts a list of constants, not a sub-query", hint="Write EXISTS (SELECT 1 FROM …)."
        )
    only(node, ("this", "expressions"))
    of = scope.read_expression(node.this)
    listed = [read_literal(each) for each in node.expressions]
    if not listed or len(listed) > LIMITS.most_listed:
        raise refusal(node, f"an IN list has 1 to {LIMITS.most_listed:,} values")
    values = [each for each in listed if each is not None]
    if len(values) < len(listed):
        raise refusal(node, "an IN list has constants only")
    return OneOf(of, tuple(as_kind(each, of.kind, node) for each in values))


def _is(node: exp.Is, scope: Scope) -> Condition:
    if isinstance(node.expression, exp.Null):
        return Missing(scope.read_expression(node.this))
    if isinstance(node.expression, exp.Boolean):
        truth = read_condition(node.this, scope)
        return truth if node.expression.this else Not(truth)
    raise refusal(node, "IS can only be followed by NULL, TRUE or FALSE")


def _like(node: exp.Expression, scope: Scope) -> Condition:
    only(node, ("this", "expression"))
    of = scope.read_expression(node.this)
    pattern = read_literal(node.expression)
    if of.kind is not Kind.TEXT or pattern is None or not isinstance(pattern.value, str):
        raise refusal(node, "LIKE compares a text with a constant pattern")
    if isinstance(node, exp.StartsWith):
        if set(pattern.value) & {"%", "_"}:
            raise refusal(node, "the prefix cannot contain % or _")
        return Like(of, f"{pattern.value}%")
    if isinstance(node, exp.ILike):
        raise refusal(
            node, "LIKE is case-sensitive and ILIKE is not supported", hint="Write LOWER(column) LIKE 'x%'."
        )
    return Like(of, pattern.value)


def _flag(node: exp.Expression, scope: Scope) -> Condition:
    found = scope.read_expression(node)
    if found.kind is not Kind.BOOLEAN:
        raise refusal(node, "expected a condition")
    return Compare(Operator.EQUAL, found, Literal(value=True, kind=Kind.BOOLEAN))


_READERS: Mapping[type[exp.Expression], Callable[[Any, Scope], Condition]] = {
    exp.Paren: _parenthesised,
    exp.And: _every,
    exp.Or: _some,
    exp.Not: _not,
    exp.Boolean: _truth,
    exp.Exists: _existence,
    exp.Between: _between,
    exp.In: _listed,
    exp.Is: _is,
    exp.Like: _like,
    exp.ILike: _like,
    exp.StartsWith: _like,
    **dict.fromkeys(_OPERATORS, _compared),
}
