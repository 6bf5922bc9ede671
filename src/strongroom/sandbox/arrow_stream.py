"""Tables from a confined process: memory grows as bytes arrive, and no table takes more than its bytes.

An Arrow stream can say that it is compressed, that all columns share the same bytes, or that a run repeats a
value a billion times: a few kilobytes would take gigabytes where they are decoded. Such a stream is refused.
"""

import struct
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    first_bytes: int = threshold(
        1 << 20, "bytes", "cost: memory taken on the word of the sender, before any byte has arrived"
    )
    empty_rows: int = threshold(
        10_000_000, "rows", "cost: rows of columns without values take no bytes; more is no table"
    )
    repeated_bytes: int = threshold(
        1 << 30, "bytes", "cost: memory of a column of repeated words once they are written out"
    )


LIMITS = _Limits()

_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3  # fixed: MessageHeader of Arrow's Message.fbs
_HEADER_TYPE, _HEADER, _DATA, _COMPRESSION = 1, 2, 1, 3  # fixed: fields of Message.fbs, in order


class StreamError(Exception):
    """The stream is no table, or would take more memory than it has bytes."""


def exactly(fill: Callable[[memoryview], None], size: int) -> bytearray:
    """Return `size` bytes, which `fill` writes piece by piece; memory is taken as they arrive."""
    data = bytearray()
    while (start := len(data)) < size:
        data.extend(bytes(min(size - start, max(start, LIMITS.first_bytes))))
        with memoryview(data) as whole, whole[start:] as piece:
            fill(piece)
    return data


def read_table(body: bytes | bytearray | memoryview) -> pa.Table:
    """Return the table in an Arrow stream, checked in full, on the stream's own memory; raise StreamError."""
    try:
        messages = pa.ipc.MessageReader.open_stream(pa.BufferReader(pa.py_buffer(body)))
        if any(_is_compressed(memoryview(message.metadata)) for message in messages):
            raise StreamError("compressed rows")
        table = pa.ipc.open_stream(pa.BufferReader(pa.py_buffer(body))).read_all()
        table.validate(full=True)
        _require_modest(table, len(body))
    except (pa.ArrowException, ValueError, TypeError, OSError, struct.error) as error:
        raise StreamError("not a table") from error
    return table


def _require_modest(table: pa.Table, size: int) -> None:
    """Raise StreamError where the cells take more memory than the bytes that were sent."""
    valued = any(not pa.types.is_null(column.type) for column in table.columns)
    if table.num_rows > (8 * size if valued else LIMITS.empty_rows):
        raise StreamError("more rows than bytes")
    if table.nbytes > size:
        raise StreamError("columns that share their bytes")
    for column in table.columns:
        _require_plain(column.type)
        if _repeated(column) > LIMITS.repeated_bytes:
            raise StreamError("words repeated beyond the limit")


def _require_plain(kind: pa.DataType) -> None:
    if pa.types.is_run_end_encoded(kind) or pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        raise StreamError("runs of rows")
    for place in range(kind.num_fields):
        inner = kind.field(place).type
        if pa.types.is_dictionary(inner) or _is_view(inner):
            raise StreamError("repeated words within a cell")
        _require_plain(inner)


def _repeated(column: pa.ChunkedArray) -> int:
    """Return how many bytes the words of a column take that may be stored once and meant often."""
    if pa.types.is_dictionary(column.type):
        return sum(len(chunk) * _longest(chunk.dictionary) for chunk in column.chunks)
    if _is_view(column.type):
        return sum(_viewed(chunk) for chunk in column.chunks)
    return 0


def _longest(words: pa.Array) -> int:
    if _is_view(words.type) or pa.types.is_nested(words.type):
        raise StreamError("a dictionary of an unusual type")
    if not (pa.types.is_large_string(words.type) or pa.types.is_string(words.type)):
        return 8 if len(words) else 0
    return pc.max(pc.binary_length(words)).as_py() or 0


def _viewed(chunk: pa.Array) -> int:
    views = chunk.buffers()[1]
    lengths = np.frombuffer(views, np.int32)[::4] if views is not None else np.zeros(0, np.int32)
    return int(lengths[chunk.offset : chunk.offset + len(chunk)].astype(np.int64).sum())


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string_view(kind) or pa.types.is_binary_view(kind))


def _is_compressed(message: memoryview) -> bool:
    """Return whether a message's rows are compressed, by the flat buffer that describes them."""
    root = _follow(message, 0)
    header = _field(message, root, _HEADER_TYPE)
    kind = message[header] if header else 0
    place = _field(message, root, _HEADER)
    if kind not in {_DICTIONARY_BATCH, _RECORD_BATCH} or not place:
        return False
    batch = _follow(message, place)
    if kind == _DICTIONARY_BATCH:
        data = _field(message, batch, _DATA)
        if not data:
            return False
        batch = _follow(message, data)
    return _field(message, batch, _COMPRESSION) != 0


def _follow(message: memoryview, place: int) -> int:
    return place + int(struct.unpack_from("<I", message, place)[0])


def _field(message: memoryview, table: int, number: int) -> int:
    """Return where a field of a flat buffer's table is; 0 if the table has none."""
    fields = table - int(struct.unpack_from("<i", message, table)[0])
    entry = 4 + 2 * number
    if fields < 0 or entry + 2 > struct.unpack_from("<H", message, fields)[0]:
        return 0
    offset = int(struct.unpack_from("<H", message, fields + entry)[0])
    return table + offset if offset else 0
