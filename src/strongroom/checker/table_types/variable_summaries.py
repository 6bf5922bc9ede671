"""Summaries of variables: a row, or a column, for each variable, and a statistic in every cell.

Their rows are as many, as different and as unordered as people's, and their values reach as far. They differ
in that the rows are named by the cohort's own variables and the columns by statistics, or that the rows are
the statistics of a description and agree with each other: quartiles rise, deviations are positive.
"""

import re
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import counter
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]

_WORD = re.compile(r"[a-z]+[0-9.]*|[0-9.]+ ?%|%")
_TALLIES = frozenset(
    ("n", "nobs", "count", "valid", "nonmissing", "nonnull", "unique", "distinct", "nunique")
)
_SPREADS = frozenset(("sd", "std", "se", "sem", "var", "variance", "iqr"))
_SHARES = frozenset(
    ("missing", "missingness", "null", "na", "complete", "pct", "percent", "percentage", "%", "share")
)
_MOMENTS = frozenset(
    (
        "mean",
        "average",
        "avg",
        "median",
        "cv",
        "skew",
        "skewness",
        "kurt",
        "kurtosis",
        "prevalence",
        "min",
        "max",
    )
)
_STATISTICS = _TALLIES | _SPREADS | _SHARES | _MOMENTS
_POINT = re.compile(r"(?:[pq][0-9]{1,2}(?:\.[0-9]+)?|[0-9]{1,2}(?:\.[0-9]+)? ?%)\Z")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_known: float = threshold(
        0.8,
        "share of rows",
        "judgement: variables of the cohort under their own names; derived variables are a few rows more",
    )
    least_different: float = threshold(
        0.95,
        "share of rows",
        "judgement: each variable has one row; a few are repeated by category",
    )
    most_groups: int = threshold(
        4,
        "columns of one statistic",
        "judgement: one statistic of so many groups; more columns of one name would be transposed rows "
        "of people",
    )
    most_statistics: int = threshold(
        12,
        "columns",
        "judgement: descriptions have no more statistics; more columns would be people",
    )
    least_rows: int = threshold(3, "rows", "judgement: two names are matched by chance")
    least_checks: int = threshold(
        2,
        "columns, and checks",
        "judgement: one column, or one check of the statistics, agrees by chance",
    )


LIMITS = _Limits()


_QUARTILES = (("25%", "p25", "q1", "q25"), ("50%", "p50", "median", "q50"), ("75%", "p75", "q3", "q75"))


def of_variables(typed: TypedTable, known: Callable[[str], object]) -> bool:
    """Return whether every row is one variable that is `known`, and every number a statistic of it.

    The names of the columns say which; counts have to be whole and no spread may be negative. Transposed
    rows of people have the variables' names too, but no column that names statistics.
    """
    names = [column for column in typed.columns if column.kind is ColumnKind.TEXT]
    numbers = [column for column in typed.numbers if column.distinct > 1 and not counter(column)]
    if (
        typed.rows < LIMITS.least_rows
        or not names
        or any(column.kind is ColumnKind.DATE for column in typed.columns)
    ):
        return False
    if not all(map(_is_statistic, numbers)) or not _few_of_each(numbers):
        return False
    return any(_names_variables(column, known) for column in names)


def describes(typed: TypedTable) -> bool:
    """Return whether the rows are a description's statistics, such as pandas', and agree with each other."""
    if not typed.columns or typed.columns[0].kind is not ColumnKind.TEXT:
        return False
    labels = [cell.strip().lower() for cell in typed.columns[0].texts]
    named = [cell for cell in labels if cell]
    numbers = [column.numbers for column in typed.columns[1:] if column.number]
    if (
        len(numbers) < LIMITS.least_checks
        or len(named) < LIMITS.least_rows
        or not all(map(_statistic, named))
    ):
        return False
    cells = {
        name: np.array([column[place] for column in numbers]) for place, name in enumerate(labels) if name
    }
    checks = [*_tallied(cells), *_spread(cells), *_rising(cells)]
    return len(checks) >= LIMITS.least_checks and all(checks)


def _few_of_each(columns: list[Column]) -> bool:
    counts = Counter(word for column in columns for word in set(_WORD.findall(column.name.lower())))
    again = [many for word, many in counts.items() if _statistic(word)]
    return len(columns) <= LIMITS.most_statistics and max(again, default=0) <= LIMITS.most_groups


def _names_variables(column: Column, known: Callable[[str], object]) -> bool:
    cells = [cell.strip() for cell in column.texts if cell.strip()]
    if len(set(cells)) < LIMITS.least_different * len(cells) or len(cells) < LIMITS.least_rows:
        return False
    return sum(known(cell) is not None for cell in cells) >= LIMITS.least_known * len(cells)


def _is_statistic(column: Column) -> bool:
    words = _WORD.findall(column.name.lower())
    if not any(map(_statistic, words)):
        return False
    if _TALLIES.intersection(words) and not (column.whole and column.values.min() >= 0):
        return "pct" in words or "%" in words or "percent" in words
    return not (_SPREADS.intersection(words) and column.values.min() < 0)


def _statistic(word: str) -> bool:
    return word in _STATISTICS or bool(_POINT.match(word))


def _tallied(cells: dict[str, Numbers]) -> list[bool]:
    return [bool(np.all(_known(cells[name]) % 1 == 0)) for name in cells if name in _TALLIES]


def _spread(cells: dict[str, Numbers]) -> list[bool]:
    return [bool(np.all(_known(cells[name]) >= 0)) for name in cells if name in _SPREADS]


def _rising(cells: dict[str, Numbers]) -> list[bool]:
    rows = [next((cells[name] for name in names if name in cells), None) for names in _QUARTILES]
    there = [row for row in rows if row is not None]
    if len(there) < len(_QUARTILES):
        return []
    return [bool(np.all(np.nan_to_num(np.diff(there, axis=0)) >= 0))]


def _known(values: Numbers) -> Numbers:
    return values[np.isfinite(values)]
