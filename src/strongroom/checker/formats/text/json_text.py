"""JSON and NDJSON: lists of records and columns are tables, at any depth; the rest is text."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError, printable
from strongroom.checker.formats.text.plain_text import decode
from strongroom.checker.formats.text.plain_text import tables_in as text_tables
from strongroom.thresholds import Thresholds, threshold

Json = Any


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(5, "values", "judgement: shorter lists are settings")
    deepest: int = threshold(200, "levels", "cost: recursion; no statistical output nests deeper")
    flattened: int = threshold(8, "levels", "cost: nested objects become columns down to this level")
    signs_of_addresses: int = threshold(
        9, "different signs", "judgement: a longer variety of signs is encoded data and no address"
    )
    least_lines: int = threshold(2, "line ends", "judgement: a string with fewer is no table")


LIMITS = _Limits()


_DENSE = re.compile(r"[!-~]{40,}")


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the tables of a JSON document, and its text unless the whole document is one table."""
    content = decode(part.data)
    try:
        document = parse(content)
    except UnreadableError:
        document = parse_lines(content)  # many tools write one document a line under the name .json
    yield from artefacts_of(document, part.where, content, context)


def read_lines(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the tables of a file of one JSON document a line."""
    content = decode(part.data)
    yield from artefacts_of(parse_lines(content), part.where, content, context)


def artefacts_of(document: Json, where: str, content: str, context: Context) -> Iterator[Artefact]:
    """Yield the tables in a parsed document, and `content` unless the whole is one table."""
    del context
    if as_table(document) is None:
        yield FoundText(where, content)
        long = "\n\n".join(each for each in strings(document) if _is_dense(each) or _has_lines(each))
        if long:
            yield FoundText(f"{where} > strings", long)
            yield from text_tables(long, f"{where} > strings")
    yield from tables_in(document, where)


def strings(document: Json) -> Iterator[str]:
    """Yield every string that is a value."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            left.extend(value.values() if isinstance(value, dict) else value)


def _has_lines(text: str) -> bool:
    return text.strip().count("\n") >= LIMITS.least_lines


def _is_dense(text: str) -> bool:
    """Return whether a string has such long runs of symbols that escaping would damage what it encodes."""
    run = _DENSE.search(text)
    return (
        run is not None
        and len({sign for sign in run.group() if not sign.isalnum()}) > LIMITS.signs_of_addresses
    )


def parse(content: str) -> Json:
    """Return a parsed document; raise UnreadableError, also for duplicate keys."""
    try:
        return json.loads(content, object_pairs_hook=object_of)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "is not JSON") from error


def parse_lines(content: str) -> list[Json]:
    """Return the documents of a file of one a line; raise UnreadableError."""
    return [parse(line) for line in content.split("\n") if line.strip()]


def tables_in(document: Json, where: str, depth: int = 0) -> Iterator[FoundTable]:
    """Yield every table in a document: records, columns, lists of rows, long lists of values."""
    if depth > LIMITS.deepest:
        raise UnreadableError(ProblemKind.TOO_DEEP, f"JSON nested more than {LIMITS.deepest} deep")
    table = as_table(document)
    beside = _beside(document) if table is None else {}
    if table is not None:
        yield FoundTable(where, table)
    elif beside:
        yield FoundTable(where, table_of(beside))
    children = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, child in children:
        nested = isinstance(child, (dict, list)) and key not in beside
        if nested and not (table is not None and is_flat(child)):
            yield from tables_in(child, f"{where} > {printable(str(key))}", depth + 1)


def _beside(document: Json) -> dict[str, Json]:
    """Return the lists of values in an object that have the same length: columns, whatever else it holds."""
    if not isinstance(document, dict):
        return {}
    lists = {
        key: each
        for key, each in document.items()
        if isinstance(each, list) and len(each) >= LIMITS.least_values and is_flat(each)
    }
    same = len({len(each) for each in lists.values()}) == 1
    return lists if len(lists) > 1 and same else {}


def as_table(document: Json) -> pa.Table | None:
    """Return a value as a table, or None: records, rows, columns, or five or more values."""
    if isinstance(document, list) and document:
        if all(isinstance(item, dict) for item in document):
            return _records(document)
        if all(isinstance(item, list) and len(item) == len(document[0]) for item in document) and document[0]:
            return table_of(
                {f"f{number}": list(cells) for number, cells in enumerate(zip(*document, strict=True))}
            )
        if len(document) >= LIMITS.least_values and is_flat(document):
            return table_of({"f0": document})
    return _of_object(document) if isinstance(document, dict) and document else None


def _of_object(document: dict[str, Json]) -> pa.Table | None:
    """Return an object of columns, or of numbers by key, as a table."""
    columns = list(document.values())
    first = columns[0]
    if all(isinstance(item, list) for item in columns) and first:
        same = all(len(item) == len(first) and is_flat(item) for item in columns)
        return table_of(document) if same else None
    if isinstance(first, dict) and first and all(_same_keys(item, first) for item in columns):
        # pandas writes a frame as {column: {row: value}}.
        return table_of({name: list(cells.values()) for name, cells in document.items()})
    if len(document) >= LIMITS.least_values and all(map(_is_number, columns)):
        return table_of({"key": list(document), "value": columns})
    return None


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same_keys(item: Json, first: dict[str, Json]) -> bool:
    return isinstance(item, dict) and item.keys() == first.keys() and is_flat(item)


def _records(records: list[dict[str, Json]]) -> pa.Table | None:
    if any(isinstance(cell, dict) for record in records for cell in record.values()):
        records = [_flattened(record) for record in records]
    names = dict.fromkeys(name for record in records for name in record)
    return table_of({name: [record.get(name) for record in records] for name in names}) if names else None


def _flattened(record: dict[str, Json], depth: int = 0) -> dict[str, Json]:
    """Return a record with nested objects flattened into dotted names."""
    flat: dict[str, Json] = {}
    for name, cell in record.items():
        nested = isinstance(cell, dict) and cell and depth < LIMITS.flattened
        inner = _flattened(cell, depth + 1) if nested else {"": cell}
        for below, value in inner.items():
            both = f"{name}.{below}" if below or nested else name
            while both in flat:
                both += "'"  # a dotted name may collide with two nested ones
            flat[both] = value
    return flat


def table_of(cells: dict[str, list[Json]]) -> pa.Table:
    """Return a table of columns typed by their values."""
    return pa.table([array(each) for each in cells.values()], names=list(cells))


def array(cells: list[Json]) -> pa.Array:
    """Return a column typed by its values; as text if they do not agree or are nested."""
    if any(isinstance(cell, (dict, list)) for cell in cells):
        return pa.array([None if cell is None else json.dumps(cell) for cell in cells], pa.string())
    try:
        return pa.array(cells)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


def is_flat(value: Json) -> bool:
    """Return whether a list or object holds only plain values."""
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, (dict, list)) for item in items)


def object_of(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return an object; raise ValueError for duplicate keys."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")  # parsers would drop the earlier value
    return found
