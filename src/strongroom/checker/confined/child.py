"""What a confined child does with one file: it sets its limits, reads the file, answers in frames."""

import os
import resource
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from strongroom.checker.contents.found import FoundProblem, Limits, ProblemKind
from strongroom.checker.contents.id_query import IdQuery
from strongroom.checker.contents.id_query import from_json as id_query_from_json
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from strongroom.checker.formats.part import Context
    from strongroom.checker.formats.registry import Registry
    from strongroom.checker.formats.tables.large_delimited import StreamedTable


class _Limits(Thresholds):
    """The numbers this module decides by."""

    processes: int = threshold(
        4096,
        "processes of the user",
        "cost: threads of libraries count too, and those of other readers; fewer stop honest readers",
    )


LIMITS = _Limits()


def take_limits(limits: Limits, *, judging: bool = False) -> None:
    """Bind this process for good: no files written, no cores, bounded memory, time and processes."""
    for what, most in (
        (resource.RLIMIT_DATA, limits.judged_bytes if judging else limits.memory_bytes),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, LIMITS.processes),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


@dataclass(frozen=True)
class Request:
    """What is asked about a file called `name`.

    The `mode` is "read" for all of it, "judge" for what is judged of it, "judge large" for the same but only
    of a large table, and "rebuild" for the copy that is released.
    """

    mode: str
    name: str
    limits: Limits
    id_query: IdQuery

    def to_json(self) -> dict[str, Any]:
        """Return it as what can be written as JSON."""
        asked = {"mode": self.mode, "name": self.name}
        return asked | {"limits": asdict(self.limits), "id_query": self.id_query.to_json()}


def request_from_json(written: Mapping[str, Any]) -> Request:
    """Return what `Request.to_json` wrote."""
    limits, id_query = Limits(**written["limits"]), id_query_from_json(written["id_query"])
    return Request(written["mode"], written["name"], limits, id_query)


def answer_request(request: Request, file: int, answer: BinaryIO, formats: "Registry | None" = None) -> None:
    """Answer on `answer` about the file open as descriptor `file`; by default by the built-in formats."""
    # Imported late on purpose: a process that only sets the limits must not wait for Arrow.
    from strongroom.checker.contents.frames import write_artefact, write_frame  # noqa: PLC0415 - see above
    from strongroom.checker.disguises.search_file import search_artefacts  # noqa: PLC0415 - see above
    from strongroom.checker.formats.part import Part, printable  # noqa: PLC0415 - see above
    from strongroom.checker.formats.reader_errors import or_nothing_found  # noqa: PLC0415 - see above
    from strongroom.checker.formats.registry import BUILT_IN  # noqa: PLC0415 - see above
    from strongroom.checker.formats.tables.large_delimited import open_table  # noqa: PLC0415 - see above

    name, limits, formats = request.name, request.limits, formats or BUILT_IN
    size = os.fstat(file).st_size
    if size > limits.file_bytes:
        write_artefact(
            answer, FoundProblem(name, ProblemKind.TOO_LARGE, "larger than the limit for one file")
        )
    else:
        part, context = Part(b"", name, printable(name)), formats.context(limits, request.id_query)
        large = open_table(file, size, part, context)
        if large is not None:
            _answer_streamed(request, large, context, answer)
        elif request.mode == "judge large":
            write_frame(answer, {"frame": "whole"})
        elif (pieces := formats.open_large(file, size, part, context)) is not None:
            kind, found_in = pieces
            write_frame(answer, {"frame": "type", "type": kind.mime})
            for found in or_nothing_found(part, search_artefacts(part, found_in, context)):
                write_artefact(answer, found)
            if request.mode == "rebuild":
                _rebuild(answer, _bytes_of(file, size), request, formats)
        else:
            _answer_whole(request, _bytes_of(file, size), answer, formats)
    write_frame(answer, {"frame": "end"})


def refuse_request(why: str, request: Request, _file: int, answer: BinaryIO, _formats: "Registry") -> None:
    """Answer that no file can be read: a plug-in cannot be used."""
    from strongroom.checker.contents.frames import write_artefact, write_frame  # noqa: PLC0415 - as above

    write_artefact(answer, FoundProblem(request.name, ProblemKind.CRASHED, why))
    write_frame(answer, {"frame": "end"})


def _answer_whole(request: Request, data: bytes, answer: BinaryIO, formats: "Registry") -> None:
    from strongroom.checker.contents.frames import write_artefact, write_frame  # noqa: PLC0415 - as above
    from strongroom.checker.disguises.search_file import read_bytes  # noqa: PLC0415 - as above

    write_frame(answer, {"frame": "type", "type": formats.identify(data, request.name).mime})
    for found in read_bytes(
        data, request.name, limits=request.limits, id_query=request.id_query, formats=formats
    ):
        write_artefact(answer, found)
    if request.mode == "rebuild":
        _rebuild(answer, data, request, formats)


def _answer_streamed(request: Request, large: "StreamedTable", context: "Context", answer: BinaryIO) -> None:
    from strongroom.checker.contents.frames import write_artefact, write_batch, write_frame  # noqa: PLC0415 - as above
    from strongroom.checker.disguises.search_file import search_artefacts  # noqa: PLC0415 - as above
    from strongroom.checker.formats.part import UnreadableError  # noqa: PLC0415 - as above
    from strongroom.checker.formats.tables.scanned import ScannedTable  # noqa: PLC0415 - as above

    write_frame(answer, {"frame": "type", "type": large.type})
    try:
        if request.mode == "rebuild":
            from strongroom.checker.formats.tables.rebuild_large import write_copy  # noqa: PLC0415 - as above

            write_copy(large, answer)
        elif request.mode == "read":
            for batch in large:
                write_batch(answer, batch.where, batch.table)
        else:
            table = ScannedTable(large, request.id_query).read()
            for found in search_artefacts(large.part, iter((table,)), context):
                write_artefact(answer, found)
        write_frame(answer, {"frame": "digest", "sha256": large.blocks.sha256, "size": large.blocks.size})
    except UnreadableError as error:
        write_artefact(answer, large.part.problem(error.kind, error.detail))
    except MemoryError:
        write_artefact(answer, large.part.problem(ProblemKind.TOO_LARGE, "needs more memory than the limit"))


def _rebuild(answer: BinaryIO, data: bytes, request: Request, formats: "Registry") -> None:
    from strongroom.checker.contents.frames import write_frame  # noqa: PLC0415 - as above
    from strongroom.checker.formats.part import UnreadableError  # noqa: PLC0415 - as above
    from strongroom.checker.formats.registry import rebuild_bytes  # noqa: PLC0415 - as above

    try:
        rebuilt = rebuild_bytes(data, request.name, limits=request.limits, formats=formats)
    except UnreadableError as refused:
        write_frame(answer, {"frame": "refused", "why": refused.detail})
        return
    for copy in rebuilt.files:
        write_frame(answer, {"frame": "file", "name": copy.name}, copy.data)
    for note in rebuilt.changes:
        write_frame(answer, {"frame": "change", "text": note})


def _bytes_of(file: int, size: int) -> bytes:
    # A copy, not a memory map: what is read, checked and rebuilt must not change when the file does.
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(file, "rb", closefd=False) as stream:
        return stream.read(size)
