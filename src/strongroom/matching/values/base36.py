"""Tables whose numbers are written in base 36: whole, so a decimal point was moved out of the way first."""

import re

import numpy as np
import pyarrow as pa

_FEWEST_COLUMNS, _FEWEST_CELLS = 2, 3
_MIXED = 0.3
_MOST_POINT = 6
_DIGITS = re.compile(r"-?[0-9a-z]{1,10}")


def from_base_36(table: pa.Table) -> pa.Table | None:
    """Return a table with its columns in base 36 read as numbers; None where no two columns are in it.

    How far the point was moved is what the roundest column says: all columns were moved alike.
    """
    read = {place: _numbers(column) for place, column in enumerate(table.columns)}
    based = {place: numbers for place, numbers in read.items() if numbers is not None}
    if len(based) < _FEWEST_COLUMNS:
        return None
    point = max(map(_roundness, based.values()))
    columns = [
        pa.array(based[place] / 10**point, from_pandas=True) if place in based else column
        for place, column in enumerate(table.columns)
    ]
    return pa.Table.from_arrays(columns, table.column_names)


def _numbers(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return a column's numbers, nan where nothing is; None where its cells are words or plain numbers."""
    if not pa.types.is_string(column.type):
        return None
    cells = [(cell or "").strip() for cell in column.to_pylist()]
    filled = [cell.lower() for cell in cells if cell]
    if len(filled) < _FEWEST_CELLS or not all(map(_DIGITS.fullmatch, filled)):
        return None
    mixed = sum(not cell.isalpha() and not cell.lstrip("-").isdigit() for cell in filled)
    if mixed < _MIXED * len(filled):
        return None
    return np.array([int(cell, 36) if cell else np.nan for cell in cells], np.float64)


def _roundness(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """Return of which power of ten all numbers are multiples."""
    present = numbers[np.isfinite(numbers)]
    return max(power for power in range(_MOST_POINT + 1) if np.all(present % 10**power == 0))
