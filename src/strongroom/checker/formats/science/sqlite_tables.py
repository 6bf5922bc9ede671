"""SQLite databases: every table, the words of their schema, and remains of deleted rows in the pages."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.contents.row_sample import joined
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.science.arrays import cells, raw_bytes
from strongroom.checker.formats.science.sqlite_file import (
    Column,
    columns,
    excess_bytes,
    free_pages,
    header,
    opened,
    page_bytes,
    quoted,
    tables,
)
from strongroom.checker.formats.tables.large_delimited import STREAMED_BYTES
from strongroom.checker.formats.tables.sampled import BATCH_ROWS, TableSearch, Widening
from strongroom.checker.formats.text.plain_text import with_tables
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_blobs: int = threshold(500, "blobs", "cost: each is judged by itself; the others are judged as one")
    excess_bytes: int = threshold(512, "bytes", "judgement: any database leaves as much unused")
    excess_part: int = threshold(
        200, "parts of the file", "judgement: half a percent; pages are never filled twice in the same way"
    )


LIMITS = _Limits()


_WORD = re.compile(rb"[ -~]{4,}")


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the rows of every table, the schema as text, and remains of what was deleted."""
    about = header(part.data)
    if about.reserved or len(part.data) != about.pages * about.page:
        yield part.problem(ProblemKind.TRAILING_BYTES, "data outside the database's pages")
    with opened(part) as connection:
        schema = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema") if sql]
        yield FoundText(f"{part.where} > schema", b"\n".join(schema).decode("utf-8", errors="replace"))
        for name in tables(connection):
            where = part.inner(b"", name).where
            found, blobs = _large(connection, name, where, context) or _whole(
                connection, name, where, context
            )
            yield found
            for blob in blobs[: LIMITS.most_blobs]:
                yield from raw_bytes(part.inner(b"", f"{name} > blob"), blob, context)
            rest = b"".join(blobs[LIMITS.most_blobs :])
            yield from raw_bytes(part.inner(b"", f"{name} > blobs"), rest, context)
        yield from _remains(part, connection)


def _whole(
    connection: sqlite3.Connection, name: str, where: str, context: Context
) -> tuple[FoundTable, list[bytes]]:
    table, blobs = contents(connection, name, context)
    return FoundTable(where, table), blobs


def _large(
    connection: sqlite3.Connection, name: str, where: str, context: Context
) -> tuple[FoundTable, list[bytes]] | None:
    """Return a sample of a large table, searched some rows at a time, and its blobs; None for a small one."""
    described = columns(connection, name)
    size = 8 * len(described) * _count(connection, name)
    if context.id_query == NO_IDS or size < STREAMED_BYTES:
        return None
    context.budget.take(size)
    blobs = list[bytes]()
    schema = Widening([column.name for column in described]).schema
    with TableSearch(where, schema, context.id_query) as search:
        for batch in _batches(connection, name, described, blobs):
            search.feed(batch)
        return search.found(), blobs


def _batches(
    connection: sqlite3.Connection, name: str, described: list[Column], blobs: list[bytes]
) -> Iterator[pa.Table]:
    """Yield a table's rows some at a time, in types that hold all so far, and add to its blobs."""
    widening = Widening([column.name for column in described])
    rows = connection.execute(f"SELECT * FROM {quoted(name)}")  # noqa: S608 - a quoted name
    while batch := rows.fetchmany(BATCH_ROWS):
        made = [_column([_cell(cell, blobs) for cell in column]) for column in zip(*batch, strict=True)]
        yield widening.widened(pa.table(made, names=_names(described, len(made))))


def _column(values: list[Any]) -> pa.Array:
    """Return a column of a batch; if it is empty, a later batch decides its type."""
    empty = all(value is None for value in values)
    return pa.nulls(len(values)) if empty else cells(values)


def contents(connection: sqlite3.Connection, name: str, context: Context) -> tuple[pa.Table, list[bytes]]:
    """Return a table's rows, and its blobs, which no cell shows."""
    described = columns(connection, name)
    context.budget.take(8 * len(described) * _count(connection, name))
    blobs = list[bytes]()
    batches = list(_batches(connection, name, described, blobs))
    if batches:
        return joined(batches), blobs
    return pa.table([cells([]) for _ in described], names=[column.name for column in described]), blobs


def _count(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0])  # noqa: S608 - as above


def _names(described: list[Column], width: int) -> list[str]:
    if len(described) != width:
        raise UnreadableError(ProblemKind.UNREADABLE, "a table whose columns contradict its schema")
    return [column.name for column in described]


def _cell(value: Any, blobs: list[bytes]) -> Any:
    """Return a value as a cell; text comes as bytes too, and what is no text is a blob."""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        blobs.append(value)
        return None
    if "\x00" in text:
        blobs.append(value)
        return None
    return text


def _remains(part: Part, connection: sqlite3.Connection) -> Iterator[Artefact]:
    """Yield the words in free pages; and a problem where pages hold more than their rows."""
    about = header(part.data)
    old = free_pages(part.data, about)
    if old:
        words = [_WORD.findall(page_bytes(part.data, about, number)) for number in old]
        shown = b"\n".join(word for page in words for word in page).decode("ascii")
        yield from with_tables(f"{part.where} > free pages", shown)
        yield part.problem(ProblemKind.HIDDEN_CONTENT, f"{len(old)} free pages with deleted content")
        return
    excess = excess_bytes(connection, part.data, about)
    if excess > LIMITS.excess_bytes + len(part.data) // LIMITS.excess_part:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "pages contain more data than their rows")
