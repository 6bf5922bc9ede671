"""Tables that hold people in another shape than a row each: transposed, melted, or packed into single cells.

Each way back gives candidate tables; they are compared with the cohort like any other table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strongroom.matching.values.base36 import from_base_36
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows_as_columns: int = threshold(2_000, "rows", "derived: match_rows compares at most 2,000 columns")
    least_rows_as_columns: int = threshold(
        2,
        "rows",
        "judgement: one row transposed is a single column, which is judged by its order",
    )
    least_people: int = threshold(
        8,
        "people",
        "judgement: fewer people are found by the search for single records",
    )
    least_values: int = threshold(
        4,
        "values a variable, on average",
        "judgement: melting a table drops missing values; fewer values are not a variable",
    )
    most_cells: int = threshold(4_000_000, "cells", "cost: cells are rearranged in Python as text")
    most_variables: int = threshold(2_000, "variables", "derived: match_rows compares at most 2,000 columns")
    most_long_columns: int = threshold(
        4,
        "columns",
        "judgement: a melted table has person, variable and value, and at most a visit beside them",
    )
    least_parts: int = threshold(
        3,
        "values a cell",
        "judgement: two parts are a range, a ratio or a name, not a packed record",
    )
    sample: int = threshold(200, "cells", "cost: the form of a column is read from its first cells")
    least_alike: float = threshold(
        0.9,
        "share of cells or columns",
        "judgement: a form that fewer share is not how the table was written",
    )


LIMITS = _Limits()


_SEPARATORS = ";|,\t/:_ "
_A_PAIR = 2  # fixed: two


@dataclass(frozen=True)
class Reshaped:
    """A table brought into the shape of one row a person; `how` describes its former shape."""

    how: str
    table: pa.Table = field(repr=False)


def reshaped(table: pa.Table) -> Iterator[Reshaped]:
    """Yield each table that the given one may have been reshaped from, the likeliest first."""
    if table.num_rows == 0 or table.num_columns == 0:
        return
    based = from_base_36(table)
    if based is not None:
        yield Reshaped("in base 36", based)
    yield from _unpacked(table)
    yield from _stacked(table)
    yield from _widened(table)
    yield from _transposed(table)


def column_major(table: pa.Table) -> Iterator[Reshaped]:
    """Yield an array's numbers read column by column, if they are stored row by row.

    An array's bytes may be in either order, and its stated shape may differ from the one it was written with:
    each run of as many numbers as there are rows is then a variable.
    """
    rows, columns = table.num_rows, table.num_columns
    if columns < _A_PAIR or rows < LIMITS.least_people or rows * columns > LIMITS.most_cells:
        return
    if len({column.type for column in table.columns}) > 1 or not _of_numbers(table.column(0).type):
        return
    stored = np.column_stack([column.to_numpy() for column in table.columns]).reshape(columns, rows)
    names = [f"run {place}" for place in range(columns)]
    yield Reshaped("column after column", pa.table(list(stored), names=names))


def _of_numbers(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _transposed(table: pa.Table) -> Iterator[Reshaped]:
    """Transpose a table that has a column for each person and a row for each variable."""
    rows, columns = table.num_rows, table.num_columns
    if not (
        LIMITS.least_rows_as_columns <= rows <= LIMITS.most_rows_as_columns and columns >= LIMITS.least_people
    ):
        return
    if rows * columns > LIMITS.most_cells:
        return
    cells = [_as_text(column).to_pylist() for column in table.columns]
    # In a file without a header, the header is the first variable.
    named = [
        pa.array([name, *column], pa.string()) for name, column in zip(table.column_names, cells, strict=True)
    ]
    turned = zip(*(column.to_pylist() for column in named), strict=True)
    arrays = [pa.array(row, pa.string()) for row in turned]
    yield Reshaped("transposed", pa.table(arrays, names=[f"row {number}" for number in range(len(arrays))]))


def _stacked(table: pa.Table) -> Iterator[Reshaped]:
    """Spread a table of one value a row: (who, variable, value), or the variables in blocks."""
    if (
        not _A_PAIR <= table.num_columns <= LIMITS.most_long_columns
        or table.num_rows < 2 * LIMITS.least_people
    ):
        return
    texts = [_as_text(column) for column in table.columns]
    counts = [len(column.unique()) for column in texts]
    numeric = [_is_numeric(column) for column in texts]
    named = [place for place, is_number in enumerate(numeric) if not is_number] or range(len(texts))
    for variable in sorted(named, key=lambda place: counts[place]):
        if (
            not _A_PAIR
            <= counts[variable]
            <= min(LIMITS.most_variables, table.num_rows // LIMITS.least_values)
        ):
            continue
        ids: set[int] = set()
        # The values' column has most levels, apart from the ids.
        for value in sorted(range(table.num_columns), key=lambda place: -counts[place]):
            if value == variable or value in ids:
                continue
            others = [each for each in range(table.num_columns) if each not in {variable, value}]
            for who in [*others, None]:
                found = _spread(texts, variable, value, who)
                if found is None:
                    continue
                yield Reshaped("melted", found)
                if who is not None and found.num_rows * found.num_columns == table.num_rows:
                    # Each of its values occurs once for every variable, as measurements never do.
                    ids.add(who)


def _is_numeric(column: pa.Array) -> bool:
    """Tell whether a column is numeric; the names of variables are not."""
    present = column.drop_null()[: LIMITS.sample]
    return len(present) > 0 and bool(pc.all(pc.match_substring_regex(present, r"^[-+.\d]+$")).as_py())


def _spread(texts: list[pa.Array], variable: int, value: int, who: int | None) -> pa.Table | None:
    """Give each variable a column, aligned by `who`, or by position within the variable."""
    names = texts[variable].to_pylist()
    values = texts[value].to_pylist()
    if who is None:
        places: dict[str | None, int] = {}
        people = []
        for name in names:
            people.append(places.get(name, 0))
            places[name] = people[-1] + 1
        if len(set(places.values())) > 1:
            return None
    else:
        codes: dict[str | None, int] = {}
        people = [codes.setdefault(each, len(codes)) for each in texts[who].to_pylist()]
    total = max(people) + 1
    columns: dict[str, list[str | None]] = {}
    if total < LIMITS.least_people or total * len(set(names)) > 2 * len(names) + LIMITS.most_variables:
        return None
    filled = set()
    for name, person, cell in zip(names, people, values, strict=True):
        if (name, person) in filled:
            return None
        filled.add((name, person))
        columns.setdefault(str(name), [None] * total)[person] = cell
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def _widened(table: pa.Table) -> Iterator[Reshaped]:
    """Stack people who share one row: age_1, bmi_1, age_2, bmi_2."""
    groups: dict[str, dict[str, int]] = {}
    for place, name in enumerate(table.column_names):
        found = re.fullmatch(r"(.*?)[ _.\-]?(\d+)", name)
        if found:
            groups.setdefault(found[2], {})[found[1]] = place
    stems = {tuple(sorted(group)) for group in groups.values()}
    if len(groups) < _A_PAIR or len(stems) != 1 or len(next(iter(stems))) < _A_PAIR:
        return
    if len(groups) * len(next(iter(stems))) < LIMITS.least_alike * table.num_columns:
        return
    parts = [
        pa.table({stem: _as_text(table.column(place)) for stem, place in sorted(group.items())})
        for group in groups.values()
    ]
    yield Reshaped("several people in a row", pa.concat_tables(parts))


def _unpacked(table: pa.Table) -> Iterator[Reshaped]:
    """Split records that are packed into one cell: 54;1;27.3;..."""
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        cells = [cell or "" for cell in column.to_pylist()]
        for sign in _SEPARATORS:
            some = [len(cell.split(sign)) for cell in cells[: LIMITS.sample] if cell]
            if not some or max(some) < LIMITS.least_parts:
                continue
            most = max(set(some), key=some.count)
            if most < LIMITS.least_parts or some.count(most) < LIMITS.least_alike * len(some):
                continue
            rows = [
                parts if len(parts) == most else [None] * most
                for cell in cells
                for parts in [cell.split(sign)]
            ]
            arrays = [
                pa.array([_value(part) for part in column], pa.string()) for column in zip(*rows, strict=True)
            ]
            yield Reshaped(
                "packed in one cell", pa.table(arrays, names=[f"{name} part {n}" for n in range(1, most + 1)])
            )
            break


def _value(part: str | None) -> str | None:
    """Remove a name before a value, as in age=54, and quotes and brackets around it."""
    if part is None:
        return None
    return part.rpartition("=")[2].strip(" '\"[](){}") or None


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_nested(column.type):
        return pa.nulls(len(column), pa.string())
    return pc.cast(column, pa.string(), safe=False)
