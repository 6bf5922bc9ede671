"""Tables written in source code: vectors, tuples, data frames, INSERT statements, strings of rows."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.formats.columns import Cell, table_of
from strongroom.checker.formats.text.literal_groups import Group, groups_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_vector: int = threshold(5, "values", "judgement: shorter vectors are settings and labels")
    least_rows: int = threshold(3, "rows", "judgement: fewer tuples are settings")
    least_cells: int = threshold(6, "cells", "judgement: fewer cells are settings")
    nested: int = threshold(
        8, "brackets", "judgement: brackets around the only vector of a column, as in list(c(...))"
    )


LIMITS = _Limits()


_ITEM = r"(?:(?<![\w.])[-+]?\.?\d[\d.]*+\w*+|\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|NA|None|NULL)"
# Code without three literals in a row, without a text of several lines, and without matrices has no table.
_WORTH = re.compile(
    rf"{_ITEM}\s*,\s*{_ITEM}\s*[\])}}]\s*,\s*[\[({{]|[\[(]\s*{_ITEM}(?:\s+{_ITEM}){{4}}|"
    rf"{_ITEM}\s*,\s*{_ITEM}\s*,\s*{_ITEM}|\"\"\"|'''|\[\s*[-\d.]+\s+[-\d.]+|\"[^\"\n]*\n[^\"\n]*\n[^\"\n]*\n"
    rf"|[=:<-]\s*{_ITEM}\s*,\s*['\"\w.]+\s*(?:=|:|<-|=>)\s*{_ITEM}"
)


def literals_of(content: str) -> Group:
    """Return a text's brackets, parsed once; none if nothing in it could be a table."""
    marked = any(mark in content for mark in "([{\"'")
    return groups_of(content) if marked and _WORTH.search(content) else Group()


def literal_tables(root: Group) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tables among a text's literals, each with the line it begins at; largest brackets first."""
    loose: dict[tuple[str, bool, int], list[Group]] = defaultdict(list)
    yield from _beneath(root, loose)
    for (callee, assigned, _), groups in loose.items():
        yield from _joined(groups, columns=assigned and callee.upper() != "VALUES")


def _beneath(group: Group, loose: dict[tuple[str, bool, int], list[Group]]) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tables of a group, or else of the groups within it; single rows go to `loose`."""
    waiting = [group]
    while waiting:
        here = waiting.pop()
        table = _as_table(here) if here is not group else None
        if table is not None:
            yield here.line, table
            continue
        cells = here.cells
        if cells is not None and len(cells) > 1 and here is not group:
            loose[here.callee, bool(here.assigned), len(cells)].append(here)
        waiting.extend(reversed(here.within))


def _joined(groups: list[Group], *, columns: bool) -> Iterator[tuple[int, pa.Table]]:
    """Yield brackets of equal length as the rows or columns of one table, a few as vectors."""
    vectors = [group.cells or [] for group in groups]
    if (
        len(vectors) >= (2 if columns else LIMITS.least_rows)
        and len(vectors) * len(vectors[0]) >= LIMITS.least_cells
    ):
        if columns:
            names = [group.assigned for group in groups]
            yield groups[0].line, table_of(vectors, names)
        else:
            yield groups[0].line, table_of(list(zip(*vectors, strict=True)), _keys(groups[0]))
        return
    for group, vector in zip(groups, vectors, strict=True):
        if len(vector) >= LIMITS.least_vector:
            yield group.line, _vector(group, vector)


def _vector(group: Group, vector: list[Cell]) -> pa.Table:
    if all(key is not None for key in group.keys):
        return table_of([group.keys, vector], ["key", "value"])
    return table_of([vector])


def _as_table(group: Group) -> pa.Table | None:
    """Return a bracket as a table, or None."""
    return _tribble(group) or _matrix(group) or _of_columns(group) or _of_rows(group)


def _tribble(group: Group) -> pa.Table | None:
    """Return R's tribble(~a, ~b, 1, 2, ...)."""
    cells, width = group.cells, len(group.names)
    if not width or not cells or len(cells) % width:
        return None
    return table_of([cells[place::width] for place in range(width)], group.names)


def _matrix(group: Group) -> pa.Table | None:
    """Return a matrix with blank-separated cells, as Julia and MATLAB write it."""
    rows = [row for row in group.rows if row]
    if not group.commas and len(rows) == 1 and len(rows[0]) >= LIMITS.least_vector and not group.cells:
        return table_of(rows)
    if group.commas or len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):  # noqa: PLR2004 - two by two
        return None
    return table_of(list(zip(*rows, strict=True)))


def _of_columns(group: Group) -> pa.Table | None:
    """Return a dictionary, list or data frame of named vectors of one length."""
    named = [(key, _vector_of(item)) for key, item in zip(group.keys, group.items, strict=True)]
    columns = [(key, cells) for key, cells in named if key is not None and cells is not None]
    longest = max((len(cells) for _, cells in columns), default=0)
    columns = [(key, cells) for key, cells in columns if len(cells) == longest]
    if not columns or longest < 2 or longest * len(columns) < LIMITS.least_cells:  # noqa: PLR2004 - a table
        return None
    if len(columns) == 1 and len(named) > 1:
        return None
    if len(columns) > 2 * longest:  # one key a row: rows under their names
        cells = [[key for key, _ in columns], *zip(*(row for _, row in columns), strict=True)]
        return table_of(cells)
    return table_of([cells for _, cells in columns], [key for key, _ in columns])


def _of_rows(group: Group) -> pa.Table | None:
    """Return a list of tuples, of lists or of records of one length."""
    groups = [item for item in group.items if isinstance(item, Group)]
    rows = [(item, item.cells) for item in groups if item.cells is not None and len(item.cells) > 1]
    if len(rows) < 2 or len(rows) < 0.8 * len(group.items):  # noqa: PLR2004 - two rows, and hardly anything else
        return None
    width = max(len(cells) for _, cells in rows)
    complete = [(item, cells) for item, cells in rows if len(cells) == width]
    if len(complete) < 0.8 * len(rows) or width * len(complete) < LIMITS.least_cells:
        return None
    return table_of(list(zip(*(cells for _, cells in complete), strict=True)), _keys(complete[0][0]))


def _vector_of(item: object, depth: int = LIMITS.nested) -> list[Cell] | None:
    """Return the cells of a bracket, or of the only one within it: np.array([..]), structure(c(..), ..)."""
    if not isinstance(item, Group) or not depth:
        return None
    if item.cells is not None:
        return item.cells
    unnamed = [value for key, value in zip(item.keys, item.items, strict=True) if key is None]
    return _vector_of(unnamed[0], depth - 1) if len(unnamed) == 1 else None


def _keys(group: Group) -> list[str]:
    names = [key for key in group.keys if key is not None]
    return names if len(names) == len(group.keys) else []
