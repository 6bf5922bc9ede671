"""Compares two readings of a file: what is rebuilt must be what was checked."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strongroom.checker.contents.found import Artefact, FoundReading, FoundTable


def same_artefacts(judged: Sequence[Artefact], read: Sequence[Artefact]) -> bool:
    """Return whether two readings found the same, cell by cell; other readings follow from these."""
    first, second = (
        [each for each in found if not isinstance(each, FoundReading)] for found in (judged, read)
    )
    return len(first) == len(second) and all(
        _same(one, other) for one, other in zip(first, second, strict=True)
    )


def digest_of(artefacts: Sequence[Artefact]) -> str:
    """Return a SHA-256 of what was found, cell by cell; readings that found the same have the same."""
    digest = hashlib.sha256()
    for found in artefacts:
        if isinstance(found, FoundReading):
            continue
        if not isinstance(found, FoundTable):
            # Not its own repr, which leaves out what was found.
            digest.update(repr((type(found).__name__, vars(found))).encode("utf-8", "replace"))
            continue
        digest.update(repr((found.where, found.origin, found.rows, found.table.num_rows)).encode())
        digest.update(repr([(field.name, str(field.type)) for field in found.table.schema]).encode())
        for column in found.table.columns:
            for part in _bytes_of(column):
                digest.update(part)
    return digest.hexdigest()


def _bytes_of(column: pa.ChunkedArray) -> Iterator[bytes | memoryview]:
    """Yield bytes that identify a column's cells; bytes under a null are ignored."""
    kind = column.type
    yield np.packbits(np.asarray(column.is_valid())).tobytes()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield np.asarray(pc.fill_null(pc.binary_length(column), 0)).tobytes()
        for chunk in pc.fill_null(column, "").chunks:
            lengths, letters = chunk.buffers()[1:]
            wide = np.int64 if pa.types.is_large_string(kind) else np.int32
            ends = np.frombuffer(lengths, wide)[chunk.offset : chunk.offset + len(chunk) + 1]
            if letters is not None:
                yield memoryview(letters)[int(ends[0]) : int(ends[-1])]
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        yield np.asarray(pc.fill_null(column, 0)).tobytes()
    else:
        yield repr(column.to_pylist()).encode("utf-8", "replace")


def _same(one: Artefact, other: Artefact) -> bool:
    if not isinstance(one, FoundTable) or not isinstance(other, FoundTable):
        return one == other
    if one.where != other.where or one.table.schema != other.table.schema:
        return False
    return all(_same_column(*pair) for pair in zip(one.table.columns, other.table.columns, strict=True))


def _same_column(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    if one.equals(other):
        return True
    # Arrow treats NaN as unequal to NaN; as text they are equal.
    return len(one) == len(other) and repr(one.to_pylist()) == repr(other.to_pylist())
