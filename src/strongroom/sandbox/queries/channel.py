"""Messages between the engine's process and its parent: a JSON header line, then the body it announces."""

import json
from typing import Any, BinaryIO

import pyarrow as pa

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_line: int = threshold(
        1 << 24,
        "bytes",
        "cost: bounds the memory that the other process can make this one use for a header; a statement has "
        "at most a few million characters",
    )


LIMITS = _Limits()


class ChannelError(Exception):
    """The other process ended or sent an invalid message."""


def send(stream: BinaryIO, header: dict[str, Any], body: pa.Table | None = None) -> None:
    """Write one message; `body` is sent as an Arrow stream."""
    content = memoryview(b"") if body is None else _to_bytes(body)
    stream.write(json.dumps(header | {"bytes": content.nbytes}).encode() + b"\n")
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], pa.Table | None]:
    """Read one message; ChannelError if the stream ends or the message is invalid."""
    line = stream.readline(LIMITS.longest_line)
    if not line.endswith(b"\n"):
        raise ChannelError("the stream ended")
    try:
        header = dict(json.loads(line))
        size = int(header["bytes"])
    except (ValueError, KeyError, TypeError) as error:
        raise ChannelError("invalid message") from error
    content = stream.read(size) if size > 0 else b""
    if len(content) < size:
        raise ChannelError("the stream ended within a table")
    return header, _from_bytes(content) if size else None


def _to_bytes(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    # A copy of it would take as long as writing it.
    return memoryview(sink.getvalue())


def _from_bytes(content: bytes) -> pa.Table:
    try:
        with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
            return reader.read_all()
    except pa.ArrowInvalid as error:
        raise ChannelError("invalid table") from error
