"""A job's stdout and stderr: pipes, of which so much is kept and the rest is read and forgotten.

Files would show their paths to the job, which could open them again; a pipe that nobody reads would stop it.
"""

import fcntl
import os
from types import TracebackType
from typing import Self

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    chunk: int = threshold(1 << 16, "bytes", "cost: memory; a pipe holds no more")


LIMITS = _Limits()

NAMES = ("stdout.txt", "stderr.txt")


class Streams:
    """Two pipes, whose first bytes are kept in the files of a directory."""

    def __init__(self, directory: str) -> None:
        pairs = [os.pipe2(os.O_CLOEXEC) for _ in NAMES]
        self.readers, self._writers = [read for read, _ in pairs], [write for _, write in pairs]
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        files = [os.open(f"{directory}/{name}", flags, 0o600) for name in NAMES]
        self._files = dict(zip(self.readers, files, strict=True))
        self._left = dict.fromkeys(self.readers, 0)
        self.cut = False
        for each in self.readers:
            fcntl.fcntl(each, fcntl.F_SETFL, os.O_NONBLOCK)

    def attach(self) -> None:
        """In the process that becomes the job's: make the pipes its stdout and stderr."""
        for number, writer in enumerate(self._writers, 1):
            os.dup2(writer, number)

    def close_writers(self) -> None:
        """Close this process's ends, so that the pipes end with the job."""
        for writer in self._writers:
            os.close(writer)
        self._writers = []

    def keep(self, most: int) -> None:
        """Set how many bytes of each are kept."""
        self._left = dict.fromkeys(self.readers, most)

    def take(self, reader: int) -> bool:
        """Read what there is; return whether there may be more."""
        try:
            got = os.read(reader, LIMITS.chunk)
        except BlockingIOError:
            return True
        kept = got[: self._left[reader]]
        self._left[reader] -= len(kept)
        self.cut |= len(kept) < len(got)
        os.write(self._files[reader], kept)
        return bool(got)

    def drain(self) -> None:
        """Read what is left once every process of the job has ended."""
        for reader in self.readers:
            while self.take(reader):
                pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (*self._writers, *self.readers, *self._files.values()):
            os.close(each)
