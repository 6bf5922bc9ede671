"""Rows of an event table: several per person, on dates that differ between people.

In a series or a panel the dates are the same for every group and follow each other evenly. Visits, tests and
diagnoses of people fall on days that hardly two of them share, whatever the codes beside them are called.
"""

import numpy as np

from strongroom.checker.table_types.row_order import rises_or_falls
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_owners: int = threshold(3, "people", "judgement: with fewer owners dates are easily all different")
    least_rows_each: int = threshold(
        2,
        "rows of an owner, on average",
        "judgement: an event table has several rows a person; one row each is judged as a table of people",
    )
    most_wordy: float = threshold(
        0.5,
        "share of cells",
        "judgement: a column of words names groups, drugs or diseases, not people",
    )
    least_different: float = threshold(
        0.3,
        "share of rows",
        "judgement: visits of people are on many days; reports of groups repeat the few days of reporting",
    )
    least_own: float = threshold(
        0.8,
        "share of days",
        "judgement: hardly two people share a day of theirs, while in a series every group has the same"
        " dates",
    )
    least_span: int = threshold(
        365,
        "days",
        "judgement: within less than a year the dates of a study or series are as dense",
    )


LIMITS = _Limits()


def dated_rows(typed: TypedTable) -> bool:
    """Return whether a column identifies each row's owner and most dates over a year have one owner."""
    dates = [column for column in typed.columns if column.kind is ColumnKind.DATE and _unordered_days(column)]
    owners = [column for column in typed.columns if _may_be_owner(column)]
    return any(_have_own_days(dated, owner) for dated in dates for owner in owners)


def _unordered_days(column: Column) -> bool:
    """Return whether a column has many days over more than a year, not sorted."""
    days = column.values
    if (
        len(days) == 0
        or np.ptp(days) < LIMITS.least_span
        or column.distinct < LIMITS.least_different * len(days)
    ):
        return False
    return bool(np.all(days == np.floor(days))) and not rises_or_falls(column.numbers)


def _may_be_owner(column: Column) -> bool:
    named = (
        column.whole if column.number else column.kind is ColumnKind.TEXT and column.wordy < LIMITS.most_wordy
    )
    return named and LIMITS.least_owners <= column.distinct <= len(column.codes) / LIMITS.least_rows_each


def _have_own_days(dates: Column, owner: Column) -> bool:
    known = dates.filled & owner.filled
    pairs = np.unique(np.column_stack([dates.codes, owner.codes])[known], axis=0)
    return len(pairs) > 0 and bool(
        np.mean(np.unique(pairs[:, 0], return_counts=True)[1] == 1) >= LIMITS.least_own
    )
