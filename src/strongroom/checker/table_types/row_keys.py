"""Which columns name the rows of an aggregate: keys whose combinations do not repeat and fill a grid.

In rows of people, columns of categories combine as they happen to; in aggregates they were laid out.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import (
    counter,
    dispersion,
    identifier_like,
    regular,
    rises_or_falls,
    runs,
)
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable

_UNIQUE = 0.98
_SPARSEST = 0.3
_MOST_KEYS = 6
# Ages and years have fewer levels, numbered people more.
_MOST_LEVELS = 120
_FIRST = 2
_MOST_TOGETHER = 4
_WIDEST = 64
_MOST_TEXTS = 3
_FEW_ROWS = 50
_THINNEST = 0.05
_SHORT = 300
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_FEWEST = 2
_ENOUGH_STEPS, _SAME = 5, 0.05


def find_keys(typed: TypedTable) -> tuple[int, ...]:
    """Return the places of the columns that name the rows, () where there are none.

    One column of distinct names or a regular axis does; otherwise columns that together fill at least a
    third of their grid without repeating.
    """
    if typed.total_columns > _WIDEST:
        return ()
    if typed.rows < _FEWEST:
        return tuple(place for place, column in enumerate(typed.columns) if column.kind is ColumnKind.TEXT)
    labels = [place for place, column in enumerate(typed.columns) if _is_label(column)]
    if labels:
        return tuple(labels)
    texts = [
        place
        for place, column in enumerate(typed.columns)
        if column.kind is ColumnKind.TEXT and column.distinct > 1
    ]
    if 0 < len(texts) <= _MOST_TEXTS and typed.total_rows <= _SHORT and _named_together(typed, texts):
        return tuple(texts)
    candidates = [place for place, column in enumerate(typed.columns) if _may_be_key(column)][:_MOST_KEYS]
    for size in range(1, min(len(candidates), _MOST_TOGETHER) + 1):
        for chosen in combinations(candidates, size):
            if _fills([typed.columns[place] for place in chosen]):
                return tuple(
                    place
                    for place in candidates
                    if place in chosen or typed.columns[place].kind is ColumnKind.TEXT
                )
    return ()


def laid_out(column: Column) -> bool:
    """Tell whether a key column is words, dates, years or an axis: what people are grouped by in print."""
    if column.kind is ColumnKind.DATE or _is_label(column):
        return True
    return are_years(column) if column.number else column.wordy > 0.5  # noqa: PLR2004 - most are names


def are_years(column: Column) -> bool:
    """Tell whether all numbers of a column can be calendar years."""
    return column.whole and bool(column.values.min() >= _FIRST_YEAR and column.values.max() <= _LAST_YEAR)


def _named_together(typed: TypedTable, texts: list[int]) -> bool:
    columns = [typed.columns[place] for place in texts]
    if any(identifier_like(column) for column in columns) or not any(map(laid_out, columns)):
        return False
    rows = len(np.unique(np.column_stack([column.codes for column in columns]), axis=0))
    grid = float(np.prod([float(column.distinct) for column in columns]))
    # First and last names of people name them together too, and fill no grid.
    return rows >= _UNIQUE * typed.rows and (typed.rows < _FEW_ROWS or rows >= _THINNEST * grid)


def is_axis(column: Column) -> bool:
    """Tell whether a column is a regular axis: ages, years, dates, thresholds; row numbers are none."""
    if (
        column.kind is ColumnKind.TEXT
        or column.distinct < column.filled.sum()
        or not column.filled[1:-1].all()
    ):
        return False  # a name above or a total below is no part of the axis
    if column.kind is ColumnKind.DATE:
        return rises_or_falls(column.numbers)
    return regular(column.values) and not _numbers_rows(column) and (column.whole or not _by_chance(column))


def _by_chance(column: Column) -> bool:
    """Tell whether steps between a few measured values are merely alike: sorted, they often are."""
    steps = np.diff(column.values)
    return len(steps) < _ENOUGH_STEPS and float(np.ptp(steps)) > _SAME * abs(float(steps.mean()))


def _numbers_rows(column: Column) -> bool:
    return counter(column) and (abs(column.numbers[0]) <= _FIRST or column.distinct > _MOST_LEVELS)


def _is_label(column: Column) -> bool:
    if is_axis(column):
        return column.kind is ColumnKind.DATE or column.distinct <= _MOST_LEVELS
    if column.kind is not ColumnKind.TEXT or identifier_like(column):
        return False
    return column.distinct >= 0.95 * column.filled.sum() and column.wordy > 0.3  # noqa: PLR2004 - few repeats


def _may_be_key(column: Column) -> bool:
    if column.distinct < _FEWEST or column.filled.mean() < _UNIQUE or identifier_like(column):
        return False
    most = min(_MOST_LEVELS, len(column.codes) / 2)
    if column.kind is ColumnKind.NUMBER and (not column.whole or column.distinct > most):
        return False
    return dispersion(column) < 0.5 or runs(column) > 0.5  # noqa: PLR2004 - far from chance


def _fills(columns: list[Column]) -> bool:
    codes: list[NDArray[np.int64]] = [column.codes for column in columns]
    rows = np.unique(np.column_stack(codes), axis=0)
    if len(rows) < _UNIQUE * len(codes[0]):
        return False
    grid = float(np.prod([float(column.distinct) for column in columns]))
    return len(rows) >= _SPARSEST * grid
