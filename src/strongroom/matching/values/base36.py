"""Read tables whose numbers are written in base 36 as whole numbers, with the decimal point shifted."""

import re

import numpy as np
import pyarrow as pa

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        2,
        "columns",
        "judgement: one column of short codes can look like base 36 by accident; two at once seldom do",
    )
    least_cells: int = threshold(3, "filled cells", "judgement: one or two cells do not show a notation")
    least_mixed: float = threshold(
        0.3,
        "share of cells with letters and digits",
        "judgement: words have letters only and plain numbers digits only; base-36 numbers mix them",
    )
    most_decimals: int = threshold(
        6,
        "decimals",
        "derived: the six decimals of comparable values (values/comparable)",
    )


LIMITS = _Limits()


_DIGITS = re.compile(r"-?[0-9a-z]{1,10}")


def from_base_36(table: pa.Table) -> pa.Table | None:
    """Return a table with its base-36 columns read as numbers; None if fewer than two columns are in base 36.

    How far the point was shifted is read off the roundest column: all columns were shifted alike.
    """
    read = {place: _numbers(column) for place, column in enumerate(table.columns)}
    based = {place: numbers for place, numbers in read.items() if numbers is not None}
    if len(based) < LIMITS.least_columns:
        return None
    point = max(map(_roundness, based.values()))
    columns = [
        pa.array(based[place] / 10**point, from_pandas=True) if place in based else column
        for place, column in enumerate(table.columns)
    ]
    return pa.Table.from_arrays(columns, table.column_names)


def _numbers(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return a column's numbers, NaN for empty cells; None if its cells are words or plain numbers."""
    if not pa.types.is_string(column.type):
        return None
    cells = [(cell or "").strip() for cell in column.to_pylist()]
    filled = [cell.lower() for cell in cells if cell]
    if len(filled) < LIMITS.least_cells or not all(map(_DIGITS.fullmatch, filled)):
        return None
    mixed = sum(not cell.isalpha() and not cell.lstrip("-").isdigit() for cell in filled)
    if mixed < LIMITS.least_mixed * len(filled):
        return None
    return np.array([int(cell, 36) if cell else np.nan for cell in cells], np.float64)


def _roundness(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """Return the highest power of ten that divides all numbers."""
    present = numbers[np.isfinite(numbers)]
    return max(power for power in range(LIMITS.most_decimals + 1) if np.all(present % 10**power == 0))
