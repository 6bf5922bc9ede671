"""Large compressed tar archives, unpacked as they are read: memory does not grow with the archive."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.formats.archives import tar_archive
from strongroom.checker.formats.archives.formats import TAR
from strongroom.checker.formats.part import Context, Kind, Part
from strongroom.checker.formats.streams import compressed, gz
from strongroom.checker.formats.streams.blocks import Unpacker
from strongroom.checker.formats.streams.formats import BZIP2, GZIP, XZ, ZSTD
from strongroom.checker.formats.streams.stored import InFile, source_between
from strongroom.checker.formats.streams.unpacked import Unpacked, measured
from strongroom.checker.formats.tables.large_delimited import (
    PACKED_HEAD_BYTES,
    STREAMED_GZIP_BYTES,
    start_of,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    read_bytes: int = threshold(1 << 20, "bytes", "cost: fewer reads gain nothing measurable, more take time")


LIMITS = _Limits()


_Packing = tuple[Callable[[Callable[[], bytes], int], Unpacker], Callable[[str], str]]
_PACKINGS: Mapping[Kind, _Packing] = {
    GZIP: (gz.Inflater, gz.inner_name),
    BZIP2: (compressed.Unpacker, compressed.inner_name),
    XZ: (compressed.Unpacker, compressed.inner_name),
    ZSTD: (compressed.Unpacker, compressed.inner_name),
}


def open_packed(file: int, size: int, part: Part, context: Context) -> tuple[Kind, Iterator[Artefact]] | None:
    """Return the format of a large compressed archive and its contents; None for any other file."""
    if size < STREAMED_GZIP_BYTES or context.id_query == NO_IDS or context.depth >= context.limits.depth:
        return None
    head = os.pread(file, PACKED_HEAD_BYTES, 0)
    kind = context.formats.identify(head, part.name)
    if kind not in _PACKINGS or context.formats.disagreement(kind, part.name):
        return None
    unpacker, inner_name = _PACKINGS[kind]
    inner = part.inner(b"", inner_name(part.name))
    within = context.formats.identify(start_of(head, unpacker), inner.name)
    if within is not TAR or context.formats.disagreement(within, inner.name):
        return None
    limit = context.unpack_limit(size)
    hidden = kind is GZIP and gz.hidden_header(head)

    def begin() -> Unpacker:
        return unpacker(_reader(InFile(file, size)), limit)

    return kind, _read(part, inner, begin, context, hidden=hidden)


def _read(
    part: Part, inner: Part, begin: Callable[[], Unpacker], context: Context, *, hidden: bool
) -> Iterator[Artefact]:
    """Yield the same as the readers of the compressed file and of its archive; unpack the bytes twice."""
    if hidden:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "the gzip header has a comment or an extra field")
    first = begin()
    size = measured(first)
    context.budget.take(size)
    if first.left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{first.left} bytes after the last packed stream")
    yield from tar_archive.read_stored(
        inner, Unpacked(begin, size), replace(context, depth=context.depth + 1)
    )


def _reader(stored: InFile) -> Callable[[], bytes]:
    source = source_between(stored, 0, stored.size)
    room = memoryview(bytearray(LIMITS.read_bytes))
    return lambda: bytes(room[: source(room)])
