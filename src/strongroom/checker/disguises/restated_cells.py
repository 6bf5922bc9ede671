"""Tables whose cells hold numbers in another form (with words, in lists, as times or bytes), as numbers.

Rows stay rows. The table itself is judged elsewhere, so these are compared with participants only.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import islice

import numpy as np
import pyarrow as pa
from pyarrow import compute

from strongroom.checker.disguises.folded_series import folded
from strongroom.checker.disguises.repeated_words import numbers_in
from strongroom.checker.formats.columns import typed
from strongroom.thresholds import Thresholds, threshold

_DAY_ZERO = 25_569  # fixed: days from 1899-12-30, day 0 of spreadsheets, to 1970
_MICROSECONDS_A_DAY = 86_400_000_000  # fixed: microseconds a day
_DOUBLE = 8  # fixed: bytes of a double
_SINGLE = 4  # fixed: bytes of a single


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(20_000, "rows", "cost: time of a second reading")
    most_parts: int = threshold(64, "parts", "cost: columns of a cell's numbers")
    most_lists: int = threshold(8, "lists", "cost: each is compared with participants")
    least_rows: int = threshold(5, "rows", "judgement: fewer than five rows are no table")
    least_columns: int = threshold(3, "columns", "judgement: fewer values do not identify a person")
    most_of: float = threshold(
        0.8, "share of cells", "judgement: share of a column's cells in one notation; below it is prose"
    )
    sparse: float = threshold(
        0.3, "share of cells", "judgement: tables with more filled cells are compared directly"
    )


LIMITS = _Limits()


def restated_tables(table: pa.Table) -> Iterator[pa.Table]:
    """Yield the table with numbers taken out of its cells, if any change, and the tables in its lists."""
    table = table.slice(0, LIMITS.most_rows)
    if table.num_rows == 0:
        return
    parts = [_numbers(column) for column in table.columns]
    columns = [
        column
        for own, changed in zip(table.columns, parts, strict=True)
        for column in (changed or [own])
        if changed or _is_number(own.type)
    ]
    # Fewer columns do not identify a person; columns that are numbers already are judged without them.
    if sum(map(len, parts)) >= LIMITS.least_columns and table.num_rows >= LIMITS.least_rows:
        yield pa.Table.from_arrays(columns, [f"f{place}" for place in range(len(columns))])
    for column in table.columns:
        if pa.types.is_nested(column.type):
            yield from _of_lists(column)
    yield from _sparse(table)


def _numbers(column: pa.ChunkedArray) -> list[pa.Array]:
    """Return the numbers in a column's cells, one column per number; nothing if they already are numbers."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _beside_words(column)
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        fine = pa.timestamp("us") if pa.types.is_timestamp(kind) else pa.duration("us")
        ticks = column.cast(fine, safe=False).cast(pa.int64()).cast(pa.float64(), safe=False)
        days = compute.divide(ticks, float(_MICROSECONDS_A_DAY))
        return [compute.add(days, float(_DAY_ZERO)).combine_chunks()]
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return _of_bytes(column.to_pylist())
    return []


def _beside_words(column: pa.ChunkedArray) -> list[pa.Array]:
    cells = column.to_pylist()
    readings = {cell: numbers_in(unescape(cell).replace("_", " ")) for cell in set(cells) if cell}
    filled = [readings[cell] for cell in cells if cell]
    if len(filled) < LIMITS.least_rows:
        return []
    width, _ = Counter(map(len, filled)).most_common(1)[0]
    alike = sum(len(each) == width for each in filled)
    if not 0 < width <= LIMITS.most_parts or alike < LIMITS.most_of * len(filled):
        return []
    rows = [readings.get(cell or "", []) for cell in cells]
    return [typed([row[place] if len(row) == width else None for row in rows]) for place in range(width)]


def _of_bytes(cells: Sequence[bytes | None]) -> list[pa.Array]:
    """Return cells of equal length as little-endian floating-point numbers."""
    sizes = {len(cell) for cell in cells if cell}
    size = sizes.pop() if len(sizes) == 1 else 0
    width = next((each for each in (_DOUBLE, _SINGLE) if size and size % each == 0), 0)
    if not width or size > width * LIMITS.most_parts:
        return []
    raw = b"".join(cell or bytes(size) for cell in cells)
    numbers = np.frombuffer(raw, f"<f{width}").reshape(len(cells), -1).astype(np.float64)
    return [pa.array(column) for column in numbers.T] if np.isfinite(numbers).all() else []


def _of_lists(column: pa.ChunkedArray) -> Iterator[pa.Table]:
    from strongroom.checker.formats.text.json_text import tables_in  # noqa: PLC0415 - few tables have lists in them

    values = [each for each in column.to_pylist() if each is not None]
    if pa.types.is_map(column.type):
        values = [dict(each) for each in values]
    for found in islice(tables_in(values, ""), LIMITS.most_lists):
        if found.table.num_columns >= LIMITS.least_columns and found.table.num_rows >= LIMITS.least_rows:
            yield found.table
        if not any(pa.types.is_nested(each.type) for each in found.table.columns):
            yield from restated_tables(found.table)


def _sparse(table: pa.Table) -> Iterator[pa.Table]:
    """Yield the cells of a sparse sheet, row by row, folded into the rows they were written from."""
    held = sum(len(column) - column.null_count for column in table.columns)
    if held > LIMITS.sparse * table.num_rows * table.num_columns or table.num_columns > LIMITS.most_parts:
        return
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    found = folded([str(cell) for row in rows for cell in row if cell is not None])
    if found is not None:
        yield found


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
