"""Columns made of cells: numbers where they are numbers, otherwise text."""

from collections.abc import Sequence

import pyarrow as pa

Cell = str | None


def typed(cells: Sequence[Cell]) -> pa.Array:
    """Return cells as whole numbers, as numbers, or as the text they are."""
    column = pa.array(cells, pa.string())
    for kind in (pa.int64(), pa.float64()):
        try:
            return column.cast(kind)
        except pa.ArrowInvalid:
            continue
    return column


def infer(cells: Sequence[Cell]) -> pa.Array:
    """Return cells as numbers where every one but the first (a header) is a number, otherwise as text."""
    column = pa.array(cells, pa.string())
    for kind in (pa.int64(), pa.float64()):
        for candidate in (column, column.slice(1)):
            try:
                if len(candidate) > 0:
                    return pa.concat_arrays(
                        [pa.nulls(len(column) - len(candidate), kind), candidate.cast(kind)]
                    )
            except pa.ArrowInvalid:
                continue
    return column


def table_of(columns: Sequence[Sequence[Cell]], names: Sequence[str] = ()) -> pa.Table:
    """Return columns of equal length as a table; f0, f1, .. where there are no names."""
    shown = names or [f"f{place}" for place in range(len(columns))]
    return pa.Table.from_arrays([typed(cells) for cells in columns], list(shown))
