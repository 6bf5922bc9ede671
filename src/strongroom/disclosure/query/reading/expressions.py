"""Values of a row: columns, constants and functions of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import as_kind, days, read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    TRUE,
    Call,
    Case,
    Condition,
    Expression,
    Function,
    Kind,
    Literal,
)

_NUMERIC: Mapping[type[exp.Expression], Function] = {
    exp.Add: Function.ADD,
    exp.Sub: Function.SUBTRACT,
    exp.Mul: Function.MULTIPLY,
    exp.Div: Function.DIVIDE,
    exp.Mod: Function.REMAINDER,
    exp.Neg: Function.NEGATE,
    exp.Abs: Function.ABSOLUTE,
    exp.Floor: Function.FLOOR,
    exp.Ceil: Function.CEILING,
    exp.Ln: Function.LOGARITHM,
    exp.Exp: Function.EXPONENTIAL,
    exp.Sqrt: Function.ROOT,
}
_OF_TEXT: Mapping[type[exp.Expression], Function] = {exp.Lower: Function.LOWER, exp.Upper: Function.UPPER}
_OF_DATE: Mapping[type[exp.Expression], Function] = {exp.Year: Function.YEAR, exp.Month: Function.MONTH}
_SAME_KIND: Mapping[type[exp.Expression], Function] = {
    exp.Least: Function.LEAST,
    exp.Greatest: Function.GREATEST,
    exp.Coalesce: Function.COALESCE,
}
_STARTS = {"MONTH": Function.START_OF_MONTH, "YEAR": Function.START_OF_YEAR}
_PARTS = {"MONTH": Function.MONTH, "YEAR": Function.YEAR}
_ARGUMENTS = ("this", "expression", "expressions", "typed", "safe", "ignore_nulls", "is_null")
_HINT = "Supported are arithmetic, CASE, ROUND, FLOOR, LN, YEAR, DATE_TRUNC, LEFT, LOWER and similar."
_AGGREGATE = "an aggregate cannot be part of another expression"


def read_expression(node: exp.Expression, scope: Scope) -> Expression:
    """Return the value of a node; QueryError for a node that is not supported."""
    scope.reading.count(node)
    literal = read_literal(node)
    if literal is not None:
        return literal
    if isinstance(node, exp.AggFunc | exp.Window | exp.Filter):
        raise refusal(node, _AGGREGATE, hint="Compute it from the answer.")
    found = _read(node, scope)
    if found is None:
        called = f"the function {node.name}" if isinstance(node, exp.Anonymous) else node.key
        raise refusal(node, f"{called} is not supported", hint=_HINT)
    return found


def _read(node: exp.Expression, scope: Scope) -> Expression | None:
    if isinstance(node, exp.Add | exp.Sub) and _is_date_arithmetic(node, scope):
        return _date_arithmetic(node, scope)
    read = next((_READERS[each] for each in type(node).__mro__ if each in _READERS), None)
    return read(node, scope) if read is not None else None


def _column(node: exp.Column, scope: Scope) -> Expression:
    only(node, ("this", "table"))
    return scope.column(node)


def _parenthesised(node: exp.Paren, scope: Scope) -> Expression:
    return read_expression(node.this, scope)


def _event_value(node: exp.Subquery, scope: Scope) -> Expression:
    return scope.read_event_value(node)


def _of_text(node: exp.Expression, scope: Scope) -> Expression:
    return _of(node, scope, _OF_TEXT[type(node)], Kind.TEXT, Kind.TEXT)


def _of_date(node: exp.Expression, scope: Scope) -> Expression:
    return _of(node, scope, _OF_DATE[type(node)], Kind.DATE, Kind.NUMBER)


def _part_of_date(node: exp.Extract, scope: Scope) -> Expression:
    part = _word(node.this, _PARTS, node)
    return Call(part, (_typed(node.expression, scope, Kind.DATE),), Kind.NUMBER)


def _start_of(node: exp.Expression, scope: Scope) -> Expression:
    only(node, ("this", "unit"))
    start = _word(node.args["unit"], _STARTS, node)
    return Call(start, (_typed(node.this, scope, Kind.DATE),), Kind.DATE)


def _date_difference(node: exp.DateDiff, scope: Scope) -> Expression:
    if str(node.args.get("unit") or "DAY").upper() != "DAY":
        raise refusal(node, "DATEDIFF is in days only")
    return _days_between(node.expression, node.this, scope)


def _numeric(node: exp.Expression, scope: Scope) -> Expression:
    only(node, _ARGUMENTS)
    found = [_typed(each, scope, Kind.NUMBER) for each in _operands(node)]
    return Call(_NUMERIC[type(node)], tuple(found), Kind.NUMBER)


def _operands(node: exp.Expression) -> list[exp.Expression]:
    given = [node.args.get("this"), node.args.get("expression"), *node.args.get("expressions", ())]
    return [each for each in given if isinstance(each, exp.Expression)]


def _typed(node: exp.Expression, scope: Scope, kind: Kind) -> Expression:
    found = read_expression(node, scope)
    if isinstance(found, Literal):
        return as_kind(found, kind, node)
    if found.kind is not kind:
        raise refusal(node, f"expected a {kind}, found a {found.kind}")
    return found


def _of(node: exp.Expression, scope: Scope, function: Function, takes: Kind, gives: Kind) -> Expression:
    only(node, ("this",))
    return Call(function, (_typed(node.this, scope, takes),), gives)


def _same_kind(node: exp.Expression, scope: Scope) -> Expression:
    only(node, _ARGUMENTS)
    return _call_same_kind(
        _SAME_KIND[type(node)], [read_expression(each, scope) for each in _operands(node)], node
    )


def _call_same_kind(function: Function, found: Sequence[Expression], node: exp.Expression) -> Expression:
    kind = common_kind(found)
    return Call(function, tuple(_agree(each, kind, node) for each in found), kind)


def common_kind(found: Sequence[Expression]) -> Kind:
    """Return the common kind of several expressions: that of the first that is not a constant."""
    kinds = [each.kind for each in found if not isinstance(each, Literal)]
    kinds += [each.kind for each in found if isinstance(each, Literal) and each.value is not None]
    return kinds[0] if kinds else Kind.NUMBER


def _agree(found: Expression, kind: Kind, node: exp.Expression) -> Expression:
    if isinstance(found, Literal):
        return as_kind(found, kind, node)
    if found.kind is not kind:
        raise refusal(node, f"a {kind} and a {found.kind} cannot be mixed")
    return found


def _rounded(node: exp.Round, scope: Scope) -> Expression:
    only(node, ("this", "decimals"))
    places = read_literal(node.args["decimals"]) if node.args.get("decimals") else Literal(0, Kind.NUMBER)
    if places is None or not isinstance(places.value, int) or not 0 <= places.value <= 9:  # noqa: PLR2004
        raise refusal(node, "decimals must be a number from 0 to 9")
    return Call(Function.ROUND, (_typed(node.this, scope, Kind.NUMBER), places), Kind.NUMBER)


def _left(node: exp.Expression, scope: Scope) -> Expression:
    length = node.args.get("length") if isinstance(node, exp.Substring) else node.args.get("expression")
    start = node.args.get("start")
    count = read_literal(length) if length is not None else None
    if start is not None and getattr(read_literal(start), "value", None) != 1:
        raise refusal(node, "only a prefix of a text can be taken", hint="Write LEFT(column, 3).")
    if count is None or not isinstance(count.value, int) or count.value < 1:
        raise refusal(node, "the length must be a whole number")
    return Call(Function.LEFT, (_typed(node.this, scope, Kind.TEXT), count), Kind.TEXT)


def _is_date_arithmetic(node: exp.Expression, scope: Scope) -> bool:
    if isinstance(node.expression, exp.Interval):
        return True
    return isinstance(node, exp.Sub) and read_expression(node.this, scope).kind is Kind.DATE


def _date_arithmetic(node: exp.Expression, scope: Scope) -> Expression:
    if not isinstance(node.expression, exp.Interval):
        return _days_between(node.expression, node.this, scope)
    shift = days(node.expression) * (-1 if isinstance(node, exp.Sub) else 1)
    date = _typed(node.this, scope, Kind.DATE)
    return Call(Function.PLUS_DAYS, (date, Literal(shift, Kind.NUMBER)), Kind.DATE)


def _days_between(start: exp.Expression, end: exp.Expression, scope: Scope) -> Expression:
    ends = (_typed(start, scope, Kind.DATE), _typed(end, scope, Kind.DATE))
    return Call(Function.DAYS_BETWEEN, ends, Kind.NUMBER)


def _word(node: exp.Expression, known: Mapping[str, Function], whole: exp.Expression) -> Function:
    word = node.name.upper()
    if word not in known:
        raise refusal(whole, f"dates can be truncated to {' or '.join(known).lower()}")
    return known[word]


def _case(node: exp.Case | exp.If, scope: Scope) -> Expression:
    pairs = [node] if isinstance(node, exp.If) else node.args["ifs"]
    tests = [_tested(node, each, scope) for each in pairs]
    results = [read_expression(each.args["true"], scope) for each in pairs]
    last = node.args.get("false") if isinstance(node, exp.If) else node.args.get("default")
    otherwise = read_expression(last, scope) if last is not None else Literal(None, common_kind(results))
    kind = common_kind([*results, otherwise])
    agreed = [_agree(each, kind, node) for each in results]
    return Case(tuple(zip(tests, agreed, strict=True)), _agree(otherwise, kind, node), kind)


def _tested(node: exp.Case | exp.If, branch: exp.Expression, scope: Scope) -> Condition:
    if isinstance(node, exp.Case) and node.this is not None:
        return scope.read_condition(exp.EQ(this=node.this, expression=branch.this))
    return scope.read_condition(branch.this)


def only_where(condition: Condition, found: Expression) -> Expression:
    """Return an expression that is NULL where a condition does not hold."""
    if condition == TRUE:
        return found
    return Case(((condition, found),), Literal(None, found.kind), found.kind)


_READERS: Mapping[type[exp.Expression], Callable[[Any, Scope], Expression]] = {
    exp.Column: _column,
    exp.Paren: _parenthesised,
    exp.Subquery: _event_value,
    exp.Case: _case,
    exp.If: _case,
    exp.Round: _rounded,
    exp.Left: _left,
    exp.Substring: _left,
    exp.Extract: _part_of_date,
    exp.TimestampTrunc: _start_of,
    exp.DateTrunc: _start_of,
    exp.DateDiff: _date_difference,
    **dict.fromkeys(_NUMERIC, _numeric),
    **dict.fromkeys(_OF_TEXT, _of_text),
    **dict.fromkeys(_OF_DATE, _of_date),
    **dict.fromkeys(_SAME_KIND, _same_kind),
}
