"""A table with its columns read as values, and as many rows as recognition needs.

Names are evidence, never proof: the researcher chose them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.table_types.cell_values import is_value
from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.estimates import find_estimates
from strongroom.checker.table_types.typed_columns import (
    Column,
    ColumnKind,
    column_of_texts,
    split,
    typed_column,
)
from strongroom.thresholds import Thresholds, threshold

__all__ = ["Column", "ColumnKind", "TypedTable", "is_unnamed", "typed_from", "typed_from_texts"]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        4_096,
        "rows",
        "cost: rows looked at of a long table; texts of more take long to parse",
    )
    blocks: int = threshold(
        8,
        "blocks of rows",
        "judgement: neighbours must stay neighbours to show an order, and blocks cover the table",
    )
    most_columns: int = threshold(64, "columns", "cost: columns looked at of a wide table")
    most_below: int = threshold(
        40,
        "cells",
        "cost: what follows a heading shows in the first cells below it",
    )
    most_header: int = threshold(
        3,
        "rows",
        "judgement: tables have up to three rows of headings; more leading words are data",
    )


LIMITS = _Limits()


_UNNAMED = re.compile(r"(?:f|column|unnamed:?)[ _]?\d+\Z", re.IGNORECASE)


@dataclass(frozen=True)
class TypedTable:
    """Columns of equal length with some of the rows, in order; `total_rows` counts all rows."""

    columns: tuple[Column, ...]
    total_rows: int
    total_columns: int
    origin: Origin

    @property
    def rows(self) -> int:
        """How many rows are used."""
        return len(self.columns[0].texts) if self.columns else 0

    @cached_property
    def numbers(self) -> tuple[Column, ...]:
        """The columns of numbers."""
        return tuple(column for column in self.columns if column.number)

    @cached_property
    def estimates(self) -> dict[int, Role]:
        """The places of columns that hold estimates, errors, bounds and p values which agree."""
        return find_estimates(self.columns)


def typed_from(found: FoundTable) -> TypedTable:
    """Return a found table with its columns read as values; of a long table blocks of consecutive rows."""
    table = found.table
    chosen = _chosen(table.num_columns)
    part = _blocks(table.select(chosen))
    names = [table.column_names[place] for place in chosen]
    cells = [_texts(part.column(place)) for place in range(len(names))]
    above = _header_rows(names, cells, part)
    if above:
        names = [" ".join([name, *column[:above]]).strip() for name, column in zip(names, cells, strict=True)]
        part, cells = part.slice(above), [column[above:] for column in cells]
    columns = [
        column
        for place, (name, texts) in enumerate(zip(names, cells, strict=True))
        for column in split(typed_column(name, part.column(place), texts))
    ]
    return TypedTable(tuple(columns), found.total_rows - above, table.num_columns, found.origin)


def _chosen(width: int) -> list[int]:
    """Return the places of the columns to read: the first ones, and others spread evenly."""
    if width <= LIMITS.most_columns:
        return list(range(width))
    first = 3 * LIMITS.most_columns // 4
    rest = np.linspace(first, width - 1, LIMITS.most_columns - first).astype(int)
    return [*range(first), *(int(place) for place in rest)]


def typed_from_texts(names: Sequence[str], cells: Sequence[Sequence[str]], origin: Origin) -> TypedTable:
    """Return columns given as text as a typed table, e.g. of a table laid on its side."""
    columns = tuple(column_of_texts(name, texts) for name, texts in zip(names, cells, strict=True))
    return TypedTable(columns, len(cells[0]) if cells else 0, len(names), origin)


def is_unnamed(name: str) -> bool:
    """Return whether a name is empty or a default that programs give to unnamed columns."""
    return not name.strip() or bool(_UNNAMED.match(name.strip()))


def _blocks(table: pa.Table) -> pa.Table:
    if table.num_rows <= LIMITS.most_rows:
        return table
    length = LIMITS.most_rows // LIMITS.blocks
    starts = np.linspace(0, table.num_rows - length, LIMITS.blocks).astype(int)
    return pa.concat_tables([table.slice(int(start), length) for start in starts])


def _texts(column: pa.ChunkedArray) -> list[str]:
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return [""] * len(column)  # never used: the numbers are
    try:
        return ["" if cell is None else cell for cell in pc.cast(column, pa.string()).to_pylist()]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return ["" if cell is None else str(cell) for cell in column.to_pylist()]


def _header_rows(names: Sequence[str], cells: Sequence[Sequence[str]], part: pa.Table) -> int:
    """Return how many of the first rows are names of columns: words above numbers or dates, or above nothing.

    Tables with names on several levels have them, and tables whose reader took the names for cells.
    """
    rows = part.num_rows
    if rows > 1 and all(map(is_unnamed, names)) and _is_axis(cells, part):
        return 1
    if rows < LIMITS.most_header + 2:
        return 0
    if all(map(is_unnamed, names)) and _is_words(cells, part, 0) and not _is_words(cells, part, 1):
        return 1
    depths = [
        _depth(column)
        for column, kind in zip(cells, part.schema.types, strict=True)
        if pa.types.is_string(kind)
    ]
    deepest = max(depths, default=0)
    if not deepest or not all(_is_words(cells, part, row) for row in range(deepest)):
        return 0
    return deepest + (deepest < LIMITS.most_header and _names_keys(cells, part, deepest))


def _is_axis(cells: Sequence[Sequence[str]], part: pa.Table) -> bool:
    """Return whether the first row is a word and then whole numbers in even steps: times as column names."""
    numbers = [column for column in part.columns if pa.types.is_integer(column.type)]
    if len(numbers) < LIMITS.most_header or len(numbers) != part.num_columns - 1 or is_value(cells[0][0]):
        return False
    first = [column[0].as_py() for column in numbers]
    return None not in first and len(set(np.diff(first))) == 1 and first[0] < first[1]


def _names_keys(cells: Sequence[Sequence[str]], part: pa.Table, row: int) -> bool:
    """Return whether a row names the keys alone, as a grouped frame does below the names of its values."""
    filled = [bool(column[row].strip()) for column in cells]
    values = [bool(_depth(column)) for column in cells]
    return (
        any(filled)
        and any(values)
        and _is_words(cells, part, row)
        and not any(named and held for named, held in zip(filled, values, strict=True))
    )


def _is_words(cells: Sequence[Sequence[str]], part: pa.Table, row: int) -> bool:
    """Return whether a row has no number: words, and empty cells in columns of numbers."""
    if any(is_value(column[row]) for column in cells):
        return False
    return not any(
        part.column(place)[row].is_valid
        for place, kind in enumerate(part.schema.types)
        if not pa.types.is_string(kind)
    )


def _depth(column: Sequence[str]) -> int:
    """Return after how many cells a column of texts becomes one of numbers or dates, 0 where it does not."""
    below = [
        cell for cell in column[LIMITS.most_header : LIMITS.most_header + LIMITS.most_below] if cell.strip()
    ]
    if not below or not all(map(is_value, below)):
        return 0
    return max(
        (row + 1 for row in range(LIMITS.most_header) if column[row] and not is_value(column[row])), default=0
    )
