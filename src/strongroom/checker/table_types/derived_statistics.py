"""What follows from estimates and their p values: one-sided and adjusted p values, effects on other scales.

As with the estimates themselves, the arithmetic decides, not the name alone: a one-sided p is
the normal's tail, an adjusted p is never smaller and never falls where p rises, an effect has the sign of its
statistic.
"""

import re

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.estimates import agree
from strongroom.checker.table_types.row_order import is_share, rank_correlation
from strongroom.checker.table_types.typed_table import Column, TypedTable
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]

_P = re.compile(r"(^|[^a-z])p([^a-z]|$)|pval|p[._ ]?value", re.IGNORECASE)
_RATIO = re.compile(r"(^|[^a-z])(or|hr|rr|irr)([^a-z]|$)|odds|ratio", re.IGNORECASE)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(10, "rows", "judgement: of fewer rows signs and ranks agree by chance")
    same_sign: float = threshold(
        0.99,
        "share of rows",
        "judgement: an effect has the sign of its statistic; the rest is rounding to zero",
    )
    rounding: float = threshold(
        1e-3,
        "probability, and share of it",
        "judgement: p values are printed with three decimals or digits",
    )
    most_rank_correlation: float = threshold(
        -0.5,
        "Spearman correlation",
        "judgement: p values fall as effects grow, blurred by unequal errors; 7 % of pairs of ten "
        "independent values reach it, so names are asked for too",
    )
    least_side: float = threshold(
        0.1,
        "share of rows",
        "judgement: ratios that lie on one side of 1 rank like any positive measurement",
    )


LIMITS = _Limits()


def find_followers(typed: TypedTable, roles: dict[int, Role]) -> dict[int, Role]:
    """Return the columns that follow from those in `roles`, or from each other, with what they are."""
    columns = {
        place: column
        for place, column in enumerate(typed.columns)
        if column.number and column.distinct > 1 and len(column.values) >= LIMITS.least_rows
    }
    found: dict[int, Role] = {}
    if Role.P not in roles.values():
        found |= _one_sided(columns) or _ratio_with_p(columns)
    every = roles | found
    p = [place for place, role in every.items() if role is Role.P and place in columns]
    statistics = [place for place, role in every.items() if role is Role.STATISTIC and place in columns]
    for place, column in columns.items():
        if place in every:
            continue
        if is_share(column) and any(_adjusts(column, columns[each]) for each in p):
            found[place] = Role.P
        elif any(_same_sign(column, columns[each]) for each in statistics):
            found[place] = Role.EFFECT
    return found


def _one_sided(columns: dict[int, Column]) -> dict[int, Role]:
    for place, column in _p_values(columns):
        for other, statistic in columns.items():
            if other == place or statistic.whole:
                continue
            from scipy.special import ndtr  # noqa: PLC0415 - it takes long to load

            statistics, p = _both(statistic, column)
            if agree(ndtr(-statistics), p) or agree(ndtr(statistics), p):
                return {other: Role.STATISTIC, place: Role.P}
    return {}


def _ratio_with_p(columns: dict[int, Column]) -> dict[int, Role]:
    """Return a ratio and its p where ratios farther from 1, up or down, are less probable by chance."""
    for place, column in _p_values(columns):
        for other, ratio in columns.items():
            if other == place or not _RATIO.search(ratio.name) or ratio.values.min() <= 0:
                continue
            values, p = _both(ratio, column)
            sides = np.mean(values > 1)
            if (
                LIMITS.least_side < sides < 1 - LIMITS.least_side
                and rank_correlation(np.abs(np.log(values)), p) < LIMITS.most_rank_correlation
            ):
                return {other: Role.EFFECT, place: Role.P}
    return {}


def _p_values(columns: dict[int, Column]) -> list[tuple[int, Column]]:
    return [(place, each) for place, each in columns.items() if _P.search(each.name) and is_share(each)]


def _adjusts(column: Column, p: Column) -> bool:
    adjusted, plain = _both(column, p)
    if len(plain) < LIMITS.least_rows or np.any(adjusted < plain * (1 - LIMITS.rounding) - LIMITS.rounding):
        return False
    steps = np.diff(adjusted[np.argsort(plain, kind="stable")])
    return bool(np.all(steps >= -LIMITS.rounding))


def _same_sign(column: Column, statistic: Column) -> bool:
    values, statistics = _both(column, statistic)
    known = (values != 0) & (statistics != 0)
    if (
        known.sum() < LIMITS.least_rows
        or not LIMITS.least_rows <= np.count_nonzero(statistics[known] < 0) * 4 <= 3.6 * known.sum()
    ):
        return False
    return bool(np.mean(np.sign(values[known]) == np.sign(statistics[known])) >= LIMITS.same_sign)


def _both(first: Column, second: Column) -> tuple[Numbers, Numbers]:
    known = np.isfinite(first.numbers) & np.isfinite(second.numbers)
    return first.numbers[known], second.numbers[known]
