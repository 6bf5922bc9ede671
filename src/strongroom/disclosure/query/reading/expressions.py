"""Values of a row: columns, constants and functions of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from strongroom.disclosure.query.reading import dates, numbers
from strongroom.disclosure.query.reading.casts import read_cast
from strongroom.disclosure.query.reading.conditions import PREDICATES
from strongroom.disclosure.query.reading.literals import as_kind, read_literal
from strongroom.disclosure.query.reading.ntile import read_window
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import as_number, truth_value
from strongroom.disclosure.query.reading.scope import PersonKey, Scope
from strongroom.disclosure.query.representation import (
    Call,
    Case,
    Compare,
    Condition,
    Expression,
    Function,
    Kind,
    Literal,
    Operator,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_prefix: int = threshold(
        100, "characters", "judgement: longer than any code; a prefix of a free text is not a group"
    )
    most_decimals: int = threshold(
        9, "decimals", "judgement: more than any measurement has, and within what a double can hold"
    )


LIMITS = _Limits()

_NUMERIC: Mapping[type[exp.Expr], Function] = {
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
_CHAINED = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_OF_TEXT: Mapping[type[exp.Expr], Function] = {exp.Lower: Function.LOWER, exp.Upper: Function.UPPER}
_OF_DATE = (exp.Year, exp.Quarter, exp.Month, exp.Day)
_SAME_KIND: Mapping[type[exp.Expr], Function] = {
    exp.Least: Function.LEAST,
    exp.Greatest: Function.GREATEST,
    exp.Coalesce: Function.COALESCE,
}
_ARGUMENTS = ("this", "expression", "expressions", "typed", "safe", "ignore_nulls", "is_null", "dialect")
_HINT = "Supported are arithmetic, CASE, ROUND, FLOOR, LN, YEAR, DATE_TRUNC, LEFT, LOWER and similar."
_TEXT_CONDITIONS = {"PREFIX": exp.StartsWith, "SUFFIX": exp.EndsWith}
_AGGREGATE = "an aggregate is not possible here"
_NO_VALUE = "a person key is no value: it can only join tables and be counted"
_REASONS: Mapping[type[exp.Expr], tuple[str, str]] = {
    exp.CurrentDate: ("the answer would depend on the day", "Write the date: DATE '2026-01-31'."),
    exp.CurrentTimestamp: ("the answer would depend on the day", "Write the date: DATE '2026-01-31'."),
    exp.DPipe: ("texts cannot be joined", "Group by both columns instead."),
    exp.Concat: ("texts cannot be joined", "Group by both columns instead."),
    exp.Right: ("only a prefix of a text can be taken", "Write LEFT(column, 3), or LIKE '%5'."),
    exp.Bracket: ("lists and slices are not supported", "Write LEFT(column, 3)."),
    exp.Distinct: ("DISTINCT is only possible in COUNT", "Every statistic counts people once."),
    exp.Grouping: ("GROUPING is not supported", "A missing key in a row is a total."),
}


def read_expression(node: exp.Expr, scope: Scope) -> Expression:
    """Return the value of a node; QueryError for a node that is not supported."""
    literal = read_literal(node)
    if literal is not None:
        return literal
    if isinstance(node, exp.AggFunc | exp.Filter | exp.WithinGroup):
        raise refusal(node, _AGGREGATE, hint="Compute it per group, or per person in a sub-query.")
    if isinstance(node, PREDICATES):
        return truth_value(scope.read_condition(node))
    read = next((_READERS[each] for each in type(node).__mro__ if each in _READERS), None)
    if read is not None:
        return read(node, scope)
    why, hint = _REASONS.get(type(node), ("", _HINT))
    called = f"the function {node.name}" if isinstance(node, exp.Anonymous) else node.key
    raise refusal(node, why or f"{called} is not supported", hint=hint)


def _column(node: exp.Column, scope: Scope) -> Expression:
    only(node, ("this", "table"))
    found = scope.column(node)
    if isinstance(found, PersonKey):
        raise refusal(node, _NO_VALUE, hint="Write COUNT(DISTINCT key), or key IN (SELECT key FROM …).")
    return found


def _parenthesised(node: exp.Paren, scope: Scope) -> Expression:
    return scope.read_expression(node.this)


def _event_value(node: exp.Subquery, scope: Scope) -> Expression:
    return scope.read_event_value(node)


def _of_text(node: exp.Expr, scope: Scope) -> Expression:
    only(node, ("this",))
    return Call(_OF_TEXT[type(node)], (_typed(node.this, scope, Kind.TEXT),), Kind.TEXT)


def _of_date(node: exp.Expr, scope: Scope) -> Expression:
    only(node, ("this",))
    return dates.part_of(node.key.upper(), _typed(node.this, scope, Kind.DATE), node)


def _part_of_date(node: exp.Extract, scope: Scope) -> Expression:
    only(node, ("this", "expression"))
    return _part(dates.unit_of(node.this), node.expression, node, scope)


def _part(unit: str, of: exp.Expr, node: exp.Expr, scope: Scope) -> Expression:
    if isinstance(of, exp.Anonymous) and of.name.upper() == "AGE" and len(of.expressions) == 2:  # noqa: PLR2004
        end, start = (_typed(each, scope, Kind.DATE) for each in of.expressions)
        if unit == "YEAR":
            return dates.completed(unit, start, end, node)
    return dates.part_of(unit, _typed(of, scope, Kind.DATE), node)


def _start_of(node: exp.Expr, scope: Scope) -> Expression:
    only(node, ("this", "unit"))
    return dates.start_of(dates.unit_of(node.args["unit"]), _typed(node.this, scope, Kind.DATE), node)


def _date_difference(node: exp.DateDiff, scope: Scope) -> Expression:
    only(node, ("this", "expression", "unit", "date_part_boundary"))
    unit = dates.unit_of(node.args.get("unit")) or "DAY"
    start, end = (_typed(each, scope, Kind.DATE) for each in (node.expression, node.this))
    return dates.difference(unit, start, end, node)


def _date_from_parts(node: exp.DateFromParts, scope: Scope) -> Expression:
    only(node, ("year", "month", "day"))
    year, month, day = (_typed(node.args[each], scope, Kind.NUMBER) for each in ("year", "month", "day"))
    return dates.from_parts(year, month, day)


def _formatted(node: exp.TimeToStr, scope: Scope) -> Expression:
    """Read STRFTIME of a year or a month: the year as a number, the month as its first day."""
    only(node, ("this", "format"))
    unit = {"%Y": "YEAR", "%Y-%m": "MONTH", "%Y-%m-01": "MONTH"}.get(node.text("format"))
    if unit is None:
        raise refusal(node, "dates cannot be formatted", hint="Write DATE_TRUNC('month', date).")
    date = _typed(node.this, scope, Kind.DATE)
    return dates.part_of(unit, date, node) if unit == "YEAR" else dates.start_of(unit, date, node)


def _shifted(node: exp.Expr, scope: Scope) -> Expression:
    only(node, ("this", "expression"))
    if not isinstance(node.expression, exp.Interval):
        raise refusal(node, "a date is shifted by an interval", hint="Write date + INTERVAL 5 YEAR.")
    sign = -1 if isinstance(node, exp.DateSub) else 1
    return dates.shifted(_typed(node.this, scope, Kind.DATE), node.expression, sign, scope)


def _arithmetic(node: exp.Expr, scope: Scope) -> Expression:
    """Read a chain such as a + b - c from its left end, so that a long one does not nest."""
    waiting = []
    while isinstance(node, _CHAINED):
        only(node, _ARGUMENTS)
        waiting.append(node)
        node = node.this
    if isinstance(node, exp.Interval) and isinstance(waiting[-1], exp.Add):
        node, interval = waiting[-1].expression, node
        waiting[-1] = exp.Add(this=node, expression=interval)
    found = scope.read_expression(node)
    for each in reversed(waiting):
        found = _joined(each, found, scope)
        scope.reading.sizes.check(found)
    return found


def _joined(node: exp.Expr, left: Expression, scope: Scope) -> Expression:
    if isinstance(node.expression, exp.Interval):
        sign = -1 if isinstance(node, exp.Sub) else 1
        return dates.shifted(_as(left, Kind.DATE, node), node.expression, sign, scope)
    right = scope.read_expression(node.expression)
    if Kind.DATE in (left.kind, right.kind):
        return _of_dates(node, left, right)
    pair = (_number(left, node.this), _number(right, node.expression))
    return Call(_NUMERIC[type(node)], pair, Kind.NUMBER)


def _of_dates(node: exp.Expr, left: Expression, right: Expression) -> Expression:
    if isinstance(node, exp.Sub) and Kind.NUMBER not in (left.kind, right.kind):
        start, end = (_as(each, Kind.DATE, node) for each in (right, left))
        return dates.days_between(start, end)
    if isinstance(node, exp.Add) and right.kind is Kind.DATE:
        left, right = right, left
    if isinstance(node, exp.Sub):
        right = Call(Function.NEGATE, (_number(right, node),), Kind.NUMBER)
    if left.kind is not Kind.DATE or not isinstance(node, exp.Add | exp.Sub):
        raise refusal(node, "dates can be subtracted, or shifted by days")
    return dates.plus_days(left, right, node)


def _numeric(node: exp.Expr, scope: Scope) -> Expression:
    only(node, _ARGUMENTS)
    found = [_typed(each, scope, Kind.NUMBER) for each in _operands(node)]
    return Call(_NUMERIC[type(node)], tuple(found), Kind.NUMBER)


def _operands(node: exp.Expr) -> list[exp.Expr]:
    given = [node.args.get("this"), node.args.get("expression"), *node.args.get("expressions", ())]
    return [each for each in given if isinstance(each, exp.Expr)]


def _typed(node: exp.Expr, scope: Scope, kind: Kind) -> Expression:
    return _as(scope.read_expression(node), kind, node)


def _number(found: Expression, node: exp.Expr) -> Expression:
    return _as(found, Kind.NUMBER, node)


def _as(found: Expression, kind: Kind, node: exp.Expr) -> Expression:
    if kind is Kind.NUMBER:
        found = as_number(found)
    if isinstance(found, Literal):
        return as_kind(found, kind, node)
    if found.kind is not kind:
        raise refusal(node, f"expected a {kind}, found a {found.kind}")
    return found


def _same_kind(node: exp.Expr, scope: Scope) -> Expression:
    only(node, _ARGUMENTS)
    found = [scope.read_expression(each) for each in _operands(node)]
    kind = common_kind(found)
    return Call(_SAME_KIND[type(node)], tuple(_agree(each, kind, node) for each in found), kind)


def common_kind(found: Sequence[Expression]) -> Kind:
    """Return the common kind of several expressions: that of the first that is not a constant."""
    kinds = [each.kind for each in found if not isinstance(each, Literal)]
    kinds += [each.kind for each in found if isinstance(each, Literal) and each.value is not None]
    return kinds[0] if kinds else Kind.NUMBER


def _agree(found: Expression, kind: Kind, node: exp.Expr) -> Expression:
    if isinstance(found, Literal):
        return as_kind(found, kind, node)
    if found.kind is not kind:
        raise refusal(node, f"a {kind} and a {found.kind} cannot be mixed")
    return found


def _nullif(node: exp.Nullif, scope: Scope) -> Expression:
    only(node, ("this", "expression"))
    of = scope.read_expression(node.this)
    other = _agree(scope.read_expression(node.expression), of.kind, node)
    equal = Compare(Operator.EQUAL, of, other)
    return Case(((equal, Literal(None, of.kind)),), of, of.kind)


def _rounded(node: exp.Round, scope: Scope) -> Expression:
    only(node, ("this", "decimals"))
    places = read_literal(node.args["decimals"]) if node.args.get("decimals") else Literal(0, Kind.NUMBER)
    value = places.value if places is not None else None
    if places is None or not isinstance(value, int) or not 0 <= value <= LIMITS.most_decimals:
        raise refusal(node, f"decimals must be a number from 0 to {LIMITS.most_decimals}")
    return Call(Function.ROUND, (_typed(node.this, scope, Kind.NUMBER), places), Kind.NUMBER)


def _derived(node: exp.Expr, scope: Scope) -> Expression:
    """Read a numeric function that is written by means of others."""
    only(node, _ARGUMENTS)
    arguments = [_typed(each, scope, Kind.NUMBER) for each in _operands(node)]
    return numbers.DERIVED[type(node)](arguments, node)


def _left(node: exp.Expr, scope: Scope) -> Expression:
    only(node, ("this", "expression", "start", "length"))
    length = node.args.get("length") if isinstance(node, exp.Substring) else node.args.get("expression")
    start = node.args.get("start")
    count = read_literal(length) if length is not None else None
    if start is not None and getattr(read_literal(start), "value", None) != 1:
        raise refusal(node, "only a prefix of a text can be taken", hint="Write LEFT(column, 3).")
    value = count.value if count is not None else None
    if count is None or not isinstance(value, int) or not 1 <= value <= LIMITS.longest_prefix:
        raise refusal(node, f"the length of a prefix is a whole number from 1 to {LIMITS.longest_prefix}")
    return Call(Function.LEFT, (_typed(node.this, scope, Kind.TEXT), count), Kind.TEXT)


def _anonymous(node: exp.Anonymous, scope: Scope) -> Expression:
    name, arguments = node.name.upper(), node.expressions
    if name in ("DATE_SUB", "DATESUB") and len(arguments) == 3:  # noqa: PLR2004 - unit, start, end
        start, end = (_typed(each, scope, Kind.DATE) for each in arguments[1:])
        return dates.completed(dates.unit_of(arguments[0]), start, end, node)
    if name in ("DATE_PART", "DATEPART") and len(arguments) == 2:  # noqa: PLR2004 - part, date
        return _part(dates.unit_of(arguments[0]), arguments[1], node, scope)
    if name in _TEXT_CONDITIONS and len(arguments) == 2:  # noqa: PLR2004 - text, part
        return scope.read_expression(_TEXT_CONDITIONS[name](this=arguments[0], expression=arguments[1]))
    hint = dates.AGE_HINT if name == "AGE" else _HINT
    raise refusal(node, f"the function {node.name} is not supported", hint=hint)


def _case(node: exp.Case | exp.If, scope: Scope) -> Expression:
    only(node, ("this", "ifs", "default", "true", "false"))
    pairs = [node] if isinstance(node, exp.If) else node.args["ifs"]
    tests = [_tested(node, each, scope) for each in pairs]
    results = [scope.read_expression(each.args["true"]) for each in pairs]
    last = node.args.get("false") if isinstance(node, exp.If) else node.args.get("default")
    otherwise = scope.read_expression(last) if last is not None else Literal(None, common_kind(results))
    return case_of(tests, results, otherwise, node)


def case_of(
    tests: Sequence[Condition], results: Sequence[Expression], otherwise: Expression, node: exp.Expr
) -> Case:
    """Return the CASE of conditions and their results, which must have one kind."""
    kind = common_kind([*results, otherwise])
    agreed = [_agree(each, kind, node) for each in results]
    return Case(tuple(zip(tests, agreed, strict=True)), _agree(otherwise, kind, node), kind)


def _tested(node: exp.Case | exp.If, branch: exp.Expr, scope: Scope) -> Condition:
    if isinstance(node, exp.Case) and node.this is not None:
        return scope.read_condition(exp.EQ(this=node.this, expression=branch.this))
    return scope.read_condition(branch.this)


_READERS: Mapping[type[exp.Expr], Callable[[Any, Scope], Expression]] = {
    exp.Column: _column,
    exp.Paren: _parenthesised,
    exp.Subquery: _event_value,
    exp.Case: _case,
    exp.If: _case,
    exp.Nullif: _nullif,
    exp.Round: _rounded,
    exp.Left: _left,
    exp.Substring: _left,
    exp.Extract: _part_of_date,
    exp.TimestampTrunc: _start_of,
    exp.DateTrunc: _start_of,
    exp.DateDiff: _date_difference,
    exp.DateFromParts: _date_from_parts,
    exp.TimeToStr: _formatted,
    exp.DateAdd: _shifted,
    exp.DateSub: _shifted,
    exp.Anonymous: _anonymous,
    exp.Cast: read_cast,
    exp.Window: read_window,
    **dict.fromkeys(_NUMERIC, _numeric),
    **dict.fromkeys(_CHAINED, _arithmetic),
    **dict.fromkeys(_OF_TEXT, _of_text),
    **dict.fromkeys(_OF_DATE, _of_date),
    **dict.fromkeys(_SAME_KIND, _same_kind),
    **dict.fromkeys(numbers.DERIVED, _derived),
}
