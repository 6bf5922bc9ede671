"""The tables in a file, for callers that compare it and do not release it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from strongroom.checker.confined.reader import read_file
from strongroom.checker.contents.found import FoundProblem, FoundTable, Limits, ProblemKind
from strongroom.errors import InputError

_LEFT_OUT = frozenset(
    {
        ProblemKind.UNKNOWN_TYPE,
        ProblemKind.UNREADABLE,
        ProblemKind.ENCRYPTED,
        ProblemKind.TOO_DEEP,
        ProblemKind.TOO_LARGE,
        ProblemKind.CRASHED,
    }
)


@dataclass(frozen=True)
class TablesRead:
    """The tables found in a file; `unread` says where parts are that could not be opened, and why."""

    tables: tuple[pa.Table, ...] = field(repr=False)
    unread: tuple[str, ...]


def tables_read(path: Path, *, limits: Limits | None = None) -> TablesRead:
    """Return every table found in a file of any kind the readers open, archives and documents included.

    Raises InputError where nothing in it could be read.
    """
    content = read_file(path, limits=limits or Limits())
    tables = tuple(artefact.table for artefact in content.artefacts if isinstance(artefact, FoundTable))
    problems = [artefact for artefact in content.artefacts if isinstance(artefact, FoundProblem)]
    if not tables and problems:
        raise InputError(
            f"no table can be read: {problems[0].kind.value}.",
            file=path,
            hint="Name a table, or a document or an archive that holds one.",
        )
    unread = (f"{each.where} ({each.kind.value})" for each in problems if each.kind in _LEFT_OUT)
    return TablesRead(tables, tuple(dict.fromkeys(unread)))


def read_tables(path: Path, *, limits: Limits | None = None) -> list[pa.Table]:
    """Return every table found in a file, as `tables_read`, whatever else could not be opened."""
    return list(tables_read(path, limits=limits).tables)


def text_tables(
    path: Path, wanted: Collection[int], *, limits: Limits | None = None
) -> dict[str, tuple[int, int, dict[int, list[str]]]]:
    """Return every table found in a file, by a name that the evidence of a trace states.

    Of each the rows, the columns, and the cells of the rows that are `wanted`, as text.
    """
    found = {}
    for place, table in enumerate(read_tables(path, limits=limits)):
        rows = sorted(each for each in wanted if each < table.num_rows)
        cells = [[_text(cell) for cell in column.take(rows).to_pylist()] for column in table.columns]
        kept = dict(zip(rows, map(list, zip(*cells, strict=True)), strict=True))
        found[f"strongroom/{place}"] = (table.num_rows, table.num_columns, kept)
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)
