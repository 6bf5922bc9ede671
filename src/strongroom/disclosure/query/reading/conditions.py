"""Conditions on a row: comparisons, lists, patterns, EXISTS, and their combinations."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import agreeing, as_kind, read_literal
from strongroom.disclosure.query.reading.patterns import PATTERNS, read_pattern
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import both, is_true, known
from strongroom.disclosure.query.reading.scope import PersonKey, Scope
from strongroom.disclosure.query.representation import (
    TRUE,
    Compare,
    Condition,
    Every,
    Expression,
    Kind,
    Literal,
    Missing,
    Not,
    OneOf,
    Operator,
    Some,
    Truth,
)
from strongroom.thresholds import Thresholds, threshold

_OPERATORS: Mapping[type[exp.Expr], Operator] = {
    exp.EQ: Operator.EQUAL,
    exp.NEQ: Operator.UNEQUAL,
    exp.LT: Operator.LESS,
    exp.LTE: Operator.AT_MOST,
    exp.GT: Operator.MORE,
    exp.GTE: Operator.AT_LEAST,
}
_KEY_HINT = "A person key can join tables and be counted: COUNT(DISTINCT key), key IN (SELECT key FROM …)."


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_listed: int = threshold(
        5_000, "values", "cost: bounds the length of the SQL that the engine has to plan"
    )


LIMITS = _Limits()


def read_condition(node: exp.Expr, scope: Scope) -> Condition:
    """Return the condition of a node; QueryError for a node that is not supported."""
    read = next((_READERS[each] for each in type(node).__mro__ if each in _READERS), _flag)
    return read(node, scope)


def _parenthesised(node: exp.Paren, scope: Scope) -> Condition:
    return scope.read_condition(node.this)


def _every(node: exp.And, scope: Scope) -> Condition:
    parts = [scope.read_condition(each) for each in _chained(node)]
    found = tuple(part for each in parts for part in (each.of if isinstance(each, Every) else (each,)))
    return both(*found)


def _some(node: exp.Or, scope: Scope) -> Condition:
    parts = [scope.read_condition(each) for each in _chained(node)]
    return Some(tuple(part for each in parts for part in (each.of if isinstance(each, Some) else (each,))))


def _chained(node: exp.And | exp.Or) -> Iterator[exp.Expr]:
    """Yield the conditions of a chain of ANDs or ORs, of any length, from left to right."""
    waiting = [node.expression, node.this]
    while waiting:
        each = waiting.pop()
        if type(each) is type(node):
            waiting += [each.expression, each.this]
        else:
            yield each


def _not(node: exp.Not, scope: Scope) -> Condition:
    return Not(scope.read_condition(node.this))


def _truth(node: exp.Boolean, scope: Scope) -> Condition:  # noqa: ARG001 - as all readers
    return Truth(bool(node.this))


def _existence(node: exp.Exists, scope: Scope) -> Condition:
    return scope.read_existence(node)


def _compared(node: exp.Expr, scope: Scope) -> Condition:
    only(node, ("this", "expression"))
    keys = [scope.key(node.this), scope.key(node.expression)]
    if any(keys):
        return _same_person(node, keys, scope)
    return Compare(_OPERATORS[type(node)], *_pair(node, scope))


def _pair(node: exp.Expr, scope: Scope) -> tuple[Expression, Expression]:
    left = scope.read_expression(node.this)
    right = scope.read_expression(node.expression)
    return agreeing(left, right, node)


def _same_person(node: exp.Expr, keys: list[PersonKey | None], scope: Scope) -> Condition:
    """Return the condition of `a.key = b.key`: tables are joined by person, so it holds where both exist."""
    left, right = keys
    if left is None or right is None or not isinstance(node, exp.EQ):
        raise refusal(node, "a person key can only be equal to another table's", hint=_KEY_HINT)
    if scope.has_own(node.this) != scope.has_own(node.expression):
        scope.rows.linked = True
    return both(left.present, right.present)


def _between(node: exp.Between, scope: Scope) -> Condition:
    only(node, ("this", "low", "high"))
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    return Every((scope.read_condition(low), scope.read_condition(high)))


def _listed(node: exp.In, scope: Scope) -> Condition:
    if node.args.get("query") is not None:
        return scope.read_membership(node)
    only(node, ("this", "expressions"))
    if scope.key(node.this) is not None:
        raise refusal(node, "a person key cannot be compared with a value", hint=_KEY_HINT)
    if not 1 <= len(node.expressions) <= LIMITS.most_listed:
        raise refusal(node, f"an IN list has 1 to {LIMITS.most_listed:,} values")
    literals = [(each, read_literal(each)) for each in node.expressions]
    of = scope.read_expression(node.this)
    values = [each for _, each in literals if each is not None and each.value is not None]
    found: list[Condition] = []
    if values:
        found.append(OneOf(of, tuple(as_kind(each, of.kind, node) for each in values)))
    for other, literal in literals:
        if literal is None:
            found.append(Compare(Operator.EQUAL, *agreeing(of, scope.read_expression(other), node)))
    if any(literal is not None and literal.value is None for _, literal in literals):
        # As in SQL, NOT IN a list with NULL is never true.
        found.append(Compare(Operator.EQUAL, of, Literal(None, of.kind)))
    return found[0] if len(found) == 1 else Some(tuple(found))


def _is(node: exp.Is, scope: Scope) -> Condition:
    only(node, ("this", "expression"))
    if isinstance(node.expression, exp.Null):
        key = scope.key(node.this)
        if key is not None:
            return Truth(value=False) if key.present == TRUE else Not(key.present)
        return Missing(scope.read_expression(node.this))
    if isinstance(node.expression, exp.Boolean):
        truth = scope.read_condition(node.this)
        wanted = truth if node.expression.this else Not(truth)
        # Never NULL, so that IS NOT TRUE holds for a missing value.
        return known(wanted)
    raise refusal(node, "IS can only be followed by NULL, TRUE or FALSE")


def _not_distinct(node: exp.NullSafeEQ | exp.NullSafeNEQ, scope: Scope) -> Condition:
    left, right = _pair(node, scope)
    known = Every((Not(Missing(left)), Not(Missing(right)), Compare(Operator.EQUAL, left, right)))
    return Some((known, Every((Missing(left), Missing(right)))))


def _distinct(node: exp.NullSafeNEQ, scope: Scope) -> Condition:
    return Not(_not_distinct(node, scope))


def _flag(node: exp.Expr, scope: Scope) -> Condition:
    found = scope.read_expression(node)
    if found.kind is not Kind.BOOLEAN:
        raise refusal(node, "expected a condition")
    return is_true(found)


_READERS: Mapping[type[exp.Expr], Callable[[Any, Scope], Condition]] = {
    exp.Paren: _parenthesised,
    exp.Boolean: _truth,
    exp.And: _every,
    exp.Or: _some,
    exp.Not: _not,
    exp.Exists: _existence,
    exp.Between: _between,
    exp.In: _listed,
    exp.Is: _is,
    exp.NullSafeEQ: _not_distinct,
    exp.NullSafeNEQ: _distinct,
    **dict.fromkeys(PATTERNS, read_pattern),
    **dict.fromkeys(_OPERATORS, _compared),
}
PREDICATES = tuple(each for each in _READERS if each not in (exp.Paren, exp.Boolean))
"""The nodes that are conditions whatever they contain."""
