"""CAST and TRY_CAST: between numbers, from conditions to 0 and 1, and of constants."""

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import as_kind, read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import as_number, truth_value
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    Call,
    Compare,
    Expression,
    Function,
    Kind,
    Literal,
    Operator,
)

_WHOLE = exp.DataType.INTEGER_TYPES
_REAL = {*exp.DataType.FLOAT_TYPES, exp.DType.DECIMAL}
_DECIMALS = Literal(3, Kind.NUMBER)  # fixed: DuckDB, DECIMAL is DECIMAL(18, 3)
_HINT = "Casts are possible between numbers, of constants, and of conditions to 0 and 1."


def read_cast(node: exp.Cast, scope: Scope) -> Expression:
    """Return a value of another type; QueryError where a value of a row might have none."""
    only(node, ("this", "to", "safe", "_type"))
    found = scope.read_expression(node.this)
    target = node.to.this
    if target in _WHOLE or target in _REAL:
        return _number(found, node)
    kind = _KINDS.get(target)
    if kind is None or (found.kind is not kind and not isinstance(found, Literal)):
        if kind is Kind.BOOLEAN and found.kind is Kind.NUMBER:
            return truth_value(Compare(Operator.UNEQUAL, found, Literal(0, Kind.NUMBER)))
        raise refusal(node, f"a {found.kind} cannot be cast to {node.to.sql('duckdb')} here", hint=_HINT)
    return as_kind(found, kind, node) if isinstance(found, Literal) else found


def _number(found: Expression, node: exp.Cast) -> Expression:
    number = as_number(found)
    if isinstance(number, Literal):
        number = as_kind(number, Kind.NUMBER, node)
    if number.kind is not Kind.NUMBER:
        raise refusal(node, f"a {number.kind} cannot be cast to a number here", hint=_HINT)
    if found.kind is Kind.BOOLEAN or node.to.this in exp.DataType.FLOAT_TYPES:
        return number
    return Call(Function.ROUND, (number, _decimals(node)), Kind.NUMBER)


def _decimals(node: exp.Cast) -> Literal:
    if node.to.this in _WHOLE:
        return Literal(0, Kind.NUMBER)
    given = [read_literal(each.this) for each in node.to.expressions]
    return given[1] if len(given) > 1 and given[1] is not None else _DECIMALS


_KINDS = {
    **dict.fromkeys(exp.DataType.TEXT_TYPES, Kind.TEXT),
    exp.DType.DATE: Kind.DATE,
    exp.DType.BOOLEAN: Kind.BOOLEAN,
}
