"""Input tables: arrays, or anything Arrow can read (pyarrow, polars, pandas, DuckDB)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.errors import UsageError

Numbers = NDArray[np.float64]
Label = tuple[str, ...]


@dataclass(frozen=True)
class InputTable:
    """The numbers of a table, shape (rows, columns), nan where missing, with their labels.

    `labels` has one tuple per row, of the columns `label_names`, and `names` one name per column; all are ()
    for an array. `row_totals`, `column_totals` and `grand_total` are those that the table contained.
    """

    numbers: Numbers
    labels: tuple[Label, ...] = ()
    names: tuple[str, ...] = ()
    label_names: tuple[str, ...] = ()
    row_totals: Numbers | None = None
    column_totals: Numbers | None = None
    grand_total: float | None = None


def read_table(table: Any, *, total: str | None = None) -> InputTable:
    """Read a table of numbers; `total` names the column of totals and labels the row of totals.

    An array has shape (rows, columns) or (cells,), which becomes one column. In an Arrow table the numeric
    columns are the cells and the others label the rows. UsageError for anything else.
    """
    if hasattr(table, "__arrow_c_stream__"):
        read = _from_arrow(table)
        return read if total is None else _without_totals(read, total)
    if total is not None:
        raise UsageError(
            "`total` needs a table with column names.", hint="Pass row_totals and column_totals for an array."
        )
    numbers = np.asarray(table, np.float64)
    if numbers.ndim > 2:  # noqa: PLR2004 - rows and columns
        raise UsageError("a table must have one or two dimensions.")
    return InputTable(numbers.reshape(len(numbers), -1) if numbers.ndim else numbers.reshape(1, 1))


def _from_arrow(given: Any) -> InputTable:
    import pyarrow as pa  # noqa: PLC0415 - arrays need none of it

    table = pa.table(given)
    numeric = [place for place, kind in enumerate(table.schema.types) if _is_number(pa, kind)]
    others = [place for place in range(table.num_columns) if place not in numeric]
    if not numeric:
        raise UsageError("this table has no numeric column.")
    numbers = np.column_stack(
        [np.asarray(table.column(place).cast(pa.float64(), safe=False).to_numpy()) for place in numeric]
    )
    cells = [[str(cell) for cell in table.column(place).to_pylist()] for place in others]
    labels = tuple(zip(*cells, strict=True)) if cells else ()
    names = table.column_names
    return InputTable(
        numbers.astype(np.float64),
        labels,
        tuple(names[place] for place in numeric),
        tuple(names[place] for place in others),
    )


def _is_number(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _without_totals(read: InputTable, total: str) -> InputTable:
    """Take the totals out of a table's cells."""
    across = [place for place, name in enumerate(read.names) if name == total]
    down = [row for row, label in enumerate(read.labels) if total in label]
    if len(across) > 1 or len(down) > 1 or not (across or down):
        raise UsageError(f"the table needs one column or row named {total!r}, or one of each.")
    rows = [row for row in range(len(read.numbers)) if row not in down]
    columns = [place for place in range(len(read.names)) if place not in across]
    return InputTable(
        read.numbers[np.ix_(rows, columns)],
        tuple(read.labels[row] for row in rows) if read.labels else (),
        tuple(read.names[place] for place in columns),
        read.label_names,
        read.numbers[rows, across[0]] if across else None,
        read.numbers[down[0], columns] if down else None,
        float(read.numbers[down[0], across[0]]) if across and down else None,
    )


def group_codes(
    groups: Sequence[Any] | NDArray[Any] | None, rows: int
) -> tuple[NDArray[np.int64], tuple[Any, ...]]:
    """Return the group of each row as a code, and the groups' names by code; one group for None."""
    if groups is None:
        return np.zeros(rows, np.int64), ("all",)
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if len(codes) != rows:
        raise UsageError("there must be one group per value.")
    return codes.astype(np.int64), tuple(names.tolist())
