"""Compressed files and tar archives made anew from rebuilt members: no names, times, owners or gaps."""

import bz2
import lzma
import tarfile
from io import BytesIO

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.archives import tar_archive
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.rebuilt import Rebuilder, Rebuilt, one
from strongroom.checker.formats.streams import compressed
from strongroom.checker.formats.streams.stored import Held

_PLAIN_MODE = 0o644
_LEVEL = 6


def rebuild_compressed(part: Part, context: Context, member_rebuilder: Rebuilder) -> Rebuilt:
    """Return the rebuilt inner file as one stream of the same compression."""
    data, _ = compressed.unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    inner = member_rebuilder(part.inner(data, compressed.inner_name(part.name)), context)
    if len(inner.files) != 1:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a compressed file that would become several files")
    packed = _packed(compressed.format_of(part.data), inner.files[0].data)
    return one(part, packed, f"{part.where}: compressed anew as one stream", *inner.changes)


def rebuild_tar(part: Part, context: Context, member_rebuilder: Rebuilder) -> Rebuilt:
    """Return an archive of rebuilt members in their order; raise UnreadableError when one cannot be."""
    changes = [f"{part.where}: times, owners, modes and folders of the archive are left out"]
    sink, stored = BytesIO(), Held(part.data)
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as rebuilt:
        for member in tar_archive.members(stored, context):
            refused = tar_archive.refusal(member)
            if refused:
                raise UnreadableError(ProblemKind.UNSAFE_NAME, refused)
            if member.isdir():
                continue
            inner = member_rebuilder(
                part.inner(tar_archive.member_bytes(stored, member, context), member.name), context
            )
            changes.extend(inner.changes)
            for copy in inner.files:
                entry = tarfile.TarInfo(copy.name)
                entry.size, entry.mode = len(copy.data), _PLAIN_MODE
                rebuilt.addfile(entry, BytesIO(copy.data))
    return one(part, sink.getvalue(), *changes)


def _packed(kind: str, data: bytes) -> bytes:
    if kind == "bz2":
        return bz2.compress(data)
    if kind == "zst":
        import zstandard  # noqa: PLC0415 - few files need it

        return zstandard.ZstdCompressor(level=_LEVEL).compress(data)
    return lzma.compress(data, lzma.FORMAT_XZ if kind == "xz" else lzma.FORMAT_ALONE)
