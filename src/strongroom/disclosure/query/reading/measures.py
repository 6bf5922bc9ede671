"""Aggregates: counts, sums, means, standard deviations, quantiles and linear regressions."""

from collections.abc import Mapping

from sqlglot import exp

from strongroom.disclosure.query.reading.conditions import read_condition
from strongroom.disclosure.query.reading.expressions import only_where, read_expression
from strongroom.disclosure.query.reading.literals import read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    TRUE,
    Condition,
    Expression,
    Kind,
    Literal,
    Measure,
    Statistic,
)

_OF_ONE: Mapping[type[exp.Expression], Statistic] = {
    exp.Sum: Statistic.SUM,
    exp.Avg: Statistic.MEAN,
    exp.Stddev: Statistic.DEVIATION,
    exp.StddevSamp: Statistic.DEVIATION,
    exp.Variance: Statistic.VARIANCE,
}
_OF_TWO: Mapping[type[exp.Expression], Statistic] = {
    exp.Corr: Statistic.CORRELATION,
    exp.RegrSlope: Statistic.SLOPE,
    exp.RegrIntercept: Statistic.INTERCEPT,
    exp.RegrR2: Statistic.R_SQUARED,
}
_OF_SHARE = (exp.Quantile, exp.PercentileCont, exp.ApproxQuantile, exp.PercentileDisc)
_QUANTILES = (exp.Median, exp.WithinGroup, *_OF_SHARE)
_REFUSED: Mapping[type[exp.Expression], str] = {
    exp.Min: "a minimum is one person's value",
    exp.Max: "a maximum is one person's value",
    exp.Mode: "a mode may be one person's value",
    exp.First: "it returns one person's value",
    exp.Last: "it returns one person's value",
    exp.ArrayAgg: "a list of values has one value per person",
    exp.GroupConcat: "a list of values has one value per person",
    exp.ArgMax: "it returns one person's value",
    exp.ArgMin: "it returns one person's value",
}
_HINT = "Use COUNT, SUM, AVG, STDDEV, VARIANCE, MEDIAN, QUANTILE_CONT, CORR or REGR_SLOPE."


def is_measure(node: exp.Expression) -> bool:
    """Tell whether a node is an aggregate."""
    return isinstance(node, exp.AggFunc | exp.Filter | exp.WithinGroup | exp.Window)


def read_measure(node: exp.Expression, label: str, scope: Scope) -> Measure:
    """Return the statistic of an aggregate; QueryError for one that is not supported."""
    scope.reading.count(node)
    where: Condition = TRUE
    asked = node
    if isinstance(asked, exp.Filter):
        where = read_condition(asked.expression.this, scope)
        asked = asked.this
    if isinstance(asked, exp.Count):
        return _count(asked, label, where, scope)
    if type(asked) in _OF_ONE:
        only(asked, ("this",))
        return Measure(label, _OF_ONE[type(asked)], (_number(asked.this, where, scope),))
    if type(asked) in _OF_TWO:
        only(asked, ("this", "expression"))
        pair = (_number(asked.this, where, scope), _number(asked.expression, where, scope))
        return Measure(label, _OF_TWO[type(asked)], pair)
    if isinstance(asked, _QUANTILES):
        return _quantile(asked, label, where, scope)
    why = _REFUSED.get(type(asked), f"{asked.key} is not a supported aggregate")
    raise refusal(node, why, hint=_HINT)


def _count(node: exp.Count, label: str, where: Condition, scope: Scope) -> Measure:
    only(node, ("this", "big_int"))
    of = node.this
    if of is None or isinstance(of, exp.Star):
        if where == TRUE:
            return Measure(label, Statistic.PEOPLE)
        return Measure(label, Statistic.PRESENT, (only_where(where, Literal(1, Kind.NUMBER)),))
    if isinstance(of, exp.Distinct):
        only(of, ("expressions",))
        if len(of.expressions) != 1:
            raise refusal(node, "COUNT(DISTINCT …) takes one column")
        value = read_expression(of.expressions[0], scope)
        return Measure(label, Statistic.DISTINCT, (only_where(where, value),))
    return Measure(label, Statistic.PRESENT, (only_where(where, read_expression(of, scope)),))


def _number(node: exp.Expression, where: Condition, scope: Scope) -> Expression:
    found = read_expression(node, scope)
    if found.kind is not Kind.NUMBER:
        raise refusal(node, f"expected a number, found a {found.kind}")
    return only_where(where, found)


def _quantile(node: exp.Expression, label: str, where: Condition, scope: Scope) -> Measure:
    of, share = _of_and_share(node)
    value = read_expression(of, scope)
    if value.kind not in (Kind.NUMBER, Kind.DATE):
        raise refusal(node, "a quantile needs numbers or dates")
    return Measure(label, Statistic.QUANTILE, (only_where(where, value),), share)


def _of_and_share(node: exp.Expression) -> tuple[exp.Expression, float]:
    if isinstance(node, exp.Median):
        only(node, ("this",))
        return node.this, 0.5
    if isinstance(node, exp.WithinGroup):
        ordered = node.expression.expressions
        if len(ordered) != 1 or ordered[0].args.get("desc") or not isinstance(node.this, _OF_SHARE):
            raise refusal(node, "a quantile needs one column in ascending order")
        return ordered[0].this, _share(node.this.this, node)
    only(node, ("this", "expression", "quantile"))
    return node.this, _share(node.args.get("expression") or node.args.get("quantile"), node)


def _share(node: exp.Expression | None, whole: exp.Expression) -> float:
    literal = read_literal(node) if node is not None else None
    value = literal.value if literal is not None else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1:
        raise refusal(whole, "the probability of a quantile must be above 0 and below 1")
    return float(value)
