"""Parquet: its table, its key-value metadata, and bytes outside its structure."""

from collections.abc import Iterator

import pyarrow as pa
from pyarrow import parquet as pq

from strongroom.checker.contents.found import Artefact, FoundTable, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.text.plain_text import with_tables
from strongroom.thresholds import Thresholds, threshold

_FRAME_BYTES = 12  # fixed: Parquet: two magic numbers and the footer's length


class _Limits(Thresholds):
    """The numbers this module decides by."""

    slack_bytes: int = threshold(256, "bytes", "judgement: padding between parts that writers leave")
    metadata_bytes: int = threshold(
        1 << 18, "bytes", "judgement: pandas and Arrow schemas of thousands of columns take less"
    )
    bytes_per_cell: int = threshold(
        8, "bytes", "derived: a number takes eight; counted against the limit of what a file may unpack to"
    )


LIMITS = _Limits()


_ARROWS_OWN = b"ARROW:schema"


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the table, its metadata as text, and a problem when bytes are left over."""
    if part.data.startswith(b"PARE") or part.data.endswith(b"PARE"):
        raise UnreadableError(ProblemKind.ENCRYPTED, "encrypted Parquet")
    table = parse(part, context)
    file = pq.ParquetFile(pa.BufferReader(part.data))
    yield from left_over(part, len(part.data), file.metadata)
    yield from metadata_texts(part, file.schema_arrow, file.metadata.metadata or {})
    yield FoundTable(part.where, table)


def left_over(part: Part, size: int, metadata: pq.FileMetaData) -> Iterator[Artefact]:
    """Yield a problem if a file of `size` bytes has some outside its structure."""
    left = _unaccounted(size, metadata)
    if left:
        yield part.problem(
            ProblemKind.TRAILING_BYTES, f"{left}bytes outside the file's structure; re-save it"
        )


def parse(part: Part, context: Context) -> pa.Table:
    """Return the table without metadata, dictionary columns as plain ones; raise UnreadableError."""
    try:
        file = pq.ParquetFile(pa.BufferReader(part.data))
        cells = file.metadata.num_rows * file.metadata.num_columns
        context.budget.take(cells * LIMITS.bytes_per_cell)
        return plain(file.read(use_threads=True))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "damaged Parquet") from error


def plain(table: pa.Table) -> pa.Table:
    """Return a table without metadata, its dictionary-coded columns decoded."""
    fields = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        decoded = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        fields.append((name, decoded))
    schema = pa.schema([pa.field(name, column.type) for name, column in fields])
    return pa.Table.from_arrays([column for _, column in fields], schema=schema)


def metadata_texts(part: Part, schema: pa.Schema, metadata: dict[bytes, bytes]) -> Iterator[Artefact]:
    """Yield key-value metadata of the file and its columns as text; much of it is a problem."""
    pairs = {key: value for key, value in metadata.items() if key != _ARROWS_OWN}
    for field in schema:
        of_field = field.metadata or {}
        pairs |= {field.name.encode() + b": " + key: value for key, value in of_field.items()}
    pairs = {key: value for key, value in pairs.items() if not key.endswith(b"PARQUET:field_id")}
    if not pairs:
        return
    content = "\n".join(
        f"{key.decode(errors='replace')}: {value.decode(errors='replace')}" for key, value in pairs.items()
    )
    yield from with_tables(f"{part.where} > metadata", content)
    if len(content) > LIMITS.metadata_bytes:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "much key-value metadata")


def _unaccounted(size: int, metadata: pq.FileMetaData) -> int:
    """Return how many bytes belong to no column chunk and not to the footer, beyond the usual slack.

    Page indexes and Bloom filters lie outside column chunks and their sizes are not stated: a twentieth of
    the file is allowed for them.
    """
    used = _FRAME_BYTES + metadata.serialized_size
    indexed = False
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            used += chunk.total_compressed_size
            indexed = indexed or chunk.has_offset_index or chunk.has_column_index
    left = size - used
    allowed = LIMITS.slack_bytes + (size // 20 if indexed else 0)
    return left if left > allowed else 0
