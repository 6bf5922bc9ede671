"""Which columns name the rows of an aggregate: keys whose combinations do not repeat and fill a grid.

In person-level data categories combine freely; in aggregates they form a grid.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import (
    classifies,
    counter,
    dispersion,
    identifier_like,
    regular,
    rises_or_falls,
    runs,
)
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_unique: float = threshold(
        0.98,
        "share of rows",
        "judgement: a key names each row once; a few repeats come of merged headings",
    )
    least_filled: float = threshold(
        0.3,
        "share of the grid",
        "judgement: keys of aggregates fill at least a third of their combinations, categories of "
        "people far fewer",
    )
    most_candidates: int = threshold(6, "columns", "cost: all combinations of the candidates are tried")
    most_levels: int = threshold(
        120,
        "values",
        "judgement: ages and years have fewer levels, numbered people more",
    )
    most_first: int = threshold(
        2,
        "row number",
        "judgement: row numbers begin with 0 or 1, in a second block with 2",
    )
    most_keys: int = threshold(
        4,
        "columns",
        "cost: four keys of six candidates are 15 combinations; results are hardly grouped by more",
    )
    most_columns: int = threshold(
        64,
        "columns",
        "derived: as many columns as are looked at (typed_table); wider tables are matrices",
    )
    most_texts: int = threshold(
        3,
        "columns",
        "judgement: more columns of text that name rows together are records with names and addresses",
    )
    few_rows: int = threshold(
        50,
        "rows",
        "judgement: so few rows need not fill a grid of words: models and their terms do not",
    )
    least_filled_by_texts: float = threshold(
        0.05,
        "share of the grid",
        "judgement: first and last names of people name rows together too, and fill no grid",
    )
    most_rows_named: int = threshold(
        300,
        "rows",
        "judgement: longer tables named by words alone are lists of people or things",
    )
    first_year: int = threshold(
        1900,
        "calendar year",
        "judgement: whole numbers before it are other quantities",
    )
    last_year: int = threshold(2100, "calendar year", "judgement: projections end by then")
    least_levels: int = threshold(2, "values, and rows", "judgement: a column of one value names nothing")
    enough_steps: int = threshold(
        5,
        "steps",
        "judgement: fewer steps between sorted measurements are alike by chance",
    )
    most_uneven: float = threshold(
        0.05,
        "share of the mean step",
        "judgement: what rounding leaves of even steps",
    )


LIMITS = _Limits()


def find_keys(typed: TypedTable) -> tuple[int, ...]:
    """Return the places of the columns that name the rows, () where there are none.

    One column of distinct names or a regular axis does; otherwise columns that together fill at least a
    third of their grid without repeating.
    """
    if typed.total_columns > LIMITS.most_columns:
        return ()
    if typed.rows < LIMITS.least_levels:
        return tuple(place for place, column in enumerate(typed.columns) if column.kind is ColumnKind.TEXT)
    labels = [place for place, column in enumerate(typed.columns) if _is_label(column)]
    if labels:
        return tuple(labels)
    texts = [
        place
        for place, column in enumerate(typed.columns)
        if column.kind is ColumnKind.TEXT and column.distinct > 1
    ]
    if (
        0 < len(texts) <= LIMITS.most_texts
        and typed.total_rows <= LIMITS.most_rows_named
        and _are_labels_together(typed, texts)
    ):
        return tuple(texts)
    candidates = [place for place, column in enumerate(typed.columns) if _may_be_key(column)][
        : LIMITS.most_candidates
    ]
    for size in range(1, min(len(candidates), LIMITS.most_keys) + 1):
        for chosen in combinations(candidates, size):
            if _fills([typed.columns[place] for place in chosen]):
                return tuple(
                    place
                    for place in candidates
                    if place in chosen or typed.columns[place].kind is ColumnKind.TEXT
                )
    return ()


def is_group_label(column: Column) -> bool:
    """Return whether a key column is words, dates, years, an axis or public codes: the usual groups."""
    if column.kind is ColumnKind.DATE or _is_label(column) or classifies(column):
        return True
    return are_years(column) if column.number else column.wordy > 0.5  # noqa: PLR2004 - most are names


def are_years(column: Column) -> bool:
    """Return whether all numbers of a column can be calendar years."""
    return column.whole and bool(
        column.values.min() >= LIMITS.first_year and column.values.max() <= LIMITS.last_year
    )


def _are_labels_together(typed: TypedTable, texts: list[int]) -> bool:
    columns = [typed.columns[place] for place in texts]
    if any(identifier_like(column) for column in columns) or not any(map(is_group_label, columns)):
        return False
    rows = len(np.unique(np.column_stack([column.codes for column in columns]), axis=0))
    grid = float(np.prod([float(column.distinct) for column in columns]))
    # First and last names together identify people too, but fill no grid.
    return rows >= LIMITS.least_unique * typed.rows and (
        typed.rows < LIMITS.few_rows or rows >= LIMITS.least_filled_by_texts * grid
    )


def is_axis(column: Column) -> bool:
    """Return whether a column is a regular axis: ages, years, dates, thresholds, but not row numbers."""
    if (
        column.kind is ColumnKind.TEXT
        or column.distinct < column.filled.sum()
        or not column.filled[1:-1].all()
    ):
        return False  # a name above or a total below is not part of the axis
    if column.kind is ColumnKind.DATE:
        return rises_or_falls(column.numbers)
    return regular(column.values) and not _numbers_rows(column) and (column.whole or not _by_chance(column))


def _by_chance(column: Column) -> bool:
    """Return whether steps between a few measured values are merely alike: sorted, they often are."""
    steps = np.diff(column.values)
    return len(steps) < LIMITS.enough_steps and float(np.ptp(steps)) > LIMITS.most_uneven * abs(
        float(steps.mean())
    )


def _numbers_rows(column: Column) -> bool:
    return counter(column) and (
        abs(column.numbers[0]) <= LIMITS.most_first or column.distinct > LIMITS.most_levels
    )


def _is_label(column: Column) -> bool:
    if is_axis(column):
        return column.kind is ColumnKind.DATE or column.distinct <= LIMITS.most_levels
    if column.kind is not ColumnKind.TEXT or identifier_like(column):
        return False
    return column.distinct >= 0.95 * column.filled.sum() and column.wordy > 0.3  # noqa: PLR2004 - few repeats


def _may_be_key(column: Column) -> bool:
    if (
        column.distinct < LIMITS.least_levels
        or column.filled.mean() < LIMITS.least_unique
        or identifier_like(column)
    ):
        return False
    most = min(LIMITS.most_levels, len(column.codes) / 2)
    if column.kind is ColumnKind.NUMBER and (not column.whole or column.distinct > most):
        return False
    return dispersion(column) < 0.5 or runs(column) > 0.5  # noqa: PLR2004 - far from chance


def _fills(columns: list[Column]) -> bool:
    codes: list[NDArray[np.int64]] = [column.codes for column in columns]
    rows = np.unique(np.column_stack(codes), axis=0)
    if len(rows) < LIMITS.least_unique * len(codes[0]):
        return False
    grid = float(np.prod([float(column.distinct) for column in columns]))
    return len(rows) >= LIMITS.least_filled * grid
