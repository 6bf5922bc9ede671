"""Aggregates that are computed from others, such as a standard error, as the SQL of those others."""

from collections.abc import Mapping

import sqlglot
from sqlglot import exp

_BY_NAME = {
    "MEAN": "AVG(x)",
    "STD": "STDDEV(x)",
    "SEM": "STDDEV(x) / SQRT(COUNT(x))",
    "GEOMEAN": "EXP(AVG(LN(x)))",
    "GEOMETRIC_MEAN": "EXP(AVG(LN(x)))",
}
_POPULATION = "(COUNT(x) - 1) / NULLIF(COUNT(x), 0)"
_COVARIANCE = (
    "CORR(y, x) * STDDEV(CASE WHEN x IS NOT NULL THEN y END) * STDDEV(CASE WHEN y IS NOT NULL THEN x END)"
)
_PAIRS = "REGR_COUNT(y, x)"
_BY_TYPE: Mapping[type[exp.Expr], str] = {
    exp.StddevPop: f"STDDEV(x) * SQRT({_POPULATION})",
    exp.VariancePop: f"VARIANCE(x) * {_POPULATION}",
    exp.CovarSamp: _COVARIANCE,
    exp.CovarPop: f"{_COVARIANCE} * ({_PAIRS} - 1) / NULLIF({_PAIRS}, 0)",
}


def write_out(select: exp.Select) -> None:
    """Replace each such aggregate of a SELECT by its formula, in place."""
    for node in list(select.find_all(exp.Anonymous, *_BY_TYPE)):
        formula = _formula(node)
        if formula is not None:
            _replace(node, formula)


def _formula(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.Anonymous):
        arguments = node.expressions
        written = _BY_NAME.get(node.name.upper()) if len(arguments) == 1 else None
        values = {"x": arguments[0]} if written is not None else {}
    else:
        written = _BY_TYPE[type(node)]
        pair = node.args.get("expression")
        values = {"x": node.this} if pair is None else {"y": node.this, "x": pair}
    if written is None:
        return None
    formula = sqlglot.parse_one(written, read="duckdb")
    for each in list(formula.find_all(exp.Column)):
        each.replace(values[each.name].copy())
    return exp.Paren(this=formula)


def _replace(node: exp.Expr, formula: exp.Expr) -> None:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
    replaced = node
    if isinstance(node.parent, exp.Filter):
        replaced = node.parent
        where = replaced.expression
        for each in list(formula.find_all(exp.AggFunc)):
            each.replace(exp.Filter(this=each.copy(), expression=where.copy()))
    if isinstance(replaced.parent, exp.Select):
        formula = exp.alias_(formula, name)
    replaced.replace(formula)
