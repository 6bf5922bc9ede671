"""Aggregates: counts, sums, means, standard deviations, quantiles and linear regressions."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from strongroom.disclosure.query.reading.expressions import case_of, common_kind
from strongroom.disclosure.query.reading.literals import read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import as_number, both, ones_of, only_where
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    TRUE,
    Condition,
    Expression,
    Kind,
    Literal,
    Measure,
    Missing,
    Not,
    Statistic,
)

_OF_ONE: Mapping[type[exp.Expr], Statistic] = {
    exp.Sum: Statistic.SUM,
    exp.Avg: Statistic.MEAN,
    exp.Stddev: Statistic.DEVIATION,
    exp.StddevSamp: Statistic.DEVIATION,
    exp.Variance: Statistic.VARIANCE,
}
_OF_TWO: Mapping[type[exp.Expr], Statistic] = {
    exp.Corr: Statistic.CORRELATION,
    exp.RegrSlope: Statistic.SLOPE,
    exp.RegrIntercept: Statistic.INTERCEPT,
    exp.RegrR2: Statistic.R_SQUARED,
}
_OF_SHARE = (exp.Quantile, exp.PercentileCont, exp.ApproxQuantile, exp.PercentileDisc)
_QUANTILES = (exp.Median, exp.WithinGroup, *_OF_SHARE)
_ONE_VALUE = "it returns one person's value"
_REFUSED: Mapping[type[exp.Expr], str] = {
    exp.Min: "a minimum is one person's value",
    exp.Max: "a maximum is one person's value",
    exp.Mode: "a mode may be one person's value",
    exp.First: _ONE_VALUE,
    exp.Last: _ONE_VALUE,
    exp.AnyValue: _ONE_VALUE,
    exp.ArgMax: _ONE_VALUE,
    exp.ArgMin: _ONE_VALUE,
    exp.ArrayAgg: "a list of values has one value per person",
    exp.GroupConcat: "a list of values has one value per person",
    exp.LogicalAnd: "whether something holds for everybody may be one person's value",
    exp.LogicalOr: "whether something holds for anybody may be one person's value",
}
_HINTS: Mapping[type[exp.Expr], str] = {
    exp.Min: "Use QUANTILE_CONT(x, 0.01).",
    exp.Max: "Use QUANTILE_CONT(x, 0.99).",
    exp.LogicalAnd: "Use COUNT(*) FILTER (WHERE …) beside COUNT(*).",
    exp.LogicalOr: "Use COUNT(*) FILTER (WHERE …).",
    exp.Mode: "Group by the column.",
}
_HINT = "Use COUNT, SUM, AVG, STDDEV, VARIANCE, MEDIAN, QUANTILE_CONT, CORR or REGR_SLOPE."


def is_aggregate(node: exp.Expr) -> bool:
    """Tell whether a node is an aggregate itself."""
    return isinstance(node, exp.AggFunc | exp.Filter | exp.WithinGroup | exp.IgnoreNulls)


def read_measures(node: exp.Expr, label: str, scope: Scope) -> list[Measure]:
    """Return the statistics of an aggregate: one, but for a list of quantiles.

    Raises QueryError for an aggregate that is not supported.
    """
    where: Condition = TRUE
    asked = node.this if isinstance(node, exp.Filter | exp.IgnoreNulls) else node
    if isinstance(node, exp.Filter):
        where = scope.read_condition(node.expression.this)
    if isinstance(asked, _QUANTILES):
        return _quantiles(asked, label, where, scope)
    return [_measure(asked, label, where, scope)]


def _measure(asked: exp.Expr, label: str, where: Condition, scope: Scope) -> Measure:
    if isinstance(asked, exp.Count | exp.ApproxDistinct):
        return _count(asked, label, where, scope)
    if isinstance(asked, exp.CountIf):
        only(asked, ("this",))
        return _present(label, both(where, scope.read_condition(asked.this)))
    if type(asked) in _OF_ONE:
        only(asked, ("this",))
        found = _number(asked.this, scope)
        ones = ones_of(found) if isinstance(asked, exp.Sum) else None
        if ones is not None:
            return _present(label, both(where, ones))
        return Measure(label, _OF_ONE[type(asked)], (only_where(where, found),))
    if type(asked) in _OF_TWO:
        only(asked, ("this", "expression"))
        pair = [only_where(where, _number(each, scope)) for each in (asked.this, asked.expression)]
        return Measure(label, _OF_TWO[type(asked)], tuple(pair))
    if isinstance(asked, exp.RegrCount):
        only(asked, ("this", "expression"))
        pair = [_number(each, scope) for each in (asked.this, asked.expression)]
        return _present(label, both(where, *(Not(Missing(each)) for each in pair)))
    why = _REFUSED.get(type(asked), f"{asked.key} is not a supported aggregate")
    raise refusal(asked, why, hint=_HINTS.get(type(asked), _HINT))


def _present(label: str, where: Condition) -> Measure:
    """Return the number of people who meet a condition."""
    if where == TRUE:
        return Measure(label, Statistic.PEOPLE)
    return Measure(label, Statistic.PRESENT, (only_where(where, Literal(1, Kind.NUMBER)),))


def _count(node: exp.Expr, label: str, where: Condition, scope: Scope) -> Measure:
    only(node, ("this", "big_int"))
    of = node.this
    if of is None or isinstance(of, exp.Star):
        return _present(label, where)
    distinct = isinstance(of, exp.Distinct) or isinstance(node, exp.ApproxDistinct)
    if isinstance(of, exp.Distinct):
        only(of, ("expressions",))
        if len(of.expressions) != 1:
            raise refusal(node, "COUNT(DISTINCT …) takes one column")
        of = of.expressions[0]
    value, of_people = _counted(of, scope)
    if isinstance(value, Literal) and value.value is not None:
        return _present(label, where)
    statistic = Statistic.DISTINCT if distinct and not of_people else Statistic.PRESENT
    return Measure(label, statistic, (only_where(where, value),))


def _counted(node: exp.Expr, scope: Scope) -> tuple[Expression, bool]:
    """Return what COUNT counts, 1 for a person key, and whether it is one or a CASE of one."""
    node = node.unnest()
    key = scope.key(node)
    if key is not None:
        return only_where(key.present, Literal(1, Kind.NUMBER)), True
    if not isinstance(node, exp.Case | exp.If) or not _results_in_key(node, scope):
        return scope.read_expression(node), False
    pairs = [node] if isinstance(node, exp.If) else node.args["ifs"]
    last = node.args.get("false" if isinstance(node, exp.If) else "default")
    of = None if isinstance(node, exp.If) else node.this
    asked = [each.this if of is None else exp.EQ(this=of, expression=each.this) for each in pairs]
    tests = [scope.read_condition(each) for each in asked]
    results = [_counted(each.args["true"], scope)[0] for each in pairs]
    otherwise = _counted(last, scope)[0] if last is not None else Literal(None, common_kind(results))
    return case_of(tests, results, otherwise, node), True


def _results_in_key(node: exp.Expr, scope: Scope) -> bool:
    pairs = [node] if isinstance(node, exp.If) else node.args["ifs"]
    return any(scope.key(each.args["true"]) is not None for each in pairs)


def _number(node: exp.Expr, scope: Scope) -> Expression:
    found = as_number(scope.read_expression(node))
    if found.kind is not Kind.NUMBER:
        raise refusal(node, f"expected a number, found a {found.kind}")
    return found


def _quantiles(node: exp.Expr, label: str, where: Condition, scope: Scope) -> list[Measure]:
    of, shares = _of_and_shares(node)
    value = scope.read_expression(of)
    if value.kind not in (Kind.NUMBER, Kind.DATE):
        raise refusal(node, "a quantile needs numbers or dates")
    found = only_where(where, value)
    if len(shares) == 1:
        return [Measure(label, Statistic.QUANTILE, (found,), shares[0])]
    return [Measure(f"{label}_{_percent(each)}", Statistic.QUANTILE, (found,), each) for each in shares]


def _percent(share: float) -> str:
    return f"{100 * share:.6g}".replace(".", "_")


def _of_and_shares(node: exp.Expr) -> tuple[exp.Expr, Sequence[float]]:
    if isinstance(node, exp.Median):
        only(node, ("this",))
        return node.this, (0.5,)
    if isinstance(node, exp.WithinGroup):
        ordered = node.expression.expressions
        if len(ordered) != 1 or not isinstance(node.this, _OF_SHARE):
            raise refusal(node, "a quantile needs one column in ORDER BY")
        shares = _shares(node.this.this, node)
        falling = ordered[0].args.get("desc")
        return ordered[0].this, [1 - each if falling else each for each in shares]
    only(node, ("this", "expression", "quantile"))
    return node.this, _shares(node.args.get("expression") or node.args.get("quantile"), node)


def _shares(node: exp.Expr | None, whole: exp.Expr) -> list[float]:
    listed = node.expressions if isinstance(node, exp.Array) else [node]
    if not listed:
        raise refusal(whole, "the list of probabilities is empty")
    return [_share(each, whole) for each in listed]


def _share(node: exp.Expr | None, whole: exp.Expr) -> float:
    literal = read_literal(node) if node is not None else None
    value = literal.value if literal is not None else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1:
        raise refusal(whole, "the probability of a quantile must be above 0 and below 1")
    return float(value)
