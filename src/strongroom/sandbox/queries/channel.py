"""Messages between the engine's process and its parent: a JSON header line, then the body it announces."""

import json
from typing import Any, BinaryIO

import pyarrow as pa

from strongroom.sandbox.arrow_stream import StreamError, exactly, read_table
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
    if size <= 0:
        return header, None

    def fill(piece: memoryview) -> None:
        # The streams of both ends are buffered: fewer bytes mean that the other end was closed.
        if stream.readinto(piece) < len(piece):  # type: ignore[attr-defined]
            raise ChannelError("the stream ended within a table")

    try:
        return header, read_table(exactly(fill, size))
    except StreamError as error:
        raise ChannelError("invalid table") from error


def _to_bytes(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    # A copy of it would take as long as writing it.
    return memoryview(sink.getvalue())
