"""Packed bytes as they come, given to a decompressor a few at a time."""

from collections.abc import Callable

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.streams.blocks import UnpackerOf
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    step_bytes: int = threshold(1 << 22, "bytes", "cost: memory of one piece")


LIMITS = _Limits()


class Feed:
    """What `read` gives, the next bytes at each call and none at the end, in pieces of any size."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._packed = b""
        self._at = 0

    def next(self, most: int) -> memoryview:
        """Return the next bytes, at most so many; none at the end."""
        if self._at == len(self._packed):
            self._packed, self._at = self._read(), 0
        piece = memoryview(self._packed)[self._at : self._at + most]
        self._at += len(piece)
        return piece

    def give_back(self, count: int) -> None:
        """Take back the last bytes of the piece given last."""
        self._at -= count

    def ahead(self, count: int) -> bytes:
        """Return the next bytes, at most so many, without moving on."""
        while len(self._packed) - self._at < count and (more := self._read()):
            self._packed, self._at = self._packed[self._at :] + more, 0
        return self._packed[self._at : self._at + count]

    def drain(self) -> int:
        """Read to the end; return how many bytes there were."""
        left = len(self._packed) - self._at
        self._packed, self._at = b"", 0
        while more := self._read():
            left += len(more)
        return left


def unpack_all(made: UnpackerOf, data: bytes) -> tuple[bytes, int]:
    """Return all that `data` unpack to, and how many bytes were left over."""
    once = iter((data,))
    unpacker = made(lambda: next(once, b""))
    pieces = []
    while piece := unpacker.unpack(LIMITS.step_bytes):
        pieces.append(piece)
    return b"".join(pieces), unpacker.left


def rebuild_unpacked(
    part: Part, context: Context, *, unpack: Callable[[bytes, int], tuple[bytes, int]], name: str, kind: str
) -> tuple[bytes, tuple[str, ...]]:
    """Return the rebuilt file inside a packed part, which has this name, and what was changed in it.

    `kind` is what a message calls the part. Raises UnreadableError where the inner file cannot be rebuilt
    as one file.
    """
    data, _ = unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    inner = context.rebuild_nested(part.inner(data, name))
    if len(inner.files) != 1:
        detail = f"rebuilding the {kind} file would give several files"
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, detail)
    return inner.files[0].data, inner.changes
