"""How likely each row of a table is one person: measures of the table and a small model fitted to them.

Names are not used and no row is compared with participants. Rows of people can be shuffled without loss:
neighbours are no more alike than other rows, categories combine freely, values fill their ranges, single
cells are missing. Aggregates are ordered: keys are even, neighbours alike, values span magnitudes.

The coefficients are a regularised logistic regression. `person_like.json` holds them by measure, with the
script that fitted them, its data, commit and date, why they cannot be fitted again exactly, and how well
today's script does on sources it did not use.
"""

import math
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from strongroom.checker.table_types.row_order import (
    autocorrelation,
    counter,
    dispersion,
    identifier_like,
    runs,
)
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.fitted import read_fitted
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_levels: int = threshold(
        20,
        "values",
        "judgement: columns with fewer are categories, whose order is measured by runs and not by ranks; "
        "the coefficients were fitted with it",
    )
    most_alike: float = threshold(
        0.3,
        "rank correlation of neighbours, or excess of runs",
        "judgement: neighbours in shuffled rows are alike no more than this; the coefficients were "
        "fitted with it",
    )
    least_ordered: float = threshold(
        0.6,
        "rank correlation of neighbours, or excess of runs",
        "judgement: neighbours this alike mean a sorted or laid-out column; the coefficients were "
        "fitted with it",
    )
    least_uneven: float = threshold(
        1.5,
        "variance of the counts of values, over their mean",
        "judgement: 1 is chance; categories of people are used more unevenly; the coefficients were "
        "fitted with it",
    )
    most_even: float = threshold(
        0.5,
        "variance of the counts of values, over their mean",
        "judgement: 1 is chance; designs use each value about equally often; the coefficients were "
        "fitted with it",
    )
    same: float = threshold(
        0.95,
        "correlation",
        "judgement: neighbouring columns this alike are one quantity in other units, or points of a "
        "smooth curve; the coefficients were fitted with it",
    )
    least_missing: float = threshold(
        0.01,
        "share of cells",
        "judgement: fewer are an accident of any table; the coefficients were fitted with it",
    )
    most_missing: float = threshold(
        0.7,
        "share of cells",
        "judgement: columns with more are empty but for notes; the coefficients were fitted with it",
    )


LIMITS = _Limits()


FITTED = Path(__file__).with_name("person_like.json")


def measures(typed: TypedTable) -> dict[str, float]:
    """Return the measures of a table, each a share of its columns or a logarithm; {} where nothing varies."""
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    if not columns or typed.rows < 2:  # noqa: PLR2004 - two rows, or there is no order
        return {}
    few = [
        column for column in columns if column.distinct <= min(LIMITS.most_levels, max(2, typed.rows // 3))
    ]
    many = [column for column in columns if column not in few]
    unordered = [column for column in many if _unordered(column)]
    categories = [column for column in few if _varies_as_among_people(column)]
    return {
        "rows": math.log10(max(typed.total_rows, 1)),
        "columns": math.log10(max(typed.total_columns, 1)),
        "loose values": _share(columns, unordered),
        "loose categories": _share(columns, categories),
        "loose columns": math.log10(1 + len(unordered) + len(categories)),
        "ordered": _share(columns, [column for column in columns if _in_order(column)]),
        "even": _share(columns, [column for column in few if dispersion(column) < LIMITS.most_even]),
        "words": _share(columns, [column for column in many if column.wordy > 0.5]),  # noqa: PLR2004 - most cells
        "partly missing": _share(columns, [column for column in columns if _partly(column)]),
        "identifier": float(any(identifier_like(column) for column in columns)),
        "whole": _share(columns, [column for column in columns if column.number and column.whole]),
        "span": _span(many),
        "alike": _alike(many),
    }


def person_like(typed: TypedTable) -> float:
    """Return the probability, by the fitted model, that a table's rows are people's."""
    found = measures(typed)
    if not found:
        return 0.0
    fitted = person_like_coefficients()
    score = fitted["constant"] + sum(fitted[name] * value for name, value in found.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


@cache
def person_like_coefficients() -> Mapping[str, float]:
    """Return the coefficient of each measure, and the constant.

    Raises StoreError for coefficients without the command, data, commit, date and score of their fit.
    """
    fitted: Mapping[str, float] = read_fitted(FITTED)["coefficients"]
    return fitted


def _share(every: list[Column], some: list[Column]) -> float:
    return len(some) / len(every)


def _unordered(column: Column) -> bool:
    """Return whether neighbours of a column of many values are no more alike than others."""
    if column.kind is ColumnKind.TEXT:
        return runs(column) < LIMITS.most_alike
    return abs(autocorrelation(column)) < max(LIMITS.most_alike, 3 / math.sqrt(max(len(column.values), 1)))


def _varies_as_among_people(column: Column) -> bool:
    """Return whether categories are unordered and as unevenly frequent as among people."""
    return runs(column) < LIMITS.most_alike and dispersion(column) > LIMITS.least_uneven


def _in_order(column: Column) -> bool:
    return runs(column) > LIMITS.least_ordered or (
        column.kind is not ColumnKind.TEXT and abs(autocorrelation(column)) > LIMITS.least_ordered
    )


def _partly(column: Column) -> bool:
    """Return whether single cells are missing, rather than blocks."""
    missing = ~column.filled
    share = float(missing.mean())
    if not LIMITS.least_missing <= share <= LIMITS.most_missing:
        return False
    again = float(np.mean(missing[1:][missing[:-1]])) if missing[:-1].any() else 0.0
    return again < share + 0.5 * (1 - share)


def _span(columns: list[Column]) -> float:
    """Return over how many magnitudes the middle column's values reach, at most 6."""
    spans = []
    for column in columns:
        sizes = np.abs(column.values[column.values != 0]) if column.number else np.empty(0)
        if len(sizes) > 3:  # noqa: PLR2004 - quartiles need them
            spans.append(math.log10(float(np.quantile(sizes, 0.99)) / float(np.quantile(sizes, 0.1))))
    return min(6.0, float(np.median(spans))) if spans else 0.0


def _alike(columns: list[Column]) -> float:
    """Return the share of neighbouring columns of numbers that are nearly the same up to scale."""
    numbers = [
        column.numbers for column in columns if column.number and len(column.values) == len(column.numbers)
    ]
    if len(numbers) < 2:  # noqa: PLR2004 - a pair
        return 0.0
    pairs = list(pairwise(numbers))
    close = [
        abs(float(np.corrcoef(first, second)[0, 1])) > LIMITS.same
        for first, second in pairs
        if first.std() and second.std()
    ]
    return float(np.mean(close)) if close else 0.0
