"""Tables rebuilt from their cells: delimited text, Parquet, Arrow; workbooks are released as CSV."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyarrow import parquet as pq

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.tables import arrow, delimited, parquet
from strongroom.checker.formats.tables.cell_spellings import SpelledCells
from strongroom.checker.formats.tables.formulas import (
    change_of_formulas,
    harmless_lines,
    without_formulas,
)
from strongroom.checker.formats.text.plain_text import require_text
from strongroom.checker.formats.text.rebuild_text import rebuild_text

_CHANGE = "rebuilt from its cells; blanks around numbers and needless quotes are left out"


def rebuild_delimited(part: Part, context: Context) -> Rebuilt:
    """Return the table with its delimiter, header and the spelling of its cells; otherwise as text."""
    require_text(part.data)
    parsed = delimited.parse(part.data)
    if parsed is None:
        rebuilt = rebuild_text(part, context)
        # Its name makes a spreadsheet open it, whatever it is.
        return replace(rebuilt, files=tuple(map(_harmless, rebuilt.files)))
    spelled = SpelledCells()
    kept = spelled.kept(parsed.table, lambda places: delimited.spellings(part.data, parsed, places))
    table, formulas = without_formulas(kept)
    return one_file(
        part,
        text_of(table, delimiter=parsed.delimiter, header=parsed.header),
        change_of(part, spelled, formulas),
    )


def _harmless(copy: Copy) -> Copy:
    return replace(
        copy,
        data=harmless_lines(copy.data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"),
    )


def change_of(part: Part, spelled: SpelledCells, formulas: int) -> str:
    """Return what the copy of a delimited table changed, in words; `formulas` are cells made harmless."""
    changes = (f"{part.where}: {_CHANGE}", spelled.change(), change_of_formulas(formulas))
    return "; ".join(filter(None, changes))


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


def text_of(table: pa.Table, *, delimiter: str, header: bool) -> bytes:
    """Return a table as delimited text, cells quoted only where they need it.

    Raises UnreadableError for a table with columns of lists or records.
    """
    special = f'[{re.escape(delimiter)}"\r\n]'
    try:
        columns = [_as_text(column, special) for column in table.columns]
    except pa.ArrowException as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a table that cannot be written") from error
    names = [_quoted(name) if re.search(special, name) else name for name in table.column_names]
    pieces: list[bytes | memoryview] = [(delimiter.join(names) + "\n").encode()] if header else []
    if table.num_rows:
        rows = compute.binary_join_element_wise(*columns, _letter(delimiter))
        pieces += map(_letters, compute.binary_join_element_wise(rows, _letter("\n"), _letter("")).chunks)
    return b"".join(pieces)


def _as_text(column: pa.ChunkedArray, special: str) -> pa.ChunkedArray:
    kind = column.type
    cells = compute.fill_null(compute.cast(column, pa.large_string()), "")
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return cells
    needed = compute.match_substring_regex(cells, special)
    if not compute.any(needed).as_py():
        return cells
    doubled = compute.replace_substring(cells, '"', '""')
    quote = _letter('"')
    return compute.if_else(
        needed, compute.binary_join_element_wise(quote, doubled, quote, _letter("")), cells
    )


def _letter(letter: str) -> pa.LargeStringScalar:
    return pa.scalar(letter, pa.large_string())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _letters(chunk: pa.Array) -> memoryview:
    """Return the letters of all cells of a chunk in a row."""
    ends, letters = chunk.buffers()[1:]
    places = np.frombuffer(ends, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
    return memoryview(letters)[int(places[0]) : int(places[-1])]
