"""Delimited tables: comma, tab, semicolon or pipe; a file with uneven rows is read as text."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import compress

import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv

from strongroom.checker.contents.found import Artefact, FoundOpaque, FoundTable, Origin
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text import plain_text
from strongroom.checker.formats.text.ciphers import is_enciphered, is_reversed, reversed_letters
from strongroom.thresholds import Thresholds, threshold

DELIMITERS = ",\t;|"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sniffed_bytes: int = threshold(1 << 18, "bytes", "cost: the layout shows at the beginning")
    sniffed_lines: int = threshold(100, "lines", "cost: the layout shows in the first lines")
    looked_at: int = threshold(1 << 12, "bytes", "cost: whether it is a cipher shows at the beginning")
    block_bytes: int = threshold(4 << 20, "bytes", "cost: Arrow parses blocks of this size in parallel")


LIMITS = _Limits()


_PARTED = r"[\s,;|]"


@dataclass(frozen=True)
class Delimited:
    """A parsed table, its delimiter, and whether its first row held names."""

    table: pa.Table = field(repr=False)
    delimiter: str
    header: bool


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield a delimited file's table; a file with uneven rows is read as text."""
    plain_text.require_text(part.data)
    parsed = parse(part.data)
    if parsed is None:
        yield from plain_text.read(part, context)
    else:
        yield FoundTable(part.where, parsed.table)
        yield from _from_the_end(part)


def _from_the_end(part: Part) -> Iterator[Artefact]:
    """Yield the table with its lines reversed, if many of its numbers begin with a zero."""
    head = part.data[: LIMITS.looked_at].decode(errors="replace")
    if not is_reversed(head):
        return
    if is_enciphered(head):
        yield FoundOpaque(part.where, len(part.data), len(compress(part.data)), "reversed words and numbers")
    parsed = parse(reversed_letters(part.data.decode("utf-8-sig")).encode())
    if parsed is not None:
        yield FoundTable(f"{part.where} > numbers from their ends", parsed.table, Origin.DECODED)


def parse(data: bytes) -> Delimited | None:
    """Return valid UTF-8 `data` as a table with inferred types, or None if rows are uneven."""
    delimiter, rows = sniff(data)
    if not rows:
        return None
    header = has_header(rows)
    try:
        table = _parse(data, delimiter, arrow_csv.ReadOptions(autogenerate_column_names=not header))
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    if any(pa.types.is_binary(kind) for kind in table.schema.types) or _hides_columns(table):
        return None
    return Delimited(table, delimiter, header)


def spellings(data: bytes, parsed: Delimited, columns: Sequence[int]) -> list[pa.ChunkedArray]:
    """Return the cells of some columns of a parsed table as their original text."""
    names = [f"f{number}" for number in range(parsed.table.num_columns)]
    options = arrow_csv.ReadOptions(column_names=names, skip_rows=int(parsed.header))
    chosen = [names[number] for number in columns]
    table = _parse(data, parsed.delimiter, options, dict.fromkeys(chosen, pa.string()))
    return [table.column(name) for name in chosen]


def sniff(data: bytes) -> tuple[str, list[list[str]]]:
    """Return the delimiter under which the first lines have the most equal fields, and those lines' fields.

    A single column is a table too (a list of identifiers is).
    """
    best: tuple[str, list[list[str]]] = ("", [])
    for delimiter in DELIMITERS:
        rows = _first_rows(data, delimiter)
        widths = {len(row) for row in rows}
        if len(widths) == 1 and (not best[1] or len(rows[0]) > len(best[1][0])):
            best = (delimiter, rows)
    return best


def has_header(rows: list[list[str]]) -> bool:
    """Return whether the first row names columns: no number in it, or a name standing above a number."""
    first = rows[0]
    if not any(_is_number(cell) for cell in first):
        return True
    second = rows[1] if len(rows) > 1 else []
    named = [
        name
        for name, below in zip(first, second, strict=False)
        if name and _is_number(below) and not _is_number(name)
    ]
    return bool(named)


def _first_rows(data: bytes, delimiter: str) -> list[list[str]]:
    head = data[: LIMITS.sniffed_bytes]
    complete = len(head) == len(data)
    lines = head.decode("utf-8-sig", errors="replace").splitlines()
    if not complete and len(lines) > 1:
        lines = lines[:-1]  # the last line may be cut
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) == LIMITS.sniffed_lines:
                break
    except csv.Error:
        return []
    # A quoted cell may run past the end of the sample.
    return rows[:-1] if not complete and len(rows) > 1 and len(rows) < LIMITS.sniffed_lines else rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.strip().lower() not in {"nan", "inf", "infinity"}


def _hides_columns(table: pa.Table) -> bool:
    """Return whether a single column's cells have parts: aligned columns, or inconsistent delimiters."""
    if table.num_columns != 1 or table.schema.types[0] != pa.string():
        return False
    return bool(compute.any(compute.match_substring_regex(table.column(0), _PARTED)).as_py())


def _blanks_are_cells(data: bytes, delimiter: str) -> bool:
    """Return whether empty lines are missing cells of a single column.

    Otherwise columns of one table that are submitted one by one would differ in length.
    """
    if b"\n\n" not in data and b"\n\r\n" not in data:
        return False
    head = data[: LIMITS.sniffed_bytes]
    return delimiter.encode() not in head and b'"' not in head and not head.startswith((b"\n", b"\r\n"))


def _parse(
    data: bytes,
    delimiter: str,
    options: arrow_csv.ReadOptions,
    only: Mapping[str, pa.DataType] | None = None,
) -> pa.Table:
    options.block_size = LIMITS.block_bytes
    kept = _blanks_are_cells(data, delimiter)
    return arrow_csv.read_csv(
        pa.py_buffer(data),
        read_options=options,
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=b'"' in data, ignore_empty_lines=not kept
        ),
        convert_options=arrow_csv.ConvertOptions(column_types=only, include_columns=list(only or ())),
    )
