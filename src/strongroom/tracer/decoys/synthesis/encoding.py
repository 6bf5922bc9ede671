"""Tables as numeric matrices in which models can be fitted, and back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ColumnForm:
    """How a column is encoded: numbers as they are, days since 1970, or positions in `words`."""

    name: str
    type: pa.DataType
    words: pa.Array | None = field(default=None, repr=False)

    @property
    def is_date(self) -> bool:
        """Whether values are days."""
        return bool(pa.types.is_date(self.type) or pa.types.is_timestamp(self.type))

    def encode(self, column: pa.ChunkedArray) -> Floats:
        """Return numbers of shape (rows,), NaN where missing."""
        if self.words is not None:
            places = pc.index_in(column, value_set=self.words)
            return np.asarray(places.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
        if self.is_date:
            column = column.cast(pa.date32()).cast(pa.int32())
        numbers = column.cast(pa.float64(), safe=False)
        return np.asarray(numbers.to_numpy(), np.float64)

    def decode(self, values: Floats) -> pa.Array:
        """Return an array of the column's type."""
        missing = np.isnan(values)
        filled = np.where(missing, 0, values)
        if self.words is not None:
            return self.words.take(pa.array(filled.astype(np.int64), mask=missing)).cast(self.type)
        if self.is_date:
            days = pa.array(np.round(filled).astype(np.int32), mask=missing)
            return days.cast(pa.date32()).cast(self.type)
        if pa.types.is_boolean(self.type):
            return pa.array(filled != 0, mask=missing)
        if not pa.types.is_floating(self.type):
            filled = np.round(filled)
        return pa.array(filled, mask=missing).cast(self.type, safe=False)


@dataclass(frozen=True)
class NumberedTable:
    """A table's columns as a matrix of shape (rows, columns), with their encodings."""

    forms: tuple[ColumnForm, ...]
    values: Floats = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [form.name for form in self.forms]

    def at(self, rows: NDArray[np.int64]) -> "NumberedTable":
        """Return the same columns of some rows."""
        return NumberedTable(self.forms, self.values[rows])

    def beside(self, other: "NumberedTable") -> "NumberedTable":
        """Return the columns of both tables, of the same rows."""
        return NumberedTable((*self.forms, *other.forms), np.column_stack([self.values, other.values]))

    def to_arrow(self, names: Sequence[str] | None = None) -> pa.Table:
        """Return the columns `names` (all by default) in their own types."""
        places = range(len(self.forms)) if names is None else [self.names.index(name) for name in names]
        return pa.table({self.names[k]: self.forms[k].decode(self.values[:, k]) for k in places})


def numbered(table: pa.Table) -> NumberedTable:
    """Return a table as numbers; columns without a numeric form (lists, bytes) are empty."""
    forms, columns = [], []
    for name in table.column_names:
        column = table.column(name)
        form = ColumnForm(name, column.type, _words(column))
        forms.append(form)
        columns.append(form.encode(column))
    matrix = np.column_stack(columns) if columns else np.empty((table.num_rows, 0))
    return NumberedTable(tuple(forms), matrix)


def _words(column: pa.ChunkedArray) -> pa.Array | None:
    """Return the distinct words of a text column in order; None where values are numbers or days."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pc.unique(column.drop_null()).sort()
    return None
