"""Tar archives: plain files only, every byte in a header, a member or the zeros that end the archive."""

import tarfile
from collections.abc import Iterator
from io import BytesIO

from strongroom.checker.artefacts import Artefact, ProblemKind
from strongroom.checker.readers.member_names import unsafe_path
from strongroom.checker.readers.part import Context, Part, UnreadableError
from strongroom.checker.readers.text import with_tables

_BLOCK = 512
# What these say is known from the member, and none of it is kept when an archive is made anew.
_USUAL_HEADERS = {"path", "size", "mtime", "atime", "ctime", "uid", "gid", "uname", "gname"}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what every member holds, and what is wrong with the archive."""
    position = 0
    for member in members(part, context):
        inner = part.inner(b"", member.name)
        if member.offset != position or not _zeros(
            part.data[member_end(member, padded=False) : member_end(member)]
        ):
            yield inner.problem(ProblemKind.TRAILING_BYTES, "bytes between two members")
        position = member_end(member)
        refused = refusal(member)
        if refused:
            yield inner.problem(ProblemKind.UNSAFE_NAME, refused)
        notes = [f"{key}={value}" for key, value in member.pax_headers.items() if key not in _USUAL_HEADERS]
        if notes:
            yield inner.problem(ProblemKind.HIDDEN_CONTENT, "headers that no file needs")
            yield from with_tables(f"{inner.where} > headers", "\n".join(notes))
        if member.isreg() and not member.issparse():
            yield from context.nested(part.inner(member_bytes(part, member, context), member.name))
    if not _zeros(part.data[position:]):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the archive's end")


def members(part: Part, context: Context) -> Iterator[tarfile.TarInfo]:
    """Yield the members in their order; raise UnreadableError where a header cannot be read or lies."""
    try:
        with tarfile.open(fileobj=BytesIO(part.data), mode="r:") as archive:
            for member in archive:
                context.budget.take_member()
                if member.size < 0 or member_end(member, padded=False) > len(part.data):
                    raise UnreadableError(ProblemKind.UNREADABLE, "a member claims more than there is")
                yield member
    except (tarfile.TarError, ValueError, OverflowError, EOFError, OSError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a tar header that cannot be read") from error


def member_bytes(part: Part, member: tarfile.TarInfo, context: Context) -> bytes:
    """Return a plain member's bytes, within the budget."""
    context.budget.take(member.size)
    return part.data[member.offset_data : member.offset_data + member.size]


def member_end(member: tarfile.TarInfo, *, padded: bool = True) -> int:
    """Return where a member's bytes end, with or without the zeros that fill its last block."""
    size = member.size if member.isreg() and not member.issparse() else 0
    end = member.offset_data + size
    return -(-end // _BLOCK) * _BLOCK if padded else end


def refusal(member: tarfile.TarInfo) -> str:
    """Return why a member may not be written, or ""."""
    if member.issparse() or not (member.isreg() or member.isdir()):
        return "a link, a device, or a file with holes"
    return unsafe_path(member.name.rstrip("/").removeprefix("./"))


def _zeros(data: bytes) -> bool:
    return not data.strip(b"\x00")
