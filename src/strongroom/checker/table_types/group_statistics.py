"""Statistics of groups that several keys name together, with how many people each group has.

A program that groups by two keys or more writes the groups in the order of the keys, each once, and nearly
all there can be. Categories in person-level data combine freely and in no order.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.count_tables import COUNT_NAME
from strongroom.checker.table_types.row_order import handed_out, identifier_like
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_levels: int = threshold(
        60,
        "values of a key",
        "judgement: grouping keys have few values; columns of measurements have more",
    )
    most_keys: int = threshold(
        4,
        "columns",
        "cost: results are hardly grouped by more than four keys, and orders of more are costly to try",
    )
    least_filled: float = threshold(
        0.5,
        "share of the grid",
        "judgement: groups written by a program fill most of the grid of their keys; categories of "
        "people combine as they happen to",
    )
    least_rows: int = threshold(4, "rows", "judgement: three groups stand in order by chance")
    least_keys: int = threshold(2, "columns", "judgement: one key alone is what any sorted column is")
    least_people: int = threshold(
        10,
        "people in a group",
        "judgement: a group of fewer may show a person's own values; the usual threshold of small cells"
        " is of this size",
    )


LIMITS = _Limits()


def recognise_groups(typed: TypedTable) -> Recognised:
    """Recognise statistics by the leading columns, laid out as keys, and a count of ten people or more."""
    if typed.rows < LIMITS.least_rows or typed.total_rows > typed.rows:
        return NOTHING
    counted = {place for place, column in enumerate(typed.columns) if counts_people(column)}
    leading = list(takewhile(_may_be_key, typed.columns[: LIMITS.most_keys]))
    if len(leading) == 1 and leading[0].kind is ColumnKind.TEXT:
        keys = int(_laid_out(_two_in_one(leading[0])) > 0)
    else:
        keys = _laid_out([_filled_down(column) for column in leading])
    rest = {place: column for place, column in enumerate(typed.columns) if place >= keys}
    if not keys or not counted.intersection(rest):
        return NOTHING
    if any(
        column.kind in {ColumnKind.TEXT, ColumnKind.DATE} and column.distinct > 1 for column in rest.values()
    ):
        return NOTHING
    roles = dict.fromkeys(range(keys), Role.KEY)
    roles |= {place: Role.COUNT if place in counted else Role.VALUE for place in rest}
    return Recognised(RecognisedType.PANEL, 0.84, roles)


def counts_people(column: Column) -> bool:
    """Return whether a column is by its name the number of people per row, and never below ten."""
    named = column.number and column.whole and bool(COUNT_NAME.search(column.name))
    return named and column.values.min() >= LIMITS.least_people


def _may_be_key(column: Column) -> bool:
    if not 1 < column.distinct <= LIMITS.most_levels or handed_out(column):
        return False
    # An outer key that is written once for all its rows occurs once, as identifiers do.
    if column.filled.all() and identifier_like(column):
        return False
    return column.kind is ColumnKind.TEXT or (column.whole and not counts_people(column))


def _filled_down(column: Column) -> NDArray[Any]:
    """Return the cells; where an outer key is written once for all its rows, in each of them."""
    cells = np.array([cell.strip() for cell in column.texts] if not column.number else column.numbers)
    there = column.filled
    if there.all() or not there[0]:
        return cells
    return np.asarray(cells[np.maximum.accumulate(np.where(there, np.arange(len(cells)), 0))])


def _two_in_one(column: Column) -> list[NDArray[Any]]:
    """Return the keys of a printed frame whose outer key is printed only beside the first inner one."""
    split = [cell.strip().rpartition(" ") for cell in column.texts]
    outer = [split[0][0].strip()]
    for first, _, _ in split[1:]:
        outer.append(first.strip() or outer[-1])
    return [np.array(outer), np.array([inner for _, _, inner in split])] if outer[0] else []


def _laid_out(columns: Sequence[NDArray[Any]]) -> int:
    """Return how many of the first columns name each row once, in order, and fill their grid; 0 for none."""
    codes = [_by_appearance(column) for column in columns]
    for size in range(len(codes), LIMITS.least_keys - 1, -1):
        rows = np.column_stack(codes[:size])
        grid = float(np.prod(rows.max(axis=0) + 1.0))
        place = rows @ np.cumprod([1, *(rows.max(axis=0)[:0:-1] + 1)])[::-1]
        if np.all(np.diff(place) > 0) and len(rows) >= LIMITS.least_filled * grid:
            return size
    return 0


def _by_appearance(cells: NDArray[Any]) -> NDArray[np.int64]:
    """Return the cells as whole numbers, from 0 in the order in which the values first occur."""
    _, first, codes = np.unique(cells, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[codes]
