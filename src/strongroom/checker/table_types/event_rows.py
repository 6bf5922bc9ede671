"""Rows of an event table: somebody again and again, each on days of their own.

In a series or a panel the dates are the same for every group and follow each other evenly. Visits, tests and
diagnoses of people fall on days that hardly two of them share, whatever the codes beside them are called.
"""

import numpy as np

from strongroom.checker.table_types.row_order import rises_or_falls
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable

_FEWEST_OWNERS, _EACH = 3, 2
_WORDS = 0.5
_DIFFERENT, _OWN = 0.3, 0.8
_LEAST_SPAN = 365


def dated_rows(typed: TypedTable) -> bool:
    """Tell whether a column says whose each row is, and dates of over a year are nearly all one owner's."""
    dates = [column for column in typed.columns if column.kind is ColumnKind.DATE and _loose(column)]
    owners = [column for column in typed.columns if _may_own(column)]
    return any(_belong(dated, owner) for dated in dates for owner in owners)


def _loose(column: Column) -> bool:
    """Tell whether days are many, far apart and in no order of the whole table."""
    days = column.values
    if len(days) == 0 or np.ptp(days) < _LEAST_SPAN or column.distinct < _DIFFERENT * len(days):
        return False
    return bool(np.all(days == np.floor(days))) and not rises_or_falls(column.numbers)


def _may_own(column: Column) -> bool:
    named = column.whole if column.number else column.kind is ColumnKind.TEXT and column.wordy < _WORDS
    return named and _FEWEST_OWNERS <= column.distinct <= len(column.codes) / _EACH


def _belong(dates: Column, owner: Column) -> bool:
    known = dates.filled & owner.filled
    pairs = np.unique(np.column_stack([dates.codes, owner.codes])[known], axis=0)
    return len(pairs) > 0 and bool(np.mean(np.unique(pairs[:, 0], return_counts=True)[1] == 1) >= _OWN)
