"""ZIP archives: every member is read, and rebuilt, as a separate file."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from strongroom.checker.contents.found import Artefact, FoundTable, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.formats.archives.zip_member import MemberStream
from strongroom.checker.formats.archives.zip_structure import (
    member_bytes,
    open_zip,
    structure_problems,
    unsafe_name,
)
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.tables.large_delimited import HEAD_BYTES, STREAMED_BYTES, open_stream
from strongroom.checker.formats.tables.scanned import ScannedTable

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # fixed: the earliest a ZIP can state, APPNOTE 4.4.6
_PLAIN_FILE = 0o100644 << 16  # fixed: a plain file in Unix's attributes, APPNOTE 4.4.15


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the contents of every member, and the problems of the archive."""
    archive = open_zip(part)
    if len(archive.infolist()) > context.budget.members:
        raise UnreadableError(ProblemKind.TOO_LARGE, "has more members than the limit")
    yield from structure_problems(part, archive)
    for member in archive.infolist():
        inner = part.inner(b"", member.filename)
        unsafe = unsafe_name(member)
        if unsafe:
            yield inner.problem(ProblemKind.UNSAFE_NAME, unsafe)
        try:
            if (large := _large_table(archive, member, inner, context)) is not None:
                yield large
                continue
            data = member_bytes(archive, member, context)
        except UnreadableError as found:
            yield inner.problem(found.kind, found.detail)
            if found.kind is ProblemKind.TOO_LARGE:
                return  # the rest of the archive no longer matters
            continue
        if not member.is_dir():
            yield from context.nested(part.inner(data, member.filename))
        elif data:
            yield inner.problem(ProblemKind.HIDDEN_CONTENT, "a folder entry that contains data")


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return an archive of rebuilt members in their order; raise UnreadableError when one cannot be."""
    archive = open_zip(part)
    changes = [f"{part.where}: dates, comments and folders of the archive are left out"]
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as rebuilt:
        for member in archive.infolist():
            if unsafe_name(member):
                raise UnreadableError(ProblemKind.UNSAFE_NAME, "a member has an unsafe path")
            if member.is_dir():
                continue
            inner = context.rebuild_nested(
                part.inner(member_bytes(archive, member, context), member.filename)
            )
            changes.extend(inner.changes)
            for copy in inner.files:
                entry = zipfile.ZipInfo(copy.name, _FIRST_DATE)
                entry.external_attr = _PLAIN_FILE
                entry.compress_type = zipfile.ZIP_DEFLATED
                rebuilt.writestr(entry, copy.data)
    return one_file(part, sink.getvalue(), *changes)


def _large_table(archive: ZipFile, member: ZipInfo, part: Part, context: Context) -> FoundTable | None:
    """Return the kept sample of a member that is a large table, read as it unpacks; None for any other."""
    if context.id_query == NO_IDS or member.file_size < STREAMED_BYTES or unsafe_name(member):
        return None
    source = MemberStream(archive, member, context)
    large = open_stream(source.readinto, source.head(HEAD_BYTES), member.file_size, part, context)
    if large is None:
        return None
    source.take()
    found = ScannedTable(large, context.id_query).read()
    source.require_end()
    return found
