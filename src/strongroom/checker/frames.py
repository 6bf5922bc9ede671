"""What a confined reader says to its parent: frames of a JSON header and a body, never pickled objects.

A frame is two little-endian unsigned 64-bit lengths, a JSON header of the first length and a body of the
second. The parent believes no length and no table before it has checked it.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import IO, Any

import pyarrow as pa

from strongroom.checker.artefacts import (
    Artefact,
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    ProblemKind,
)

_LENGTHS = struct.Struct("<QQ")
_HEADER_BYTES = 1 << 20
_FRAMES = 200_000


class FrameError(Exception):
    """The child did not keep to the protocol."""


def write_frame(stream: IO[bytes], header: Mapping[str, Any], body: bytes | memoryview = b"") -> None:
    """Write one frame and flush it."""
    _write_head(stream, header, len(body))
    stream.write(body)
    stream.flush()


def read_frames(stream: IO[bytes], *, limit: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield headers and bodies until the frame of kind "end"; raise FrameError when it never comes.

    `limit` is the most bytes all bodies may have together.
    """
    for _ in range(_FRAMES):
        header_length, body_length = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
        limit -= body_length + header_length
        if header_length > _HEADER_BYTES or limit < 0:
            raise FrameError("larger than the limit")
        try:
            header = json.loads(_exactly(stream, header_length))
        except (ValueError, RecursionError) as error:
            raise FrameError("a header that is not JSON") from error
        if not isinstance(header, dict):
            raise FrameError("a header that is no object")
        if header.get("frame") == "end":
            return
        yield header, _exactly(stream, body_length)
    raise FrameError("more finds than the limit")


def write_artefact(stream: IO[bytes], found: Artefact) -> None:
    """Write one artefact as a frame."""
    where = {"where": found.where}
    match found:
        case FoundTable(table=table):
            # Sized first, then written: a copy of a large table would not fit beside it.
            measure = pa.MockOutputStream()
            _write_table(measure, table)
            _write_head(stream, {"frame": "table"} | where, measure.size())
            _write_table(stream, table)
            stream.flush()
        case FoundText(text=text):
            write_frame(stream, {"frame": "text"} | where, text.encode("utf-8", errors="surrogatepass"))
        case FoundPicture(width=width, height=height, colours=colours, size=size, metadata=metadata):
            sizes = {"width": width, "height": height, "colours": colours, "size": size}
            write_frame(stream, {"frame": "picture", "metadata": list(metadata)} | sizes | where)
        case FoundProblem(kind=kind, detail=detail):
            write_frame(stream, {"frame": "problem", "kind": kind.name, "detail": detail} | where)


def read_artefact(header: Mapping[str, Any], body: bytes) -> Artefact:
    """Return the artefact a frame holds, checked in full; raise FrameError."""
    try:
        where = _text(header["where"])
        match header["frame"]:
            case "table":
                return FoundTable(where, _table(body))
            case "text":
                return FoundText(where, body.decode("utf-8", errors="replace"))
            case "picture":
                sizes = [int(header[name]) for name in ("width", "height", "colours", "size")]
                metadata = tuple(_text(name) for name in header["metadata"])
                width, height, colours, size = sizes
                return FoundPicture(where, width, height, colours, size, metadata)
            case "problem":
                return FoundProblem(where, ProblemKind[header["kind"]], _text(header["detail"]))
    except (KeyError, TypeError, ValueError, OverflowError, pa.ArrowException, OSError) as error:
        raise FrameError("a frame that cannot be read") from error
    raise FrameError("a frame of unknown kind")


def _write_head(stream: IO[bytes], header: Mapping[str, Any], body_length: int) -> None:
    encoded = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(encoded), body_length))
    stream.write(encoded)


def _write_table(sink: Any, table: pa.Table) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def _table(body: bytes) -> pa.Table:
    table = pa.ipc.open_stream(pa.BufferReader(body)).read_all()
    table.validate(full=True)
    return table


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise FrameError("ended before its end")
    return data
