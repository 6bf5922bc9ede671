"""Pickles (plain, joblib, compressed): walked opcode by opcode, never loaded; their arrays are judged."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import (
    Artefact,
    FoundModel,
    FoundTable,
    FoundText,
    Origin,
    ProblemKind,
)
from strongroom.checker.formats.models.pickle_allowed import allowed
from strongroom.checker.formats.models.pickle_frames import frame
from strongroom.checker.formats.models.pickle_values import Made, Name, Outside, Pairs, Type
from strongroom.checker.formats.models.pickle_walk import Machine
from strongroom.checker.formats.part import Context, Part, UnreadableError, printable
from strongroom.checker.formats.science.arrays import array_artefacts, cells, raw_bytes
from strongroom.checker.formats.science.r_stream import unpacked
from strongroom.checker.formats.text import json_text
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_pickles: int = threshold(10_000, "pickles", "cost: joblib writes one an array; each is walked")
    few: int = threshold(
        5,
        "values",
        "judgement: fewer values are settings of a model, and fewer names suffice to explain a finding",
    )
    long_bytes: int = threshold(
        64, "bytes", "judgement: shorter bytes are names and settings; a few records take more"
    )
    longest_place: int = threshold(
        1_000,
        "characters",
        "cost: a place names its ancestors; deeper values are named after the one where this is reached",
    )


LIMITS = _Limits()


_PICKLES = re.compile(rb"\x80[\x02-\x05]")
_WIDEST = 2**63  # fixed: numbers beyond have no Arrow type
_NO_ROW = object()
_NAME = re.compile(r"[A-Za-z_][\w.]{0,119}")


@dataclass(repr=False)
class Walk:
    """What is gathered on the way through the values: names of classes, words, lone numbers, a count."""

    context: Context
    origin: Origin = Origin.MODEL
    words: list[str] = field(default_factory=list)
    short: list[Any] = field(default_factory=list)
    seen: dict[int, Any] = field(default_factory=dict)  # kept alive, so that no id is reused
    numbers: int = 0


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the arrays, tables and words of a pickle, its classes, and every name that is not data."""
    data, left = _plain(part, context)
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the compressed stream")
    stream = BytesIO(data)
    names: list[str] = []
    walk = Walk(context)
    for _ in range(LIMITS.most_pickles):
        machine = Machine(stream)
        root = machine.run()
        names.extend(machine.names)
        yield from values(root, part, walk)
        if not _PICKLES.match(data, stream.tell()):
            break
    if stream.tell() != len(data):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the pickle's end")
    yield from judged_names(part, names)
    yield from gathered(part, walk)
    yield FoundModel(part.where, "pickle", classes(names), walk.numbers)


def judged_names(part: Part, names: list[str]) -> Iterator[Artefact]:
    """Yield a problem for each name that is no building block of data or of a known kind of model."""
    for name in sorted({name for name in names if not allowed(name)})[: LIMITS.few]:
        shown = name if _NAME.fullmatch(name) else "an unusual name"
        yield part.problem(ProblemKind.ACTIVE_CONTENT, f"loading it would call {printable(shown)}")


def classes(names: list[str]) -> tuple[str, ...]:
    """Return the names of a pickle's classes, each once, most telling first: models before data."""
    return tuple(sorted({name for name in names if allowed(name)}))


def gathered(part: Part, walk: Walk) -> Iterator[Artefact]:
    """Yield the single numbers and the words found anywhere in the values."""
    if walk.short:
        yield FoundTable(f"{part.where} > single values", pa.table({"value": cells(walk.short)}))
    if walk.words:
        yield FoundText(f"{part.where} > words", "\n".join(dict.fromkeys(walk.words)))


def values(root: Any, part: Part, walk: Walk) -> Iterator[Artefact]:
    """Yield everything a value holds, without recursion; shared objects are read once."""
    waiting: list[tuple[Any, Part]] = [(root, part)]
    while waiting:
        value, at = waiting.pop()
        if isinstance(value, (Made, Pairs, list, tuple)):
            if id(value) in walk.seen:
                continue
            walk.seen[id(value)] = value
        yield from _of(value, at, walk)
        waiting.extend(reversed(list(_children(value, at))))


def _of(value: Any, at: Part, walk: Walk) -> Iterator[Artefact]:
    """Yield the artefact that a value itself forms."""
    array = value.array if isinstance(value, Made) else value
    if isinstance(array, np.ndarray):
        walk.numbers += array.size
        if array.dtype.kind != "O":
            yield from array_artefacts(at, array, walk.context, walk.origin)
    elif isinstance(value, (Made, list, tuple, Pairs)):
        yield from _table(value, at, walk)
    else:
        yield from _single_value(value, at, walk)


def _table(value: Any, at: Part, walk: Walk) -> Iterator[Artefact]:
    """Yield the table a data frame, a list or a dictionary is."""
    if isinstance(value, Made):
        table = frame(value)
    else:
        document = _document(value)
        table = json_text.as_table(document) if document is not None else None
    if table is not None and table.num_rows * table.num_columns >= LIMITS.few:
        walk.numbers += table.num_rows * table.num_columns
        yield FoundTable(at.where, table, walk.origin)


def _single_value(value: Any, at: Part, walk: Walk) -> Iterator[Artefact]:
    """Yield long bytes in their own format; collect single numbers and words."""
    if isinstance(value, (bytes, bytearray)) and len(value) >= LIMITS.long_bytes:
        yield from raw_bytes(at, bytes(value), walk.context)
    elif isinstance(value, (bytes, bytearray)):
        walk.words.append(bytes(value).decode("latin-1"))
    elif isinstance(value, str):
        walk.words.append(value)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) < _WIDEST):
        walk.short.append(value)
    elif value is not None and not isinstance(value, (Name, Outside, Type)):
        walk.words.append(str(value))


def _children(value: Any, at: Part) -> Iterator[tuple[Any, Part]]:
    """Yield a value's members with their paths; the cells of a plain table are not repeated."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        yield list(value.reshape(-1)), at
    elif isinstance(value, Made):
        if value.array is not None:
            yield from _children(value.array, at)
            return
        yield from ((each, at) for each in value.arguments)
        yield value.state, at
        yield value.items, at
    elif isinstance(value, Outside):
        yield value.key, at
    elif isinstance(value, Pairs) and _document(value) is None:
        for key, held in value.pairs:
            name = printable(str(key)) if isinstance(key, (str, int, float)) else "key"
            if not isinstance(key, (str, int)):
                yield key, at
            yield held, (at.inner(b"", name) if len(at.where) < LIMITS.longest_place else at)
        yield [key for key, _ in value.pairs], at
    elif isinstance(value, (list, tuple)) and (len(value) < LIMITS.few or _document(value) is None):
        yield from ((each, at) for each in value)
    elif isinstance(value, Pairs):
        yield [part for pair in value.pairs for part in pair], at


def _document(value: Any) -> Any:
    """Return a value of plain cells, or of rows of them, as JSON would hold it; None for anything else."""
    if isinstance(value, Pairs):
        if not value.pairs or not all(_is_plain(held) for _, held in value.pairs):
            return None
        return [[str(key), _cell(held)] for key, held in value.pairs if _is_plain(key)]
    rows = [_row(each) for each in value]
    if not rows or any(row is _NO_ROW for row in rows):
        return None
    return rows if len({isinstance(row, (list, dict)) for row in rows}) == 1 else None


def _row(value: Any) -> Any:
    if _is_plain(value):
        return _cell(value)
    if isinstance(value, (list, tuple)) and value and all(_is_plain(each) for each in value):
        return [_cell(each) for each in value]
    if isinstance(value, Pairs) and value.pairs and all(_is_plain(held) for _, held in value.pairs):
        return {str(key): _cell(held) for key, held in value.pairs if _is_plain(key)}
    return _NO_ROW


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bytes))


def _cell(value: Any) -> Any:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _plain(part: Part, context: Context) -> tuple[bytes, int]:
    """Return the opcodes, unpacked where joblib packed them with zlib, gzip, bz2 or xz."""
    if not part.data.startswith(b"\x78"):
        return unpacked(part, context)
    limit = context.unpack_limit(len(part.data))
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(part.data, limit + 1)
    except zlib.error as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "damaged compressed data") from error
    if len(data) > limit:
        raise UnreadableError(ProblemKind.TOO_LARGE, "unpacks to more than the limit")
    if not unpacker.eof:
        raise UnreadableError(ProblemKind.UNREADABLE, "the compressed data are truncated")
    context.budget.take(len(data))
    return data, len(unpacker.unused_data)
