"""Normalised table cells, and those that may hold encoded content."""

from collections.abc import Callable

import pyarrow as pa
from pyarrow import compute

from strongroom.checker.formats.text.normalised import normalised
from strongroom.checker.formats.text.number_words import in_digits
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tried: int = threshold(200, "cells", "cost: encoded content is visible in a column's first cells")
    letters: int = threshold(
        1 << 22, "characters", "cost: only this much of a column is searched for encodings"
    )
    shortest: int = threshold(12, "characters", "judgement: four escapes, or a piece of base64")


LIMITS = _Limits()


_SEPARATED = r"^\s*[-+]?(?:\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+,\d+)\s*$"
_GERMAN = r",\d{1,2}$|,\d{4,}$|\.\d{3},"
_ESCAPED = r"(?:%[0-9A-Fa-f]{2}|\\[xu][0-9a-fA-F]{2}|=[0-9A-F]{2}){4}"
_ENCODED = rf"[A-Za-z0-9+/_-]{{32,}}|[!-~]{{40,}}|{_ESCAPED}|(?:[01]{{8}} ?){{5}}"
_PIECE = r"^[A-Za-z0-9+/_-]{12,}={0,2}$"


def normalised_table(table: pa.Table) -> pa.Table:
    """Return a table with its text columns normalised."""
    for place, column in enumerate(table.columns):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            changed = _normalised_column(column)
            if changed is not column:
                table = table.set_column(place, table.column_names[place], changed)
    return table


def encoded_cells(table: pa.Table) -> str:
    """Return the cells that may hold (pieces of) an encoding, row by row, one per line."""
    kept: list[pa.ChunkedArray] = []
    for column in table.columns:
        if not pa.types.is_string(column.type) or _longest(column) < LIMITS.shortest:
            continue
        found = column.filter(compute.match_substring_regex(column, _ENCODED))
        if len(found):
            kept.append(found)
        elif _matches(column, _PIECE):
            kept.append(column)
    if not kept:
        return ""
    if len(kept) > 1 and len({len(column) for column in kept}) == 1:
        rows = zip(*(column.to_pylist() for column in kept), strict=True)
        return _joined([cell for row in rows for cell in row])
    return _joined([cell for column in kept for cell in column.to_pylist()])


def _longest(column: pa.ChunkedArray) -> int:
    return compute.max(compute.binary_length(column)).as_py() or 0


def _joined(cells: list[str | None]) -> str:
    return "\n".join(cell for cell in cells if cell)[: LIMITS.letters]


def _normalised_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not compute.all(compute.string_is_ascii(column)).as_py():
        column = _each(column, normalised)
    tried = [cell for cell in column.slice(0, LIMITS.tried).to_pylist() if cell]
    if (
        tried
        and sum(in_digits(cell)[-1:].isdigit() and not cell[-1:].isdigit() for cell in tried) > len(tried) / 2
    ):
        column = _each(column, in_digits)
    if _matches(column, _SEPARATED):
        column = _without_separators(column)
    return column


def _without_separators(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return numbers with a decimal point; a comma is read as one unless it can be a thousands separator."""
    cells = compute.utf8_trim_whitespace(column)
    if compute.any(compute.match_substring_regex(cells, _GERMAN)).as_py():
        cells = compute.replace_substring(compute.replace_substring(cells, ".", ""), ",", ".")
    cells = compute.replace_substring_regex(cells, "[,' ]", "")
    try:
        return cells.cast(pa.float64())
    except pa.ArrowInvalid:
        return cells


def _matches(column: pa.ChunkedArray, pattern: str) -> bool:
    """Return whether every non-empty cell matches a pattern; the first few are tried first."""
    for part in (column.slice(0, LIMITS.tried), column):
        filled = part.drop_null()
        if len(filled) == 0 or not compute.all(compute.match_substring_regex(filled, pattern)).as_py():
            return False
    return True


def _each(column: pa.ChunkedArray, change: Callable[[str], str]) -> pa.ChunkedArray:
    """Return a column with a function applied once to each distinct cell."""
    coded = column.combine_chunks().dictionary_encode()
    rewritten = pa.array([change(cell) for cell in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([rewritten.take(coded.indices)])
