"""Tables in HTML, as pandas, R and OpenSAFELY's reports print them."""

import pyarrow as pa

from strongroom.checker.formats.documents.html_page import parse_page
from strongroom.checker.formats.text.plain_text import infer


def html_tables(content: str) -> list[pa.Table]:
    """Return the tables in a piece of HTML."""
    return [as_table(rows) for rows in parse_page(content).tables]


def as_table(rows: list[list[str]]) -> pa.Table:
    """Return rows of cells as a table, its columns typed; short rows are filled at the left.

    Words above numbers are the columns' names; read as cells they would turn the columns into text.
    """
    width = max(len(row) for row in rows)
    # A spanned header row is shorter than the rest: its cells belong at the right.
    padded = [[""] * (width - len(row)) + row for row in rows]
    columns = [infer([row[number] for row in padded]) for number in range(width)]
    names = [f"f{number}" for number in range(width)]
    if any(cell.strip() and not column[0].is_valid for cell, column in zip(padded[0], columns, strict=True)):
        columns = [column.slice(1) for column in columns]
        names = _names(padded[0])
    return pa.table(columns, names=names)


def _names(cells: list[str]) -> list[str]:
    """Return the cells of a header, made unique; an empty one is named by its position."""
    named: list[str] = []
    for number, cell in enumerate(cell.strip() for cell in cells):
        named.append(cell if cell and cell not in named else f"{cell} f{number}".strip())
    return named
