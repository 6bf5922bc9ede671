"""Numbers whose digits hold several values one after the other, cut where a value begins.

The first digits of a measurement vary less than its last ones: systolic pressures begin with 1 and end with
any digit. So a value begins where a digit varies much less than the one before it. The digits of an estimate
vary more and more, and are not cut.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.formats.columns import table_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(20, "rows", "judgement: fewer rows do not show how much a digit varies")
    most_rows: int = threshold(20_000, "rows", "cost: time of a second reading")
    tried: int = threshold(400, "rows", "cost: as many show where digits are cut; most tables have no such")
    least_digits: int = threshold(3, "digits", "derived: two values, one of them with two digits")
    most_digits: int = threshold(
        15, "digits", "derived: a double has no more; its last ones are rounding errors"
    )
    less: float = threshold(
        0.4, "bits", "judgement: by chance, a digit varies less than the one before it by at most as much"
    )
    alike: float = threshold(0.9, "share of cells", "judgement: nearly all cells have as many digits")
    most_columns: int = threshold(24, "columns", "cost: cells are cut in Python")


LIMITS = _Limits()


def packed_digits(table: pa.Table) -> pa.Table | None:
    """Return a table's numbers with those that hold several values cut into these, None if there are none."""
    if not LIMITS.least_rows <= table.num_rows <= LIMITS.most_rows:
        return None
    if table.num_rows > LIMITS.tried and packed_digits(table.slice(0, LIMITS.tried)) is None:
        return None
    columns: list[list[str | None]] = []
    cut = False
    for column in table.columns[: LIMITS.most_columns]:
        cells = _written(column)
        pieces = _pieces(cells)
        cut |= bool(pieces)
        columns.extend(pieces or [cells])
    return table_of(columns) if cut else None


def _written(column: pa.ChunkedArray) -> list[str | None]:
    return [None if cell is None else str(cell).strip() for cell in column.to_pylist()]


def _pieces(cells: Sequence[str | None]) -> list[list[str | None]]:
    """Return the values that a column's digits hold, none if they hold one."""
    split = [_digits(cell) for cell in cells]
    lengths = [tuple(map(len, each)) for each in split if each is not None]
    if len(lengths) < LIMITS.alike * len(cells):
        return []
    decimals = max(length for _, length in lengths)
    whole = max(length for length, _ in lengths)
    digits = whole + decimals
    same = sum(length == whole for length, _ in lengths) >= LIMITS.alike * len(lengths)
    if not same or not LIMITS.least_digits <= digits <= LIMITS.most_digits:
        return []
    # Programs leave out zeros at the end of decimals.
    texts = [
        each[0] + each[1].ljust(decimals, "0") if each is not None and len(each[0]) == whole else None
        for each in split
    ]
    starts = _starts(np.array([list(map(int, text)) for text in texts if text is not None], np.int64))
    edges = pairwise([0, *starts, digits]) if starts else ()
    return [[None if text is None else text[first:last] for text in texts] for first, last in edges]


def _digits(cell: str | None) -> tuple[str, str] | None:
    """Return the digits before and after the point, None for anything but a plain number."""
    whole, _, decimals = (cell or "").removeprefix("-").partition(".")
    plain = (whole + decimals).isascii() and (whole + decimals).isdecimal()
    return (whole.removeprefix("0") if decimals else whole, decimals) if plain else None


def _starts(codes: NDArray[np.int64]) -> list[int]:
    """Return the places at which digits, shape (rows, places), vary much less than those before."""
    bits = [_bits(np.bincount(place, minlength=10) / len(place)) for place in codes.T]
    return [place for place in range(1, len(bits)) if bits[place] < bits[place - 1] - LIMITS.less]


def _bits(shares: NDArray[np.float64]) -> float:
    present = shares[shares > 0]
    return float(-np.sum(present * np.log2(present)))
