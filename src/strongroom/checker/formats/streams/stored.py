"""The bytes of an archive, in memory or in a file."""

import os
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Protocol

from strongroom.checker.formats.streams.blocks import Source


class Stored(Protocol):
    """Bytes that can be read at any position."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def between(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, or up to the last."""

    def stream(self) -> BinaryIO:
        """Return all of it as a file."""


@dataclass(frozen=True, repr=False)
class InMemory:
    """Bytes in memory."""

    data: bytes

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def between(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, or up to the last."""
        return self.data[start:end]

    def stream(self) -> BinaryIO:
        """Return all of it as a file."""
        return BytesIO(self.data)


@dataclass(frozen=True)
class InFile:
    """The `size` bytes of the file open as descriptor `file`."""

    file: int
    size: int

    def between(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, or up to the last."""
        return os.pread(self.file, max(min(end, self.size) - start, 0), start)

    def stream(self) -> BinaryIO:
        """Return all of it as a file."""
        os.lseek(self.file, 0, os.SEEK_SET)
        return os.fdopen(self.file, "rb", closefd=False)


def source_between(stored: Stored, start: int, end: int) -> Source:
    """Return what gives the bytes from `start` up to `end` piece by piece."""
    at = start

    def readinto(into: memoryview) -> int:
        nonlocal at
        data = stored.between(at, min(at + len(into), end))
        into[: len(data)] = data
        at += len(data)
        return len(data)

    return readinto
