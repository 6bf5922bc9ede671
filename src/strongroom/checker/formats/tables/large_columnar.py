"""Large Parquet and Arrow files, a batch of rows at a time: memory does not grow with the file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pyarrow as pa
from pyarrow import parquet as pq

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.formats.part import Context, Kind, Part, UnreadableError
from strongroom.checker.formats.tables import arrow, parquet
from strongroom.checker.formats.tables.formats import ARROW, PARQUET
from strongroom.checker.formats.tables.large_delimited import STREAMED_BYTES
from strongroom.checker.formats.tables.sampled import BATCH_ROWS, TableSearch, can_be_searched
from strongroom.thresholds import Thresholds, threshold

_BEFORE_END = 8  # fixed: Parquet: the footer's length and the magic number


class _Limits(Thresholds):
    """The numbers this module decides by."""

    bytes_per_cell: int = threshold(
        8, "bytes", "derived: a number takes eight; counted against the limit of what a file may unpack to"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class LargeColumns:
    """A columnar table: what was found besides its rows, its schema, and its rows in batches."""

    kind: Kind
    beside: tuple[Artefact, ...]
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]

    def read(self, part: Part, context: Context) -> Iterator[Artefact]:
        """Yield the file's content for checking; raise UnreadableError for a damaged one."""
        yield from self.beside
        with TableSearch(part.where, self.schema, context.id_query) as search:
            try:
                for batch in self.batches:
                    table = pa.Table.from_batches([batch])
                    table.validate(full=True)
                    search.feed(parquet.plain(table))
            except (pa.ArrowException, OSError, ValueError) as error:
                raise UnreadableError(ProblemKind.UNREADABLE, f"damaged {self.kind.name}") from error
            yield search.found()


def open_columns(
    file: int, size: int, part: Part, context: Context
) -> tuple[Kind, Iterator[Artefact]] | None:
    """Return the format of a large table in columns and what is judged of it; None for what is read whole.

    A file that does not end as it should, or whose cells hold lists, is read whole; nothing is used up.
    """
    if size < STREAMED_BYTES or context.id_query == NO_IDS:
        return None
    start, end = os.pread(file, _BEFORE_END, 0), os.pread(file, _BEFORE_END, size - _BEFORE_END)
    try:
        columns = None
        if _is(PARQUET, b"PAR1", (start, end), part, context):
            columns = _parquet(_opened(file), size, part, context)
        elif _is(ARROW, arrow.MAGIC, (start, end), part, context):
            columns = _arrow(_opened(file), part)
    except (pa.ArrowException, OSError, ValueError):
        return None  # damaged, which is reported when all of it is read
    return None if columns is None else (columns.kind, columns.read(part, context))


def _is(kind: Kind, magic: bytes, ends: tuple[bytes, bytes], part: Part, context: Context) -> bool:
    framed = ends[0].startswith(magic) and ends[1].endswith(magic)
    return framed and not context.formats.disagreement(kind, part.name)


def _opened(file: int) -> pa.PythonFile:
    return pa.PythonFile(os.fdopen(os.dup(file), "rb"), mode="r")


def _parquet(opened: pa.PythonFile, size: int, part: Part, context: Context) -> LargeColumns | None:
    file = pq.ParquetFile(opened)
    schema = _plain(file.schema_arrow)
    if not can_be_searched(schema):
        return None
    context.budget.take(file.metadata.num_rows * file.metadata.num_columns * LIMITS.bytes_per_cell)
    beside = [
        *parquet.left_over(part, size, file.metadata),
        *parquet.metadata_texts(part, file.schema_arrow, file.metadata.metadata or {}),
    ]
    return LargeColumns(PARQUET, tuple(beside), schema, file.iter_batches(BATCH_ROWS))


def _arrow(opened: pa.PythonFile, part: Part) -> LargeColumns | None:
    file = pa.ipc.open_file(opened)
    schema = _plain(file.schema)
    if not can_be_searched(schema):
        return None
    beside = parquet.metadata_texts(part, file.schema, file.schema.metadata or {})
    parts = chain.from_iterable(
        _in_parts(file.get_batch(number)) for number in range(file.num_record_batches)
    )
    return LargeColumns(ARROW, tuple(beside), schema, parts)


def _in_parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, BATCH_ROWS):
        yield batch.slice(start, BATCH_ROWS)


def _plain(schema: pa.Schema) -> pa.Schema:
    return parquet.plain(schema.empty_table()).schema
