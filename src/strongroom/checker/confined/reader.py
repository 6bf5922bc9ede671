"""Files are parsed in a child process that can reach nothing: no network, no other file, bounded resources.

The parent never parses what a researcher wrote; it opens the file, hands it over, and checks the answer.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from strongroom.checker.confined.child import Request
from strongroom.checker.confined.running import described, fork_server, isolation
from strongroom.checker.contents.found import (
    Artefact,
    FileContent,
    FoundProblem,
    FoundTable,
    Limits,
    ProblemKind,
)
from strongroom.checker.contents.frames import (
    Body,
    FrameError,
    read_artefact,
    read_batch,
    read_digest,
    read_frames,
    read_possible_ids,
)
from strongroom.checker.contents.id_query import NO_IDS, IdQuery, PossibleIds
from strongroom.checker.contents.row_sample import AllRows
from strongroom.errors import InputError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    frame_overhead: int = threshold(
        1 << 26, "bytes", "judgement: headers and what is found beside the unpacked content"
    )
    large_tables: int = threshold(16, "tables", "cost: each is gathered in memory")


LIMITS = _Limits()


_UNKNOWN = "application/octet-stream"


def read_file(path: Path, *, limits: Limits | None = None) -> FileContent:
    """Return a file's format and contents, read in a confined child; of large tables all rows.

    Nothing the file contains raises: a crash, a timeout, or an answer out of order is a problem of kind
    CRASHED. Raises InputError when the file cannot be opened at all.
    """
    limits = limits or Limits()
    unsafe = _not_a_plain_file(path)
    if unsafe:
        return FileContent(_UNKNOWN, (FoundProblem(path.name, ProblemKind.UNSAFE_NAME, unsafe),), isolation())
    return _Reading(path.name, limits).of(answers("read", path, limits=limits))


def judge_file(path: Path, *, id_query: IdQuery, limits: Limits | None = None) -> FileContent:
    """Return the content of a file that detectors get: as `read_file`, but of large tables a sample.

    All rows of those are searched for `id_query`.
    """
    limits = limits or Limits()
    content = _Reading(path.name, limits).of(answers("judge", path, limits=limits, id_query=id_query))
    return replace(content, id_query=id_query)


def judge_large_table(path: Path, *, id_query: IdQuery, limits: Limits | None = None) -> FileContent | None:
    """Return the same as `judge_file` for a file that is one large table, None for any other."""
    limits = limits or Limits()
    reading = _Reading(path.name, limits)
    content = reading.of(answers("judge large", path, limits=limits, id_query=id_query))
    return None if reading.whole else content


class _Reading:
    """The result of a child's answer; `whole` if the file is not read as a stream."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._isolation = name, limits.isolation
        self._found: list[Artefact] = []
        self._gathered: dict[str, AllRows] = {}
        self._seen: dict[str, list[PossibleIds]] = {}
        self._type, self._digest, self._size = _UNKNOWN, "", 0
        self.whole = False

    def of(self, frames: Iterator[tuple[dict[str, Any], Body]]) -> FileContent:
        try:
            for header, body in frames:
                self._take(header, body)
        except FrameError as error:
            detail = f"the reader was stopped: {error}"
            self._found.append(FoundProblem(self._name, ProblemKind.CRASHED, detail))
        tables = tuple(each.found() for each in self._gathered.values())
        # A server that has answered has sent its greeting; otherwise do not wait a second time.
        isolated = described(fork_server(self._isolation), 0)
        found = (*map(self._with_possible_ids, self._found), *tables)
        return FileContent(self._type, found, isolated, self._digest, self._size)

    def _take(self, header: dict[str, Any], body: Body) -> None:
        match header.get("frame"):
            case "type":
                self._type = str(header.get("type", _UNKNOWN))[:100]
            case "whole":
                self.whole = True
            case "digest":
                self._digest, self._size = read_digest(header)
            case "batch":
                self._gather_rows(*read_batch(header, body))
            case "possible ids":
                where, possible_ids = read_possible_ids(header, body)
                self._seen.setdefault(where, []).append(possible_ids)
            case _:
                self._found.append(read_artefact(header, body))

    def _with_possible_ids(self, found: Artefact) -> Artefact:
        if not isinstance(found, FoundTable) or found.possible_ids is None:
            return found
        return replace(found, possible_ids=tuple(self._seen.get(found.where, ())))

    def _gather_rows(self, where: str, rows: pa.Table) -> None:
        if where not in self._gathered:
            if len(self._gathered) == LIMITS.large_tables:
                raise FrameError("more large tables than the limit")
            self._gathered[where] = AllRows(where)
        self._gathered[where].feed(rows)


def answers(
    mode: str, path: Path, *, limits: Limits, id_query: IdQuery = NO_IDS
) -> Iterator[tuple[dict[str, Any], Body]]:
    """Yield the frames a confined child answers about a file; raise FrameError when it does not end well."""
    with _opened(path) as file:
        limits = limits.for_size(os.fstat(file).st_size)
        request = Request(mode, path.name, limits, id_query)
        with closing(fork_server(limits.isolation).ask(request, file)) as answer:
            yield from read_frames(answer, limit=limits.unpacked_bytes + LIMITS.frame_overhead)
            answer.complete = True


def _not_a_plain_file(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise InputError(
            "cannot be opened.", file=path, hint="Check the path and its permissions."
        ) from error
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return "" if stat.S_ISREG(mode) else "not a regular file"


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # O_NONBLOCK: a pipe that replaced the file after the check must not block the parent.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        file = os.open(path, flags)
    except OSError as error:
        raise InputError(
            "cannot be opened.", file=path, hint="Check the path and its permissions."
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise InputError("is not a regular file.", file=path)
        yield file
    finally:
        os.close(file)
