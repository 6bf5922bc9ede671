"""Large JSON files of records or rows, some at a time: memory does not grow with the file.

They hold one object per line, or one list. A file of another shape is read whole: nothing is reported before
all of it has been read.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

from strongroom.checker.contents.found import Artefact
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.formats.part import Context, Kind, Part, UnreadableError
from strongroom.checker.formats.streams.stored import InFile, InMemory, Stored
from strongroom.checker.formats.tables.json_elements import by_element, by_line
from strongroom.checker.formats.tables.large_delimited import HEAD_BYTES, STREAMED_BYTES
from strongroom.checker.formats.tables.sampled import TableSearch, Widening
from strongroom.checker.formats.text import json_text
from strongroom.checker.formats.text.formats import JSON, NDJSON
from strongroom.checker.formats.text.json_text import Json
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest: int = threshold(2, "records", "judgement: one record is a document")


LIMITS = _Limits()


_Elements = Callable[[Stored], Iterator[list[Json]]]


class _UnlikeError(Exception):
    """An object with a key, or a row with a position, that the first lacks; or nested values."""


def open_records(
    file: int, size: int, part: Part, context: Context
) -> tuple[Kind, Iterator[Artefact]] | None:
    """Return the kind of a large file of flat objects and its content for checking; None for any other."""
    if size < STREAMED_BYTES or context.id_query == NO_IDS:
        return None
    head = os.pread(file, HEAD_BYTES, 0)
    kind = context.formats.identify(head, part.name)
    if kind not in (JSON, NDJSON) or context.formats.disagreement(kind, part.name):
        return None
    listed = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    elements = by_element if listed else by_line
    try:
        first = next(elements(InMemory(head if listed else head[: head.rfind(b"\n") + 1])), [])
        names = _names(first)
    except (UnreadableError, _UnlikeError):
        return None
    return (kind, _read(InFile(file, size), elements, names, part, context)) if names else None


def _names(first: list[Json]) -> list[str]:
    """Return the column names of the first elements; none if they are not a table."""
    if len(first) < LIMITS.fewest:
        return []
    names = list(first[0]) if isinstance(first[0], dict) else []
    if isinstance(first[0], list):
        names = [f"f{place}" for place in range(len(first[0]))]
    _columns(first, names)
    return names


def _read(
    stored: InFile, elements: _Elements, names: list[str], part: Part, context: Context
) -> Iterator[Artefact]:
    context.budget.take(stored.size)
    try:
        found = _searched(stored, elements, names, part, context)
    except (UnreadableError, _UnlikeError):
        yield from context.read(replace(part, data=stored.between(0, stored.size)), context)
    else:
        yield found


def _searched(
    stored: InFile, elements: _Elements, names: list[str], part: Part, context: Context
) -> Artefact:
    widening = Widening(names)
    with TableSearch(part.where, widening.schema, context.id_query) as search:
        for some in elements(stored):
            search.feed(widening.widened(json_text.table_of(_columns(some, names))))
        return search.found()


def _columns(elements: list[Json], names: list[str]) -> dict[str, list[Json]]:
    """Return the values of objects or rows by column; raise _UnlikeError for anything else."""
    known = set(names)
    if all(isinstance(each, dict) and each.keys() <= known for each in elements):
        columns = {name: [each.get(name) for each in elements] for name in names}
    elif all(isinstance(each, list) and len(each) == len(names) for each in elements):
        columns = dict(zip(names, map(list, zip(*elements, strict=True)), strict=True))
    else:
        raise _UnlikeError
    if not all(map(json_text.is_flat, columns.values())):
        raise _UnlikeError
    return columns
