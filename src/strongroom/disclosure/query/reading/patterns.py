"""Conditions on a text: LIKE, ILIKE, LIKE ANY, and functions that ask how a text begins or ends."""

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    Call,
    Condition,
    Expression,
    Function,
    Kind,
    Like,
    Not,
    Some,
)

_AROUND: dict[type[exp.Expr], tuple[str, str]] = {
    exp.StartsWith: ("", "%"),
    exp.EndsWith: ("%", ""),
    exp.Contains: ("%", "%"),
}
_REGULAR = (exp.RegexpLike, exp.RegexpILike, exp.SimilarTo, exp.Glob)
PATTERNS: tuple[type[exp.Expr], ...] = (exp.Like, exp.ILike, exp.Escape, *_AROUND, *_REGULAR)


def read_pattern(node: exp.Expr, scope: Scope) -> Condition:
    """Return the condition that a text matches a constant pattern; QueryError for another pattern."""
    if isinstance(node, _REGULAR):
        raise refusal(
            node,
            "regular expressions are not supported",
            hint="Write LIKE 'I21%', several with OR, or LEFT(column, 3) IN (…).",
        )
    if isinstance(node, exp.Escape):
        raise refusal(node, "LIKE has no ESCAPE here", hint="Write LEFT(column, 3) = 'a_b'.")
    only(node, ("this", "expression", "negate"))
    of = scope.read_expression(node.this)
    if of.kind is not Kind.TEXT:
        raise refusal(node, "LIKE compares a text with a constant pattern")
    found = [_like(of, each, node) for each in _patterns(node.expression)]
    matched = found[0] if len(found) == 1 else Some(tuple(found))
    return Not(matched) if node.args.get("negate") else matched


def _patterns(node: exp.Expr) -> list[exp.Expr]:
    if not isinstance(node, exp.Any):
        return [node]
    listed = node.this.unnest()
    return list(listed.expressions) if isinstance(listed, exp.Tuple | exp.Array) else [listed]


def _like(of: Expression, pattern: exp.Expr, node: exp.Expr) -> Condition:
    literal = read_literal(pattern)
    text = literal.value if literal is not None else None
    if not isinstance(text, str):
        raise refusal(node, "LIKE compares a text with a constant pattern")
    if type(node) in _AROUND:
        if set(text) & {"%", "_"}:
            raise refusal(node, "the text cannot contain % or _", hint="Write LEFT(column, 3) = 'a_b'.")
        before, after = _AROUND[type(node)]
        return Like(of, f"{before}{text}{after}")
    if isinstance(node, exp.ILike):
        return Like(Call(Function.LOWER, (of,), Kind.TEXT), text.lower())
    return Like(of, text)
