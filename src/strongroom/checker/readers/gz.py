"""Gzip: every member unpacked under a cap, and nothing left unexplained before, between or after."""

import zlib
from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact, ProblemKind
from strongroom.checker.readers.part import Context, Part, UnreadableError

_MAGIC = b"\x1f\x8b"
_WINDOW = 31  # zlib: a gzip wrapper, the largest window
_STEP_BYTES = 1 << 22
_FED_BYTES = 1 << 18  # block gzip has a member every 64 KiB, and each copies what was fed beyond it
_HEADER_BYTES = 10
_EXTRA, _NAME, _COMMENT = 4, 8, 16
_BGZF_EXTRA = b"\x06\x00BC\x02\x00"


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what the unpacked file holds."""
    if hidden_header(part.data):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "the gzip header carries a comment or extra field")
    data, left = unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{left} bytes after the last gzip member")
    yield from context.nested(part.inner(data, inner_name(part.name)))


def inner_name(name: str) -> str:
    """Return the name without its gzip ending."""
    lowered = name.lower()
    for ending in (".gz", ".bgz"):
        if lowered.endswith(ending):
            return name[: -len(ending)]
    return name


def unpack(data: bytes, limit: int) -> tuple[bytes, int]:
    """Return the bytes of all members and how many bytes follow the last.

    Raises UnreadableError when damaged, or over `limit` bytes.
    """
    view = memoryview(data)
    position = 0
    pieces: list[bytes] = []
    while data.startswith(_MAGIC, position):
        member = zlib.decompressobj(_WINDOW)
        while not member.eof:
            fed = member.unconsumed_tail or view[position : position + _FED_BYTES]
            # Only what is new moves on; what a step left over is fed again.
            position += 0 if member.unconsumed_tail else len(fed)
            piece = _step(member, fed)
            limit -= len(piece)
            pieces.append(piece)
            if limit < 0:
                raise UnreadableError(ProblemKind.TOO_LARGE, "gzip unpacks to more than the limit")
            if not piece and not fed and not member.eof:
                raise UnreadableError(ProblemKind.UNREADABLE, "gzip data ends too early")
        position -= len(member.unused_data)
    return b"".join(pieces), len(data) - position


def _step(member: "zlib._Decompress", fed: bytes | memoryview) -> bytes:
    try:
        return member.decompress(fed, _STEP_BYTES)
    except zlib.error as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "damaged gzip data") from error


def hidden_header(data: bytes) -> bool:
    """Tell whether the first member's header has room for more than a name: a comment, an extra field."""
    if len(data) < _HEADER_BYTES:
        return False
    flags = data[3]
    if flags & _COMMENT:
        return True
    name_at = _HEADER_BYTES
    if flags & _EXTRA:
        # Block gzip (bgzip, tabix), usual in genetics, puts its block size there.
        return not data[_HEADER_BYTES:].startswith(_BGZF_EXTRA)
    return bool(flags & _NAME) and b"\x00" not in data[name_at : name_at + 256]
