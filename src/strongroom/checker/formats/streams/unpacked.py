"""What a packed file unpacks to, unpacked as it is asked for: memory does not grow with it."""

import io
from collections.abc import Callable
from typing import BinaryIO, cast

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.streams.blocks import Unpacker
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    step_bytes: int = threshold(1 << 22, "bytes", "cost: memory of one piece unpacked")
    most_kept: int = threshold(
        1 << 24, "bytes", "cost: how far back a reader may ask before the file is unpacked again"
    )


LIMITS = _Limits()


def measured(unpacker: Unpacker) -> int:
    """Return how many bytes an unpacker gives; raise UnreadableError where it cannot."""
    size = 0
    while piece := unpacker.unpack(LIMITS.step_bytes):
        size += len(piece)
    return size


class Unpacked:
    """The `size` bytes that `begin`'s unpacker returns; fastest when read in order.

    The latest bytes are kept; for earlier ones the file is unpacked again from the start.
    """

    def __init__(self, begin: Callable[[], Unpacker], size: int) -> None:
        self._begin = begin
        self.size = size
        self._restart()

    def _restart(self) -> None:
        self._unpacker = self._begin()
        self._kept, self._end = bytearray(), 0

    def between(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, or up to the last."""
        if start < self._end - len(self._kept):
            self._restart()
        found = bytearray()
        for at in range(start, min(end, self.size), LIMITS.step_bytes):
            upto = min(at + LIMITS.step_bytes, end, self.size)
            self._reach(upto)
            before = self._end - len(self._kept)
            found += self._kept[at - before : upto - before]
        return bytes(found)

    def _reach(self, end: int) -> None:
        """Unpack up to a place, and keep at least a step before it."""
        while self._end < end:
            piece = self._unpacker.unpack(min(LIMITS.step_bytes, end - self._end))
            if not piece:
                raise UnreadableError(ProblemKind.UNREADABLE, "unpacks to fewer bytes than the first time")
            self._kept += piece
            self._end += len(piece)
            if len(self._kept) > LIMITS.most_kept:
                del self._kept[: -2 * LIMITS.step_bytes]

    def stream(self) -> BinaryIO:
        """Return all of it as a file."""
        return cast("BinaryIO", _Stream(self))


class _Stream(io.RawIOBase):
    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._unpacked.size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        size = self._unpacked.size if size is None or size < 0 else size
        data = self._unpacked.between(self._at, self._at + size)
        self._at += len(data)
        return data
