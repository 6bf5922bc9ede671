"""Other ways to read a table: transposed, or with one row per person instead of per person and variable."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.table_types.cell_values import is_value
from strongroom.checker.table_types.row_keys import are_years
from strongroom.checker.table_types.row_order import handed_out, regular
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable, typed_from_texts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        24,
        "columns",
        "judgement: tables of fewer columns are wide enough to be judged as they stand",
    )
    most_columns: int = threshold(
        4_096,
        "columns",
        "cost: as many rows as a long table is judged by (typed_table)",
    )
    least_people: int = threshold(
        10,
        "people",
        "derived: the fewest rows that are judged by their shape in the default policy (microdata_rows)",
    )
    least_complete: float = threshold(
        0.5,
        "share of the grid",
        "judgement: melted rows of people lack missing values; pairs of words fill less of their grid",
    )
    least_variables: int = threshold(
        3,
        "values of a column",
        "judgement: two names beside each value are a before and an after, not the variables of people",
    )
    most_variables: int = threshold(
        400,
        "values of a column",
        "cost: each becomes a column; a cohort has hardly more in one file",
    )


LIMITS = _Limits()


def other_readings(found: FoundTable, typed: TypedTable) -> Iterator[tuple[str, TypedTable]]:
    """Yield each other reading there may be, with its name."""
    if found.table.num_columns >= LIMITS.least_columns and found.total_rows <= found.table.num_columns:
        yield "laid on its side", _turned(found)
    wide = _spread(typed)
    if wide is not None:
        yield "with one row for each thing measured", wide


def _turned(found: FoundTable) -> TypedTable:
    table = found.table.select(range(min(found.table.num_columns, LIMITS.most_columns)))
    columns = [["" if cell is None else str(cell) for cell in column.to_pylist()] for column in table.columns]
    if sum(map(is_value, table.column_names)) * 2 > len(columns):
        # The first row was taken for names, or months name the columns.
        names = [name if is_value(name) else "" for name in table.column_names]
        columns = [[name, *cells] for name, cells in zip(names, columns, strict=True)]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return typed_from_texts([f"row {place + 1}" for place in range(len(rows))], rows, found.origin)


def _spread(typed: TypedTable) -> TypedTable | None:
    """Return a table of (who, what, value) with one column per "what", None if it is not such a table."""
    columns = [column for column in typed.columns if column.distinct > 1]
    if not 3 <= len(columns) <= 4:  # noqa: PLR2004 - who, what, value, perhaps a row number
        return None
    for what in columns:
        who = _whose(columns, what)
        if who is None:
            continue
        values = [column for column in columns if column is not what and column is not who]
        return _pivot(typed, who, what, values[-1])
    return None


def _whose(columns: list[Column], what: Column) -> Column | None:
    """Return the column that, with `what`, names each row once and fills the grid."""
    if (
        not LIMITS.least_variables <= what.distinct <= LIMITS.most_variables
        or not what.filled.all()
        or _is_time(what)
    ):
        return None
    for who in columns:
        if (who.kind is ColumnKind.TEXT and not handed_out(who)) or are_years(who):
            continue  # named regions, diseases and years are not people
        if who is what or who.distinct < LIMITS.least_people or not who.filled.all():
            continue
        pairs = np.unique(np.column_stack([who.codes, what.codes]), axis=0)
        full = len(pairs) >= LIMITS.least_complete * who.distinct * what.distinct
        if full and len(pairs) >= 0.98 * len(who.codes) and who.distinct > what.distinct:
            return who
    return None


def _is_time(column: Column) -> bool:
    """Return whether a key counts years, days or steps, not variables."""
    if column.kind is ColumnKind.DATE:
        return True
    return column.number and regular(np.unique(column.values))


def _pivot(typed: TypedTable, who: Column, what: Column, value: Column) -> TypedTable:
    texts = value.texts if value.kind is ColumnKind.TEXT else [f"{cell:.12g}" for cell in value.numbers]
    cells = [[""] * (int(who.codes.max()) + 1) for _ in range(int(what.codes.max()) + 1)]
    for row, (person, variable) in enumerate(zip(who.codes, what.codes, strict=True)):
        cells[variable][person] = "" if texts[row] == "nan" else texts[row]
    names = [f"variable {place + 1}" for place in range(len(cells))]
    return typed_from_texts(names, cells, typed.origin)
