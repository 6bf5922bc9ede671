"""Cells that a spreadsheet program would run when it opens delimited text are preceded by an apostrophe.

A cell that begins with =, @, + or -, a tab or a carriage return is read as a formula, which may call a
program or send what is in other cells to an address. Numbers, and ranges and intervals of them, are left
alone: without a letter there is no name to call.
"""

import re

import pyarrow as pa
from pyarrow import compute

# As RE2 and Python understand them. Programs read the wide forms of East Asian keyboards as the narrow ones.
_STARTS = r"^\s?[=@+\-\t\r＝＠＋－]"  # noqa: RUF001 - the wide forms
_NUMBERS = (
    r"(?i)^[+\-](?:\d[\d.,]*e[+\-]?\d+|[\d\s.,;:()\[\]%±–—−/*^<>~+\-]"  # noqa: RUF001 - dashes, minus signs
    r"|\bto\b|\band\b|\bNA\b|\bn/a\b|\binf(?:inity)?\b|\bnan\b)*$"
)
_BEFORE = "'"


def without_formulas(table: pa.Table) -> tuple[pa.Table, int]:
    """Return a table whose cells and names start no formula, and how many were changed."""
    changed, columns = 0, []
    for column in table.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            runs = _runs(column)
            count = compute.sum(runs).as_py() or 0
            if count:
                changed += count
                quoted = compute.binary_join_element_wise(
                    pa.scalar(_BEFORE, column.type), column, pa.scalar("", column.type)
                )
                columns.append(compute.if_else(runs, quoted, column))
                continue
        columns.append(column)
    names = [harmless(name) for name in table.column_names]
    changed += sum(new != old for new, old in zip(names, table.column_names, strict=True))
    return pa.Table.from_arrays(columns, names) if changed else table, changed


def harmless(cell: str) -> str:
    """Return a cell that starts no formula."""
    return _BEFORE + cell if re.search(_STARTS, cell) and not re.search(_NUMBERS, cell) else cell


def harmless_lines(text: str) -> str:
    """Return text that is opened as a table although it is none: no line and no cell starts a formula."""
    return re.sub(r"[^\n,;\t]+", lambda cell: harmless_quoted(cell[0]), text)


def harmless_quoted(cell: str) -> str:
    """Return a cell, which quotation marks may enclose, that starts no formula."""
    return '"' + harmless(cell[1:]) if cell.startswith('"') else harmless(cell)


def change_of_formulas(count: int) -> str:
    """Return in words what `without_formulas` changed; "" for nothing."""
    return f"{count} cells begin with an apostrophe, or a spreadsheet would run them" if count else ""


def _runs(column: pa.ChunkedArray) -> pa.ChunkedArray:
    starts = compute.match_substring_regex(column, _STARTS)
    if not compute.any(starts).as_py():
        return starts
    return compute.and_not(starts, compute.match_substring_regex(column, _NUMBERS))
