"""Arrow and Feather (version 2) files."""

from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.tables.parquet import metadata_texts, plain

MAGIC = b"ARROW1"


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the table and its metadata as text."""
    table = _table(part, context)
    if not part.data.endswith(MAGIC):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the Arrow footer")
    yield from metadata_texts(part, table.schema, table.schema.metadata or {})
    yield FoundTable(part.where, plain(table))


def parse(part: Part, context: Context) -> pa.Table:
    """Return the table without metadata; raise UnreadableError."""
    return plain(_table(part, context))


def _table(part: Part, context: Context) -> pa.Table:
    try:
        table = pa.ipc.open_file(pa.BufferReader(part.data)).read_all()
        table.validate(full=True)  # before anything else: Arrow trusts offsets it has not checked
        context.budget.take(table.nbytes)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "damaged Arrow file") from error
    return table
