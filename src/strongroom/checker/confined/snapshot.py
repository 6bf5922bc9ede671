"""The bytes read are the bytes checked and rebuilt, even if the original changes meanwhile.

A file is copied to a private place and read there. A large table is read where it is, once: its
reader gives the SHA-256 of the very bytes it read, and the copy that leaves is made only from bytes with the
same one.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from strongroom.checker.confined.reader import judge_file, judge_large_table
from strongroom.checker.contents.found import FileContent, FoundProblem, Limits, ProblemKind
from strongroom.checker.contents.id_query import IdQuery
from strongroom.cohort.store import file_sha256
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    large_bytes: int = threshold(
        1 << 23,
        "bytes",
        "derived: streamed_gzip_bytes of large_delimited, the smallest file that is read as a stream",
    )


LIMITS = _Limits()
LARGE_BYTES = LIMITS.large_bytes


@dataclass(frozen=True)
class Opened:
    """A file's content, its hash, its size in bytes, and where it can be read again."""

    path: Path
    content: FileContent
    sha256: str = ""
    size: int = 0


def open_file(path: Path, copy: Path, id_query: IdQuery, limits: Limits) -> Opened:
    """Read what is judged of a file; `copy` is where its private copy goes, if it gets one."""
    problem = _unfit(path, limits)
    if problem is not None:
        return Opened(copy, FileContent("unknown", (problem,)))
    if path.stat().st_size >= LARGE_BYTES:
        streamed = judge_large_table(path, limits=limits, id_query=id_query)
        if streamed is not None:
            # An interrupted stream has no hash, and nothing of it is released.
            digest = streamed.sha256 or file_sha256(path)
            return Opened(path, streamed, digest, streamed.size or path.stat().st_size)
    try:
        copy.parent.mkdir()
        shutil.copyfile(path, copy, follow_symlinks=False)
    except OSError as error:
        problem = FoundProblem(path.name, ProblemKind.UNREADABLE, error.strerror or "")
        return Opened(copy, FileContent("unknown", (problem,)))
    content = judge_file(copy, limits=limits, id_query=id_query)
    return Opened(copy, content, file_sha256(copy), copy.stat().st_size)


def _unfit(path: Path, limits: Limits) -> FoundProblem | None:
    if path.is_symlink() or not path.is_file():
        return FoundProblem(path.name, ProblemKind.UNSAFE_NAME, "a link or device, not a regular file")
    if path.stat().st_size > limits.file_bytes:
        return FoundProblem(path.name, ProblemKind.TOO_LARGE)
    return None
