"""One ingest: what its tables share, and how a table is stored."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Dictionary
from strongroom.cohort.ingest.inspection import ColumnInspection
from strongroom.cohort.ingest.plan import PlannedColumn, TablePlan
from strongroom.cohort.ingest.source import Chunk
from strongroom.cohort.ingest.type_conversion import describe_misfit, first_unconvertible
from strongroom.cohort.keys import new_key, wrap
from strongroom.cohort.store import EncryptedTableWriter, StoredTable, TableKind, file_sha256
from strongroom.errors import IngestError
from strongroom.ids import RandomBytes, new_id
from strongroom.progress import Progress

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class IngestJob:
    """What all tables of one ingest share; `directory` receives their files, `key` wraps their keys."""

    directory: Path
    dictionary: Dictionary
    id_column: str
    key: bytes = field(repr=False)
    progress: Progress
    random: RandomBytes
    clock: Clock


def store_table(
    intake: IngestJob, *, name: str, kind: TableKind, schema: pa.Schema, tables: Iterable[pa.Table]
) -> StoredTable:
    """Write a table under a new key; the next piece is prepared while one is encrypted and written."""
    file_id, data_key = new_id("file", random=intake.random), new_key(intake.random)
    path = intake.directory / f"{name}.parquet"
    with EncryptedTableWriter(path, schema, key=data_key, file_id=file_id) as writer:
        _overlapping(tables, writer.write)
    return StoredTable(
        name=name,
        kind=kind,
        file=path.name,
        file_id=file_id,
        rows=writer.rows,
        columns=tuple(schema.names),
        wrapped_key=wrap(intake.key, data_key, context=file_id, random=intake.random),
        sha256=file_sha256(path),
    )


def inspections(intake: IngestJob, plan: TablePlan) -> dict[str, ColumnInspection]:
    """Return the empty counts of a table's columns, by stored name."""
    return {column.name: ColumnInspection(column, clock=intake.clock) for column in plan.columns}


def planned_values(
    chunk: Chunk,
    plan: TablePlan,
    inspections_by_name: Mapping[str, ColumnInspection],
    *,
    file: Path,
    rows: pa.Array | None = None,
) -> dict[str, pa.Array]:
    """Return a chunk's columns in their stored types, inspected; only of `rows` (indices), if given."""
    values = {}
    for column in plan.columns:
        array = _conformed(chunk, column, file)
        values[column.name] = array if rows is None else array.take(rows)
        inspections_by_name[column.name].add(values[column.name])
    return values


def declared_names(declared: Collection[str], dictionary: Dictionary) -> frozenset[str]:
    """Return the stored names of the columns that the custodian declares as identifying people."""
    fields = {name: dictionary.resolve(name) for name in declared}
    return frozenset(name if field is None else field.name for name, field in fields.items())


def _conformed(chunk: Chunk, column: PlannedColumn, file: Path) -> pa.Array:
    array = chunk.arrays[column.position]
    try:
        return column.conform(array)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        index = first_unconvertible(array, column.conform) or 0
    message, hint = describe_misfit(array[index].as_py(), column.type, column.field.format)
    row = chunk.first_row + index
    raise IngestError(message, file=file, row=row, column=column.source, hint=hint)


def _overlapping(items: Iterable[_Item], work: Callable[[_Item], None]) -> None:
    """Do `work` on each item in order, in another thread, while the next item is made in this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting: Future[None] | None = None
        for item in items:
            if waiting is not None:
                waiting.result()
            waiting = pool.submit(work, item)
        if waiting is not None:
            waiting.result()


def with_progress(chunks: Iterator[Chunk], intake: IngestJob, title: str, size: int) -> Iterator[Chunk]:
    """Pass chunks on while the progress bar shows how much of the file has been read."""
    with intake.progress(title, size or None) as advance:
        for chunk in chunks:
            yield chunk
            advance(chunk.done)
