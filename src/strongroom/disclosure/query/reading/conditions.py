"""Conditions on a row: comparisons, lists, patterns, whether an event exists, and their combinations."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from strongroom.disclosure.query.reading import event_lookups, expressions
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

_OPERATORS: Mapping[type[exp.Expression], Operator] = {
    exp.EQ: Operator.EQUAL,
    exp.NEQ: Operator.UNEQUAL,
    exp.LT: Operator.LESS,
    exp.LTE: Operator.AT_MOST,
    exp.GT: Operator.MORE,
    exp.GTE: Operator.AT_LEAST,
}
_MOST_LISTED = 5_000


def read_condition(node: exp.Expression, scope: Scope) -> Condition:
    """Return the condition a node stands for; what is not understood is refused."""
    scope.reading.count(node)
    read = next((_READERS[each] for each in type(node).__mro__ if each in _READERS), _flag)
    return read(node, scope)


def _inside(node: exp.Paren, scope: Scope) -> Condition:
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
    return event_lookups.read_existence(node, scope)


def _compared(node: exp.Expression, scope: Scope) -> Condition:
    only(node, ("this", "expression"))
    left = expressions.read_expression(node.this, scope)
    right = expressions.read_expression(node.expression, scope)
    return Compare(_OPERATORS[type(node)], *agreeing(left, right, node))


def _between(node: exp.Between, scope: Scope) -> Condition:
    only(node, ("this", "low", "high"))
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    return Every((read_condition(low, scope), read_condition(high, scope)))


def _listed(node: exp.In, scope: Scope) -> Condition:
    if node.args.get("query") is not None:
        raise refusal(node, "a list cannot come from a table", hint="Write EXISTS (SELECT 1 FROM …).")
    only(node, ("this", "expressions"))
    of = expressions.read_expression(node.this, scope)
    listed = [read_literal(each) for each in node.expressions]
    if not listed or len(listed) > _MOST_LISTED:
        raise refusal(node, f"a list holds 1 to {_MOST_LISTED:,} values")
    values = [each for each in listed if each is not None]
    if len(values) < len(listed):
        raise refusal(node, "a list holds constants only")
    return OneOf(of, tuple(as_kind(each, of.kind, node) for each in values))


def _is(node: exp.Is, scope: Scope) -> Condition:
    if isinstance(node.expression, exp.Null):
        return Missing(expressions.read_expression(node.this, scope))
    if isinstance(node.expression, exp.Boolean):
        truth = read_condition(node.this, scope)
        return truth if node.expression.this else Not(truth)
    raise refusal(node, "IS stands before NULL, TRUE or FALSE only")


def _like(node: exp.Expression, scope: Scope) -> Condition:
    only(node, ("this", "expression"))
    of = expressions.read_expression(node.this, scope)
    pattern = read_literal(node.expression)
    if of.kind is not Kind.TEXT or pattern is None or not isinstance(pattern.value, str):
        raise refusal(node, "a pattern is a constant text, and is compared with a text")
    if isinstance(node, exp.StartsWith):
        if set(pattern.value) & {"%", "_"}:
            raise refusal(node, "the beginning may not hold % or _")
        return Like(of, f"{pattern.value}%")
    if isinstance(node, exp.ILike):
        raise refusal(node, "letters are compared as they are", hint="Write LOWER(column) LIKE 'x%'.")
    return Like(of, pattern.value)


def _flag(node: exp.Expression, scope: Scope) -> Condition:
    found = expressions.read_expression(node, scope)
    if found.kind is not Kind.BOOLEAN:
        raise refusal(node, "a condition was expected")
    return Compare(Operator.EQUAL, found, Literal(value=True, kind=Kind.BOOLEAN))


_READERS: Mapping[type[exp.Expression], Callable[[Any, Scope], Condition]] = {
    exp.Paren: _inside,
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
