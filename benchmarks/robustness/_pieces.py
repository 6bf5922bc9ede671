"""Read small files as the airlock reads large ones: where they lie, a piece at a time."""

import io
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

from strongroom.checker.confined.child import Request, answer_request
from strongroom.checker.contents.found import Limits
from strongroom.checker.contents.frames import read_frames
from strongroom.checker.contents.id_query import IdQuery
from strongroom.checker.formats.archives import compressed_tar, tar_archive, zip_archive
from strongroom.checker.formats.part import Part
from strongroom.checker.formats.registry import BUILT_IN
from strongroom.checker.formats.science import sqlite_tables
from strongroom.checker.formats.tables import (
    json_elements,
    large_columnar,
    large_delimited,
    large_json,
    sampled,
)

_ID_QUERY = IdQuery(1, 1_000_000, 6_000_000)
# Smaller ones have no room for the ends that large ones are told by.
_LARGE_BYTES = 64
_STEP_BYTES = 512
_MOST_ANSWERED = 1 << 30


def as_if_large() -> None:
    """Take every file for a large one, in this process and those it forks."""
    for module in (zip_archive, large_columnar, large_json, sqlite_tables, large_delimited, tar_archive):
        module.STREAMED_BYTES = _LARGE_BYTES
    compressed_tar.STREAMED_GZIP_BYTES = large_delimited.STREAMED_GZIP_BYTES = sampled.SAMPLED_BYTES = (
        _LARGE_BYTES
    )
    json_elements.STEP_BYTES = _STEP_BYTES


def bind(limits: Limits) -> None:
    """Bind the memory of this process; it writes the files it reads, so no more than that is bound."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def is_read_in_pieces(name: str, content: bytes) -> bool:
    """Say whether a file is of a format that is read in pieces where it is large."""
    with _written(content) as file:
        part, context = Part(b"", name, name), BUILT_IN.context(Limits(), _ID_QUERY)
        if large_delimited.open_table(file, len(content), part, context) is not None:
            return True
        return BUILT_IN.open_large(file, len(content), part, context) is not None


def frames_of(name: str, content: bytes, limits: Limits) -> list[str]:
    """Return the kinds of the frames that a child of the airlock answers about a file."""
    answer = io.BytesIO()
    with _written(content) as file:
        answer_request(Request("judge", name, limits, _ID_QUERY), file, answer)
    answer.seek(0)
    return [str(header["frame"]) for header, _ in read_frames(_Answered(answer), limit=_MOST_ANSWERED)]


class _Answered:
    """An answer as frames are read from."""

    def __init__(self, answer: io.BytesIO) -> None:
        self._answer = answer

    def readinto(self, buffer: memoryview) -> None:
        """Fill a buffer; EOFError where the answer ends before."""
        if self._answer.readinto(buffer) != len(buffer):
            raise EOFError("the answer ends too soon")


@contextmanager
def _written(content: bytes) -> Iterator[int]:
    file = os.memfd_create("fuzz")
    try:
        os.pwrite(file, content, 0)
        yield file
    finally:
        os.close(file)
