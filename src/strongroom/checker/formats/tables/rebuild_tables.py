"""Tables rebuilt from their cells: delimited text, Parquet, Arrow; workbooks are released as CSV."""

from collections.abc import Callable
from io import BytesIO

import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv
from pyarrow import parquet as pq

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.tables import arrow, delimited, parquet
from strongroom.checker.formats.text.plain_text import require_text
from strongroom.checker.formats.text.rebuild_text import rebuild_text

# "007" is a code, not the number 7: a column with such cells keeps its spelling.
_LEADING_ZERO = r"^\s*[+-]?0\d"


def rebuild_delimited(part: Part, context: Context) -> Rebuilt:
    """Return the table with its delimiter and header, numbers and dates in normal form; otherwise as text."""
    require_text(part.data)
    parsed = delimited.parse(part.data)
    if parsed is None:
        return rebuild_text(part, context)
    table = with_spellings(parsed.table, lambda places: delimited.spellings(part.data, parsed, places))
    change = f"{part.where}: rebuilt from its cells; numbers and dates in shortest form, missing values blank"
    return one_file(part, text_of(table, delimiter=parsed.delimiter, header=parsed.header), change)


def rebuild_parquet(part: Part, context: Context) -> Rebuilt:
    """Return the table as Parquet without metadata."""
    sink = BytesIO()
    pq.write_table(parquet.parse(part, context), sink, store_schema=False)
    return one_file(part, sink.getvalue(), f"{part.where}: rebuilt from its cells, without metadata")


def rebuild_arrow(part: Part, context: Context) -> Rebuilt:
    """Return the table as an Arrow file without metadata."""
    table = arrow.parse(part, context)
    sink = BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return one_file(part, sink.getvalue(), f"{part.where}: rebuilt from its cells, without metadata")


def with_spellings(table: pa.Table, spellings: Callable[[list[int]], list[pa.ChunkedArray]]) -> pa.Table:
    """Return the table with columns of zero-padded numbers as their original text.

    `spellings` gives the cells of columns, named by their places, as text.
    """
    integers = [number for number, kind in enumerate(table.schema.types) if pa.types.is_integer(kind)]
    if not integers:
        return table
    for number, cells in zip(integers, spellings(integers), strict=True):
        if compute.any(compute.match_substring_regex(cells, _LEADING_ZERO)).as_py():
            table = table.set_column(number, table.column_names[number], cells)
    return table


def text_of(table: pa.Table, *, delimiter: str, header: bool) -> bytes:
    """Return a table as delimited text, quoted only where a cell needs it."""
    for quotes in ("none", "needed"):
        sink = BytesIO()
        options = arrow_csv.WriteOptions(
            include_header=header, delimiter=delimiter, quoting_style=quotes, quoting_header=quotes
        )
        try:
            arrow_csv.write_csv(table, sink, options)
        except pa.ArrowInvalid:
            continue
        return sink.getvalue()
    raise UnreadableError(ProblemKind.UNREADABLE, "a table that cannot be written")
