"""Tables in HTML, as pandas, R and OpenSAFELY's reports print them."""

import pyarrow as pa

from strongroom.checker.readers.html_page import parse_page
from strongroom.checker.readers.text import infer


def html_tables(content: str) -> list[pa.Table]:
    """Return the tables in a piece of HTML."""
    return [as_table(rows) for rows in parse_page(content).tables]


def as_table(rows: list[list[str]]) -> pa.Table:
    """Return rows of cells as a table, its columns typed; short rows are filled at the left."""
    width = max(len(row) for row in rows)
    # A spanned header row is shorter than the rest: its cells belong at the right.
    padded = [[""] * (width - len(row)) + row for row in rows]
    columns = [infer([row[number] for row in padded]) for number in range(width)]
    return pa.table(columns, names=[f"f{number}" for number in range(width)])
