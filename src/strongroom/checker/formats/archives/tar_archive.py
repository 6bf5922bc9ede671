"""Tar archives: plain files only, every byte in a header, a member or the zeros that end the archive."""

import os
import tarfile
from collections.abc import Iterator
from io import BytesIO

from strongroom.checker.contents.found import Artefact, FoundTable, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.formats.archives.formats import TAR
from strongroom.checker.formats.archives.member_names import unsafe_path
from strongroom.checker.formats.part import Context, Kind, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.streams.stored import InFile, InMemory, Stored, source_between
from strongroom.checker.formats.tables.large_delimited import HEAD_BYTES, STREAMED_BYTES, open_stream
from strongroom.checker.formats.tables.scanned import ScannedTable
from strongroom.checker.formats.text.plain_text import with_tables
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    zeros_step: int = threshold(1 << 20, "bytes", "cost: memory of one look at the zeros that end an archive")


LIMITS = _Limits()


_BLOCK = 512  # fixed: POSIX 1003.1, ustar
_PLAIN_MODE = 0o644  # fixed: readable by all, as a file out of a ZIP
# The member repeats these values, and a rebuilt archive keeps none of them.
_USUAL_HEADERS = {"path", "size", "mtime", "atime", "ctime", "uid", "gid", "uname", "gname"}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the contents of every member, and the problems of the archive."""
    yield from read_stored(part, InMemory(part.data), context)


def read_stored(part: Part, stored: Stored, context: Context) -> Iterator[Artefact]:
    """Do what `read` does for an archive that is not in memory; `part.data` is not used."""
    position = 0
    for member in members(stored, context):
        inner = part.inner(b"", member.name)
        between = member.offset != position
        position = member_end(member)
        refused = refusal(member)
        if refused:
            yield inner.problem(ProblemKind.UNSAFE_NAME, refused)
        notes = [f"{key}={value}" for key, value in member.pax_headers.items() if key not in _USUAL_HEADERS]
        if notes:
            yield inner.problem(ProblemKind.HIDDEN_CONTENT, "unnecessary tar headers")
            yield from with_tables(f"{inner.where} > headers", "\n".join(notes))
        if member.isreg() and not member.issparse():
            yield from _content(part, stored, member, context)
        # Last, because bytes that are unpacked on demand are fastest when read in order.
        gap = stored.between(member_end(member, padded=False), position)
        if between or not _zeros(gap):
            yield inner.problem(ProblemKind.TRAILING_BYTES, "bytes between two members")
    if not all(
        _zeros(stored.between(at, at + LIMITS.zeros_step))
        for at in range(position, stored.size, LIMITS.zeros_step)
    ):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the archive's end")


def _content(part: Part, stored: Stored, member: tarfile.TarInfo, context: Context) -> Iterator[Artefact]:
    """Yield the contents of a plain member; of a large table a sample, read piece by piece."""
    if context.id_query != NO_IDS and member.size >= STREAMED_BYTES:
        inner = part.inner(b"", member.name)
        try:
            table = _large_table(inner, stored, member, context)
        except UnreadableError as found:
            yield inner.problem(found.kind, found.detail)
            return
        if table is not None:
            yield table
            return
    yield from context.nested(part.inner(member_bytes(stored, member, context), member.name))


def _large_table(part: Part, stored: Stored, member: tarfile.TarInfo, context: Context) -> FoundTable | None:
    start, end = member.offset_data, member.offset_data + member.size
    head = stored.between(start, min(start + HEAD_BYTES, end))
    large = open_stream(source_between(stored, start, end), head, member.size, part, context)
    if large is None:
        return None
    context.budget.take(member.size)
    return ScannedTable(large, context.id_query).read()


def open_large(file: int, size: int, part: Part, context: Context) -> tuple[Kind, Iterator[Artefact]] | None:
    """Return the kind of a large archive and what `read` yields of it; None for any other file."""
    if size < STREAMED_BYTES or context.id_query == NO_IDS:
        return None
    kind = context.formats.identify(os.pread(file, HEAD_BYTES, 0), part.name)
    if kind is not TAR or context.formats.disagreement(kind, part.name):
        return None
    return kind, read_stored(part, InFile(file, size), context)


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return an archive of rebuilt members in their order; raise UnreadableError when one cannot be."""
    changes = [f"{part.where}: times, owners, modes and folders of the archive are left out"]
    sink, stored = BytesIO(), InMemory(part.data)
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as rebuilt:
        for member in members(stored, context):
            refused = refusal(member)
            if refused:
                raise UnreadableError(ProblemKind.UNSAFE_NAME, refused)
            if member.isdir():
                continue
            inner = context.rebuild_nested(part.inner(member_bytes(stored, member, context), member.name))
            changes.extend(inner.changes)
            for copy in inner.files:
                entry = tarfile.TarInfo(copy.name)
                entry.size, entry.mode = len(copy.data), _PLAIN_MODE
                rebuilt.addfile(entry, BytesIO(copy.data))
    return one_file(part, sink.getvalue(), *changes)


def members(stored: Stored, context: Context) -> Iterator[tarfile.TarInfo]:
    """Yield the members in their order; raise UnreadableError where a header is unreadable or false."""
    try:
        with tarfile.open(fileobj=stored.stream(), mode="r:") as archive:
            for member in archive:
                context.budget.take_member()
                if member.size < 0 or member_end(member, padded=False) > stored.size:
                    raise UnreadableError(
                        ProblemKind.UNREADABLE, "a member's stated size is larger than the archive"
                    )
                yield member
    except (tarfile.TarError, ValueError, OverflowError, EOFError, OSError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "an unreadable tar header") from error


def member_bytes(stored: Stored, member: tarfile.TarInfo, context: Context) -> bytes:
    """Return a plain member's bytes, within the budget."""
    context.budget.take(member.size)
    return stored.between(member.offset_data, member.offset_data + member.size)


def member_end(member: tarfile.TarInfo, *, padded: bool = True) -> int:
    """Return where a member's bytes end, with or without the zeros that fill its last block."""
    size = member.size if member.isreg() and not member.issparse() else 0
    end = member.offset_data + size
    return -(-end // _BLOCK) * _BLOCK if padded else end


def refusal(member: tarfile.TarInfo) -> str:
    """Return why a member may not be written, or ""."""
    if member.issparse() or not (member.isreg() or member.isdir()):
        return "a link, a device or a sparse file"
    return unsafe_path(member.name.rstrip("/").removeprefix("./"))


def _zeros(data: bytes) -> bool:
    return not data.strip(b"\x00")
