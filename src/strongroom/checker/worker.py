"""What a confined child does with one file: it takes its limits, reads the file, answers in frames."""

import os
import resource
from typing import TYPE_CHECKING, BinaryIO

from strongroom.checker.artefacts import FoundProblem, Limits, ProblemKind

if TYPE_CHECKING:
    from strongroom.checker.readers.streamed import StreamedTable

_PROCESSES = 4096


def take_limits(limits: Limits) -> None:
    """Bind this process for good: no files written, no cores, bounded memory, time and processes."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, _PROCESSES),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def answer_request(mode: str, name: str, limits: Limits, file: int, answer: BinaryIO) -> None:
    """Read (or rebuild) the file open as descriptor `file` and answer on `answer`."""
    # Late on purpose: who only wants to take the limits must not wait for Arrow.
    from strongroom.checker.frames import write_artefact, write_frame  # noqa: PLC0415 - see above
    from strongroom.checker.readers.dispatch import new_context  # noqa: PLC0415 - see above
    from strongroom.checker.readers.part import Part, printable  # noqa: PLC0415 - see above
    from strongroom.checker.readers.streamed import open_table  # noqa: PLC0415 - see above

    size = os.fstat(file).st_size
    if size > limits.file_bytes:
        write_artefact(
            answer, FoundProblem(name, ProblemKind.TOO_LARGE, "larger than the limit for one file")
        )
    else:
        large = open_table(file, size, Part(b"", name, printable(name)), new_context(limits))
        if large is not None:
            _answer_streamed(mode, large, answer)
        elif mode == "stream":
            write_frame(answer, {"frame": "whole"})
        else:
            _answer_whole(mode, name, limits, _bytes_of(file, size), answer)
    write_frame(answer, {"frame": "end"})


def _answer_whole(mode: str, name: str, limits: Limits, data: bytes, answer: BinaryIO) -> None:
    from strongroom.checker.frames import write_artefact, write_frame  # noqa: PLC0415 - as above
    from strongroom.checker.readers import identify, read_bytes  # noqa: PLC0415 - as above

    write_frame(answer, {"frame": "type", "type": identify(data, name).value})
    for found in read_bytes(data, name, limits=limits):
        write_artefact(answer, found)
    if mode == "rebuild":
        _rebuild(answer, data, name, limits)


def _answer_streamed(mode: str, large: "StreamedTable", answer: BinaryIO) -> None:
    from strongroom.checker.frames import write_artefact, write_batch, write_frame  # noqa: PLC0415 - as above
    from strongroom.checker.readers.part import UnreadableError  # noqa: PLC0415 - as above
    from strongroom.checker.rebuild.streamed import StreamedCopy  # noqa: PLC0415 - as above

    write_frame(answer, {"frame": "type", "type": large.type})
    copy = StreamedCopy(large, answer) if mode == "rebuild" else None
    try:
        for batch in large:
            if copy:
                copy.write(batch)
            else:
                write_batch(answer, batch.where, batch.table)
        if copy:
            copy.finish()
        write_frame(answer, {"frame": "digest", "sha256": large.blocks.sha256, "size": large.blocks.size})
    except UnreadableError as found:
        write_artefact(answer, large.part.problem(found.kind, found.detail))
    except MemoryError:
        write_artefact(answer, large.part.problem(ProblemKind.TOO_LARGE, "needs more memory than the limit"))


def _rebuild(answer: BinaryIO, data: bytes, name: str, limits: Limits) -> None:
    from strongroom.checker.frames import write_frame  # noqa: PLC0415 - as above
    from strongroom.checker.readers.part import UnreadableError  # noqa: PLC0415 - as above
    from strongroom.checker.rebuild.dispatch import rebuild_bytes  # noqa: PLC0415 - as above

    try:
        rebuilt = rebuild_bytes(data, name, limits=limits)
    except UnreadableError as refused:
        write_frame(answer, {"frame": "refused", "why": refused.detail})
        return
    for copy in rebuilt.files:
        write_frame(answer, {"frame": "file", "name": copy.name}, copy.data)
    for note in rebuilt.changes:
        write_frame(answer, {"frame": "change", "text": note})


def _bytes_of(file: int, size: int) -> bytes:
    # A copy, not a map: what is read, judged and rebuilt stays one thing while the file may change.
    with os.fdopen(file, "rb", closefd=False) as stream:
        return stream.read(size)
