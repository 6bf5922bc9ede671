"""Tables as they are handed in: arrays, or anything Arrow can read (pyarrow, polars, pandas, DuckDB)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.errors import UsageError

Numbers = NDArray[np.float64]
Label = tuple[str, ...]


@dataclass(frozen=True)
class GivenTable:
    """The numbers of a table, shape (rows, columns), nan where there is none, and what they are called.

    `labels` has one tuple a row, of the columns `label_names`, and `names` one name a column; all are () for
    a bare array. `row_totals` and `column_totals` are those that stood in the table, if any did.
    """

    numbers: Numbers
    labels: tuple[Label, ...] = ()
    names: tuple[str, ...] = ()
    label_names: tuple[str, ...] = ()
    row_totals: Numbers | None = None
    column_totals: Numbers | None = None
    whole: float | None = None


def given_table(table: Any, *, total: str | None = None) -> GivenTable:
    """Read a table of numbers; `total` names the column, and labels the row, that hold totals.

    An array has shape (rows, columns) or (cells,), which becomes one column. Of an Arrow table the columns of
    numbers are the cells and the others label the rows. UsageError for what is neither.
    """
    if hasattr(table, "__arrow_c_stream__"):
        read = _from_arrow(table)
        return read if total is None else _without_totals(read, total)
    if total is not None:
        raise UsageError("only a table with names has a total by name.", hint="Give row_totals for an array.")
    numbers = np.asarray(table, np.float64)
    if numbers.ndim > 2:  # noqa: PLR2004 - rows and columns
        raise UsageError("a table has rows and columns.")
    return GivenTable(numbers.reshape(len(numbers), -1) if numbers.ndim else numbers.reshape(1, 1))


def _from_arrow(given: Any) -> GivenTable:
    import pyarrow as pa  # noqa: PLC0415 - arrays need none of it

    table = pa.table(given)
    numeric = [place for place, kind in enumerate(table.schema.types) if _is_number(pa, kind)]
    others = [place for place in range(table.num_columns) if place not in numeric]
    if not numeric:
        raise UsageError("this table has no column of numbers.")
    numbers = np.column_stack(
        [np.asarray(table.column(place).cast(pa.float64(), safe=False).to_numpy()) for place in numeric]
    )
    cells = [[str(cell) for cell in table.column(place).to_pylist()] for place in others]
    labels = tuple(zip(*cells, strict=True)) if cells else ()
    names = table.column_names
    return GivenTable(
        numbers.astype(np.float64),
        labels,
        tuple(names[place] for place in numeric),
        tuple(names[place] for place in others),
    )


def _is_number(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _without_totals(read: GivenTable, total: str) -> GivenTable:
    """Take the totals out of a table's cells."""
    across = [place for place, name in enumerate(read.names) if name == total]
    down = [row for row, label in enumerate(read.labels) if total in label]
    if len(across) > 1 or len(down) > 1 or not (across or down):
        raise UsageError(f"there must be one column or one row, or one of each, of the name {total!r}.")
    rows = [row for row in range(len(read.numbers)) if row not in down]
    columns = [place for place in range(len(read.names)) if place not in across]
    return GivenTable(
        read.numbers[np.ix_(rows, columns)],
        tuple(read.labels[row] for row in rows) if read.labels else (),
        tuple(read.names[place] for place in columns),
        read.label_names,
        read.numbers[rows, across[0]] if across else None,
        read.numbers[down[0], columns] if down else None,
        float(read.numbers[down[0], across[0]]) if across and down else None,
    )


def groups_of(
    groups: Sequence[Any] | NDArray[Any] | None, rows: int
) -> tuple[NDArray[np.int64], tuple[Any, ...]]:
    """Return which group each row is in, as numbers, and the groups' names in order; one group for None."""
    if groups is None:
        return np.zeros(rows, np.int64), ("all",)
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if len(codes) != rows:
        raise UsageError("there must be one group for each value.")
    return codes.astype(np.int64), tuple(names.tolist())
