"""A table's columns in comparable form, each computed once for all ways of recognising rows."""

import pyarrow as pa

from strongroom.matching.values.cells import LIMITS as READING
from strongroom.matching.values.cells import Cells, column_cells, columns_cells
from strongroom.matching.values.comparable import Values, as_one_array, canonical_values, is_text
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_kept_cells: int = threshold(
        2_400_000, "cells of a table", "cost: 18 bytes a cell, 43 MB; larger tables are read again each time"
    )


LIMITS = _Limits()


def distinct_names(table: pa.Table) -> list[str]:
    """Return a table's column names, with their position where names repeat."""
    names = table.column_names
    if len(set(names)) == len(names):
        return list(names)
    return [f"{name} ({place})" for place, name in enumerate(names, 1)]


class ComparableTable:
    """A table and its columns in comparable form, by their position from 0.

    Make one for each table and pass it along. What it returns is shared and must not be written to.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._values: dict[int, Values | None] = {}
        self._cells: dict[int, Cells] = {}
        self._all_cells: list[Cells] | None = None
        self._keeps = table.num_rows * table.num_columns <= LIMITS.most_kept_cells

    @classmethod
    def of(cls, table: "pa.Table | ComparableTable") -> "ComparableTable":
        """Wrap a table; a ComparableTable is returned as it is."""
        return table if isinstance(table, ComparableTable) else cls(table)

    def part(self, first: int, rows: int) -> "ComparableTable":
        """Return `rows` of its rows, from `first` on; itself if these are all."""
        if first == 0 and rows >= self.table.num_rows:
            return self
        return ComparableTable(self.table.slice(first, rows))

    def column(self, place: int) -> pa.Array:
        """Return a column's original values as one array."""
        return as_one_array(self.table.column(place))

    def values(self, place: int) -> Values | None:
        """Return a column's values in comparable form, None for types without single values."""
        if place in self._values:
            return self._values[place]
        values = canonical_values(self.table.column(place))
        if self._keeps:
            self._values[place] = values
        return values

    def cells(self, place: int) -> Cells:
        """Return each cell of a column in comparable form, read on its own."""
        if place in self._cells:
            return self._cells[place]
        column = self.table.column(place)
        cells = column_cells(column, None if is_text(column.type) else self.values(place))
        if self._keeps:
            self._cells[place] = cells
        return cells

    def all_cells(self) -> list[Cells]:
        """Return the cells of each column; see `columns_cells` for tables of many."""
        if self.table.num_columns <= READING.read_singly:
            return [self.cells(place) for place in range(self.table.num_columns)]
        cells = columns_cells(self.table.columns) if self._all_cells is None else self._all_cells
        if self._keeps:
            self._all_cells = cells
        return cells
