"""The protocol from confined reader to parent: frames of a JSON header and a body, never pickled objects.

A frame is two little-endian unsigned 64-bit lengths, a JSON header of the first length and a body of the
second. The parent verifies every length and every table before it uses them.
"""

import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import IO, Any, Protocol

import pyarrow as pa

from strongroom.checker.contents.found import (
    Artefact,
    FoundGenotypes,
    FoundModel,
    FoundOpaque,
    FoundPicture,
    FoundProblem,
    FoundReading,
    FoundTable,
    FoundText,
    Origin,
    ProblemKind,
)
from strongroom.checker.contents.id_query import PossibleIds
from strongroom.sandbox.arrow_stream import StreamError, exactly, read_table
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    header_bytes: int = threshold(
        1 << 20,
        "bytes",
        "cost: a header names a place and a few facts; a longer one comes from a reader that was taken over",
    )
    frames: int = threshold(200_000, "frames", "cost: bound of what a reader that was taken over can send")
    id_bytes: int = threshold(1 << 29, "bytes", "cost: memory of the possible ids of one column")
    id_bits_bytes: int = threshold(1 << 24, "bytes", "derived: one bit for each of 134 million numbers")


LIMITS = _Limits()


_LENGTHS = struct.Struct("<QQ")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Body = bytes | bytearray | memoryview


class FrameError(Exception):
    """The child violated the protocol."""


def write_frame(stream: IO[bytes], header: Mapping[str, Any], body: Body = b"") -> None:
    """Write one frame and flush it."""
    _write_head(stream, header, len(body))
    stream.write(body)
    stream.flush()


class Source(Protocol):
    """What frames are read from."""

    def readinto(self, buffer: memoryview) -> None:
        """Fill a buffer; raise FrameError if that fails."""


def read_frames(source: Source, *, limit: int) -> Iterator[tuple[dict[str, Any], Body]]:
    """Yield headers and bodies until the frame of kind "end"; raise FrameError when it never comes.

    `limit` is the most bytes all bodies may have together. The body of a batch of rows is valid only until
    the next frame is asked for: batches come by the hundred, and fresh memory costs more than reading.
    """
    kept = bytearray()
    for _ in range(LIMITS.frames):
        header_length, body_length = _LENGTHS.unpack(exactly(source.readinto, _LENGTHS.size))
        limit -= body_length + header_length
        if header_length > LIMITS.header_bytes or limit < 0:
            raise FrameError("larger than the limit")
        try:
            header = json.loads(exactly(source.readinto, header_length))
        except (ValueError, RecursionError) as error:
            raise FrameError("a header that is not JSON") from error
        if not isinstance(header, dict):
            raise FrameError("a header that is not an object")
        if header.get("frame") == "end":
            return
        if header.get("frame") != "batch":
            yield header, exactly(source.readinto, body_length)
            continue
        if len(kept) < body_length:
            kept = exactly(source.readinto, body_length)
            yield header, kept
            continue
        body = memoryview(kept)[:body_length]
        source.readinto(body)
        yield header, body
    raise FrameError("more artefacts than the limit")


def write_artefact(stream: IO[bytes], found: Artefact) -> None:
    """Write one artefact as a frame."""
    header: dict[str, Any] = {"where": found.where}
    match found:
        case FoundReading(table=table):
            _write_sized(stream, header | {"frame": "reading"}, table)
            return
        case FoundTable(table=table, origin=origin, rows=rows, possible_ids=possible_ids):
            header |= {
                "frame": "table",
                "origin": origin.name,
                "rows": rows,
                "possible ids": possible_ids is not None,
            }
            _write_sized(stream, header, table)
            for each in possible_ids or ():
                facts = {"column": each.column, "form": each.form, "low": each.low}
                write_frame(stream, {"frame": "possible ids", "where": found.where, **facts}, each.body)
            return
        case FoundText(text=text, left_out=left_out):
            header |= {"frame": "text", "left out": left_out}
            write_frame(stream, header, text.encode("utf-8", errors="surrogatepass"))
            return
        case FoundProblem(kind=kind, detail=detail):
            header |= {"frame": "problem", "kind": kind.name, "detail": detail}
        case FoundPicture() | FoundGenotypes() | FoundModel() | FoundOpaque():
            header |= {"frame": _FACTS[type(found)], **asdict(found)}
    write_frame(stream, header)


def write_batch(stream: IO[bytes], where: str, table: pa.Table) -> None:
    """Write some rows of a table too large to be sent or kept in one piece."""
    _write_sized(stream, {"frame": "batch", "where": where}, table)


def _write_sized(stream: IO[bytes], header: dict[str, Any], table: pa.Table) -> None:
    """Write a frame with a table, sized first: a copy of a large one would not fit beside it."""
    measure = pa.MockOutputStream()
    _write_table(measure, table)
    _write_head(stream, header, measure.size())
    _write_table(stream, table)
    stream.flush()


def read_batch(header: Mapping[str, Any], body: Body) -> tuple[str, pa.Table]:
    """Return where the rows of a batch are and the rows, checked in full, on the frame's own memory."""
    try:
        return _text(header["where"]), read_table(body)
    except (KeyError, TypeError, ValueError, StreamError) as error:
        raise FrameError("a batch that cannot be read") from error


def read_digest(header: Mapping[str, Any]) -> tuple[str, int]:
    """Return the SHA-256, 64 hexadecimal digits, and the number of the bytes that a child has read."""
    digest, size = header.get("sha256"), header.get("size")
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest) or not isinstance(size, int):
        raise FrameError("a digest that cannot be read")
    return digest, size


def read_possible_ids(header: Mapping[str, Any], body: Body) -> tuple[str, PossibleIds]:
    """Return where a table is and the possible ids in one of its columns; raise FrameError."""
    where, column, form, low = (header.get(name) for name in ("where", "column", "form", "low"))
    if not isinstance(where, str) or not isinstance(column, int) or not isinstance(low, int):
        raise FrameError("possible ids that cannot be read")
    wide = {"bits": 1, "numbers": 8, "words": max(low, 1)}.get(str(form))
    most = LIMITS.id_bits_bytes if form == "bits" else LIMITS.id_bytes
    if wide is None or column < 0 or len(body) % wide or len(body) > most:
        raise FrameError("possible ids that cannot be read")
    return where, PossibleIds(column, str(form), low, bytes(body))


def read_artefact(header: Mapping[str, Any], body: Body) -> Artefact:
    """Return the artefact in a frame, fully validated; raise FrameError."""
    try:
        return _READ[header["frame"]](_text(header["where"]), header, body)
    except (KeyError, TypeError, ValueError, OverflowError, StreamError) as error:
        raise FrameError("a frame that cannot be read") from error


def _read_table(where: str, header: Mapping[str, Any], body: Body) -> FoundTable:
    rows = header["rows"]
    possible_ids = () if header.get("possible ids") else None
    total = None if rows is None else int(rows)
    return FoundTable(where, read_table(body), Origin[header["origin"]], total, possible_ids)


def _read_reading(where: str, header: Mapping[str, Any], body: Body) -> FoundReading:
    del header
    return FoundReading(where, read_table(body))


def _read_text(where: str, header: Mapping[str, Any], body: Body) -> FoundText:
    return FoundText(where, str(body, "utf-8", errors="replace"), bool(header["left out"]))


def _read_picture(where: str, header: Mapping[str, Any], body: Body) -> FoundPicture:
    del body
    width, height, colours, size = (int(header[name]) for name in ("width", "height", "colours", "size"))
    shown = (int(header[name]) for name in ("speckle", "lines", "cells", "low_bits"))
    return FoundPicture(where, width, height, colours, size, _texts(header["metadata"]), *shown)


def _read_genotypes(where: str, header: Mapping[str, Any], body: Body) -> FoundGenotypes:
    del body
    return FoundGenotypes(where, _text(header["format"]), int(header["samples"]), int(header["variants"]))


def _read_model(where: str, header: Mapping[str, Any], body: Body) -> FoundModel:
    del body
    return FoundModel(where, _text(header["format"]), _texts(header["classes"]), int(header["numbers"]))


def _read_opaque(where: str, header: Mapping[str, Any], body: Body) -> FoundOpaque:
    del body
    return FoundOpaque(where, int(header["size"]), int(header["compressed"]), _text(header["what"]))


def _read_problem(where: str, header: Mapping[str, Any], body: Body) -> FoundProblem:
    del body
    return FoundProblem(where, ProblemKind[header["kind"]], _text(header["detail"]))


_FACTS = {
    FoundPicture: "picture",
    FoundGenotypes: "genotypes",
    FoundModel: "model",
    FoundOpaque: "opaque",
}
_READ: Mapping[str, Callable[[str, Mapping[str, Any], Body], Artefact]] = {
    "table": _read_table,
    "reading": _read_reading,
    "text": _read_text,
    "picture": _read_picture,
    "genotypes": _read_genotypes,
    "model": _read_model,
    "opaque": _read_opaque,
    "problem": _read_problem,
}


def _write_head(stream: IO[bytes], header: Mapping[str, Any], body_length: int) -> None:
    encoded = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(encoded), body_length))
    stream.write(encoded)


def _write_table(sink: Any, table: pa.Table) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("not a list")
    return tuple(_text(value) for value in values)
