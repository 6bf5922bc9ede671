"""Gzip: every member unpacked under a cap, with no unexplained bytes before, between or after."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, cast

from isal import isal_zlib

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.streams.feed import Feed, rebuild_unpacked, unpack_all
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    level: int = threshold(6, "zlib level", "cost: higher levels take longer than the check")
    step_bytes: int = threshold(1 << 22, "bytes", "cost: memory of one piece unpacked")
    fed_bytes: int = threshold(
        1 << 16, "bytes", "cost: block gzip has a member every 64 KiB, and each copies what was fed beyond it"
    )


LIMITS = _Limits()


_DAMAGED = cast("type[Exception]", isal_zlib.IsalError)  # its stub says an instance
MAGIC = b"\x1f\x8b"
_WINDOW = 31  # fixed: zlib, a gzip wrapper and the largest window
_HEADER_BYTES = 10  # fixed: RFC 1952, 2.3
_EXTRA, _NAME, _COMMENT = 4, 8, 16  # fixed: RFC 1952, 2.3.1, flags
_BGZF_EXTRA = b"\x06\x00BC\x02\x00"


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what the unpacked file holds."""
    if hidden_header(part.data):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "the gzip header has a comment or an extra field")
    data, left = unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{left} bytes after the last gzip member")
    yield from context.nested(part.inner(data, inner_name(part.name)))


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the rebuilt inner file as one gzip member without name and time."""
    data, changes = rebuild_unpacked(part, context, unpack=unpack, name=inner_name(part.name), kind="gzip")
    packer = zlib.compressobj(LIMITS.level, zlib.DEFLATED, _WINDOW)
    packed = packer.compress(data) + packer.flush()
    change = f"{part.where}: name and time in the gzip header are left out"
    return one_file(part, packed, change, *changes)


def inner_name(name: str) -> str:
    """Return the name without its gzip ending."""
    lowered = name.lower()
    for ending, inner in ((".gz", ""), (".bgz", ""), (".tgz", ".tar")):
        if lowered.endswith(ending):
            return name[: -len(ending)] + inner
    return name


class Inflater:
    """Unpacks gzip data member after member; `read` gives the next packed bytes, none at the end.

    `left` counts the bytes after the last member. Raises UnreadableError when the data are damaged, or
    unpack to more than `limit` bytes.
    """

    def __init__(self, read: Callable[[], bytes], limit: int) -> None:
        self._feed = Feed(read)
        self._limit = limit
        self._member: Any = None
        self.left = 0

    def unpack(self, most: int) -> bytes:
        """Return the next bytes, at most so many; none at the end."""
        while self._member is not None or self._next_member():
            piece = self._step(min(most, LIMITS.step_bytes))
            self._limit -= len(piece)
            if self._limit < 0:
                raise UnreadableError(ProblemKind.TOO_LARGE, "gzip unpacks to more than the limit")
            if self._member.eof:
                self._feed.give_back(len(self._member.unused_data))
                self._member = None
            if piece:
                return piece
        return b""

    def _step(self, most: int) -> bytes:
        fed: bytes | memoryview = self._member.unconsumed_tail
        if not fed:
            fed = self._feed.next(LIMITS.fed_bytes)
        try:
            piece = bytes(self._member.decompress(fed, most))
        except _DAMAGED as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "damaged gzip data") from error
        if not piece and not fed and not self._member.eof:
            raise UnreadableError(ProblemKind.UNREADABLE, "truncated gzip data")
        return piece

    def _next_member(self) -> bool:
        if self._feed.ahead(len(MAGIC)) == MAGIC:
            self._member = isal_zlib.decompressobj(_WINDOW)
            return True
        self.left += self._feed.drain()
        return False


def unpack(data: bytes, limit: int) -> tuple[bytes, int]:
    """Return the bytes of all members and how many bytes follow the last.

    Raises UnreadableError when damaged, or over `limit` bytes.
    """
    return unpack_all(lambda read: Inflater(read, limit), data)


def hidden_header(data: bytes) -> bool:
    """Return whether the first member's header has room for more than a name: a comment, an extra field."""
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
