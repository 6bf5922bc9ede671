"""Large files of one JSON record a line, some lines at a time: memory does not grow with the file."""

import os
from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact, ProblemKind
from strongroom.checker.readers import json_text
from strongroom.checker.readers.kinds import FileKind, disagreement, identify
from strongroom.checker.readers.part import Context, Part, UnreadableError
from strongroom.checker.readers.sampled import TableSearch, Widening
from strongroom.checker.readers.stored import InFile
from strongroom.checker.readers.streamed import HEAD_BYTES, STREAMED_BYTES
from strongroom.checker.readers.text import decode
from strongroom.checker.sought import NOTHING

_STEP_BYTES = 1 << 22
_KINDS = {FileKind.JSON, FileKind.NDJSON}
_FEWEST = 2


def open_records(
    file: int, size: int, part: Part, context: Context
) -> tuple[FileKind, Iterator[Artefact]] | None:
    """Return the kind of a large file of records of values, and what is judged of it; None for any other.

    Records that hold lists or objects, or not all the same keys, are read whole.
    """
    if size < STREAMED_BYTES or context.sought == NOTHING:
        return None
    head = os.pread(file, HEAD_BYTES, 0)
    kind = identify(head, part.name)
    if kind not in _KINDS or disagreement(kind, part.name):
        return None
    try:
        records = _records(head[: head.rfind(b"\n") + 1])
    except UnreadableError:
        return None
    return (
        (kind, _read(InFile(file, size), list(records[0]), part, context))
        if len(records) >= _FEWEST
        else None
    )


def _read(stored: InFile, names: list[str], part: Part, context: Context) -> Iterator[Artefact]:
    context.budget.take(stored.size)
    widening = Widening(names)
    with TableSearch(part.where, widening.schema, context.sought) as search:
        for lines in _lines(stored):
            records = _records(lines, keys=set(names))
            table = json_text.table_of({name: [record[name] for record in records] for name in names})
            search.feed(widening.widened(table))
        yield search.found()


def _lines(stored: InFile) -> Iterator[bytes]:
    """Yield whole lines, some at a time."""
    carried = b""
    for at in range(0, stored.size, _STEP_BYTES):
        data = carried + stored.between(at, at + _STEP_BYTES)
        cut = data.rfind(b"\n") + 1
        carried = data[cut:]
        if len(carried) > _STEP_BYTES:
            raise UnreadableError(ProblemKind.TOO_LARGE, "a line longer than the limit")
        if cut:
            yield data[:cut]
    if carried:
        yield carried


def _records(lines: bytes, keys: set[str] | None = None) -> list[dict[str, json_text.Json]]:
    """Return records of the same keys that hold values only; raise UnreadableError for anything else."""
    records = json_text.parse_lines(decode(lines))
    for record in records:
        keys = keys or (set(record) if isinstance(record, dict) else None)
        if not isinstance(record, dict) or record.keys() != keys or not json_text.is_flat(record):
            detail = "records that are not all alike, too large to be read whole"
            raise UnreadableError(ProblemKind.UNREADABLE, detail)
    return records
