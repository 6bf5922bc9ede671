"""Plain text: prose, logs, source code; and the tables that stand inside it."""

import re
from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa
from pyarrow import csv as arrow_csv

from strongroom.checker.artefacts import Artefact, FoundTable, FoundText, ProblemKind
from strongroom.checker.readers.part import Context, Part, UnreadableError

_LEAST_ROWS = 5
_DELIMITERS = "\t|;,"
_GAPS = re.compile(r"[ \t]+")
_RULE = re.compile(r"[\s|:+=\-]*")
_SHOWN_TABLES = 2_000


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the text, and every table in it."""
    del context
    content = decode(part.data)
    yield FoundText(part.where, content)
    yield from tables_in(content, part.where)


def decode(data: bytes) -> str:
    """Return the text that `data` is, strictly UTF-8 without NULs; raise UnreadableError."""
    require_text(data, decoded=False)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "is not UTF-8 text") from error


def require_text(data: bytes, *, decoded: bool = True) -> None:
    """Raise UnreadableError unless `data` is text: no NULs and, when `decoded`, valid UTF-8."""
    if b"\x00" in data:
        raise UnreadableError(ProblemKind.UNREADABLE, "a text with NUL bytes")
    if decoded and not data.isascii():
        decode(data)


def tables_in(content: str, where: str) -> Iterator[FoundTable]:
    """Yield the tables inside a text: runs of at least five lines that agree in delimiter and width.

    Tried in turn on lines no table has taken yet: delimiters, then columns parted by spaces, then a lone
    token a line (a list of identifiers).
    """
    lines = content.splitlines()
    number = 0
    for start, block in _paragraphs(lines):
        for offset, rows in _tables_of(block):
            number += 1
            if number > _SHOWN_TABLES:
                raise UnreadableError(ProblemKind.TOO_LARGE, f"more than {_SHOWN_TABLES} tables in a text")
            yield FoundTable(f"{where} > table at line {start + offset + 1}", rows)


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    position = 0
    for filled, group in groupby(lines, key=lambda line: bool(line.strip())):
        block = list(group)
        if filled and len(block) >= _LEAST_ROWS:
            yield position, block
        position += len(block)


def _tables_of(block: list[str]) -> Iterator[tuple[int, pa.Table]]:
    taken = [False] * len(block)
    for delimiter in _DELIMITERS:
        widths = [0 if used else line.count(delimiter) for line, used in zip(block, taken, strict=True)]
        for start, stop in _runs(widths):
            taken[start:stop] = [True] * (stop - start)
            yield start, _delimited(block[start:stop], delimiter)
    widths = [0 if used else len(_GAPS.split(line.strip())) for line, used in zip(block, taken, strict=True)]
    for start, stop in _runs(widths):
        # Prose has lines of equal word counts too; a table of one row's words is no harm to look at.
        yield start, _columns([_GAPS.split(line.strip()) for line in block[start:stop]])


def _runs(widths: list[int]) -> Iterator[tuple[int, int]]:
    position = 0
    for width, group in groupby(widths):
        length = sum(1 for _ in group)
        if width and length >= _LEAST_ROWS:
            yield position, position + length
        position += length


def _delimited(lines: list[str], delimiter: str) -> pa.Table:
    rows = [line for line in lines if not _RULE.fullmatch(line)]  # the rule under a Markdown header
    try:
        return arrow_csv.read_csv(
            pa.py_buffer("\n".join(rows).encode()),
            read_options=arrow_csv.ReadOptions(autogenerate_column_names=False, block_size=1 << 26),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter),
        )
    except pa.ArrowException:
        return _columns([line.split(delimiter) for line in rows])


def _columns(rows: list[list[str]]) -> pa.Table:
    width = max((len(row) for row in rows), default=0)
    cells = [[row[index].strip() if index < len(row) else None for row in rows] for index in range(width)]
    return pa.table([infer(column) for column in cells], names=[f"f{index}" for index in range(width)])


def infer(cells: list[str | None]) -> pa.Array:
    """Return cells as numbers where every one but the first (a header) is a number, otherwise as text."""
    column = pa.array(cells, pa.string())
    for kind in (pa.int64(), pa.float64()):
        for candidate in (column, column.slice(1)):
            try:
                if len(candidate) > 0:
                    return pa.concat_arrays(
                        [pa.nulls(len(column) - len(candidate), kind), candidate.cast(kind)]
                    )
            except pa.ArrowInvalid:
                continue
    return column
