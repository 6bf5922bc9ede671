"""A large file in blocks of whole lines, read ahead by a thread that also unpacks and hashes it."""

import hashlib
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    block_bytes: int = threshold(
        1 << 24, "bytes", "cost: larger blocks gain no speed and take memory in every buffer"
    )
    longest_line: int = threshold(
        1 << 22, "bytes", "cost: room before each block for a line that the last one cut"
    )
    read_bytes: int = threshold(1 << 20, "bytes", "cost: fewer reads gain nothing measurable")
    buffers: int = threshold(4, "blocks", "cost: one read, one parsed, one searched and one to spare")


LIMITS = _Limits()
BLOCK_BYTES = LIMITS.block_bytes


Source = Callable[[memoryview], int]


class Unpacker(Protocol):
    """Gives what packed data unpack to, no more than asked for and none at the end; counts what is left."""

    left: int

    def unpack(self, most: int) -> bytes:
        """Return the next bytes."""


UnpackerOf = Callable[[Callable[[], bytes]], Unpacker]


class Blocks:
    """Yields blocks that end with a line, but for the last; valid until the next but one is asked for.

    `source` fills a buffer and tells how far, 0 at the end. `unpacker` takes what gives the packed
    bytes, and is None for a file that is not packed. Once all was read, `sha256` and `size` are of the file's
    own bytes and `left` counts those after the last packed stream.
    """

    def __init__(self, source: Source, unpacker: UnpackerOf | None = None) -> None:
        self._source = source
        self._unpacker = None if unpacker is None else unpacker(self._read)
        self._hash = hashlib.sha256()
        self.size = 0
        self._free: queue.SimpleQueue[bytearray | None] = queue.SimpleQueue()
        self._filled: queue.SimpleQueue[tuple[bytearray, int] | BaseException] = queue.SimpleQueue()
        # Touching new memory costs as much as reading: a few buffers go round.
        for _ in range(LIMITS.buffers):
            self._free.put(bytearray(LIMITS.longest_line + BLOCK_BYTES))

    @property
    def packed(self) -> bool:
        """Whether the file is packed."""
        return self._unpacker is not None

    @property
    def left(self) -> int:
        """Bytes that belong to no packed stream."""
        return 0 if self._unpacker is None else self._unpacker.left

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file as it was read, in hexadecimal digits."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[memoryview]:
        reader = threading.Thread(target=self._read_ahead, daemon=True)
        reader.start()
        try:
            yield from self._whole_lines()
        finally:
            self._free.put(None)
            reader.join()

    def _whole_lines(self) -> Iterator[memoryview]:
        rest = b""
        shown: bytearray | None = None
        while True:
            filled = self._filled.get()
            if isinstance(filled, BaseException):
                raise filled
            buffer, size = filled
            start, end = LIMITS.longest_line - len(rest), LIMITS.longest_line + size
            buffer[start : LIMITS.longest_line] = rest
            cut = end if size == 0 else last_line_end(buffer, start, end)
            rest = bytes(memoryview(buffer)[cut:end])
            if len(rest) > LIMITS.longest_line:
                raise UnreadableError(ProblemKind.TOO_LARGE, "a line longer than the limit")
            if cut > start:
                yield memoryview(buffer)[start:cut]
            if size == 0:
                return
            if shown is not None:
                self._free.put(shown)
            shown = buffer

    def _read_ahead(self) -> None:
        try:
            size = -1
            while size and (buffer := self._free.get()) is not None:
                size = self._fill(memoryview(buffer)[LIMITS.longest_line :])
                self._filled.put((buffer, size))
        except BaseException as error:  # noqa: BLE001 - raised again in the iterator
            self._filled.put(error)

    def _fill(self, into: memoryview) -> int:
        filled = 0
        while filled < len(into):
            got = self._some(into[filled:])
            if got == 0:
                break
            filled += got
        return filled

    def _some(self, into: memoryview) -> int:
        if self._unpacker is not None:
            piece = self._unpacker.unpack(len(into))
            into[: len(piece)] = piece
            return len(piece)
        got = self._source(into[: LIMITS.read_bytes])
        self._hash.update(into[:got])
        self.size += got
        return got

    def _read(self) -> bytes:
        room = memoryview(bytearray(LIMITS.read_bytes))
        data = bytes(room[: self._source(room)])
        self._hash.update(data)
        self.size += len(data)
        return data


def last_line_end(buffer: bytearray, start: int, end: int) -> int:
    """Return where the last line ends that is outside quotes, or `start` where none does."""
    cut = buffer.rfind(b"\n", start, end) + 1
    if buffer.find(b'"', start, cut) < 0:  # far faster than counting
        return max(cut, start)
    quotes = buffer.count(b'"', start, cut)
    while quotes % 2:
        # The last quote opened a cell that continues: its line is incomplete.
        earlier = buffer.rfind(b"\n", start, buffer.rfind(b'"', start, cut)) + 1
        quotes -= buffer.count(b'"', max(earlier, start), cut)
        cut = earlier
    return max(cut, start)
