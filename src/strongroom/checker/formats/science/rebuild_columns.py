"""Tables of formats with more than cells are released as comma-separated text."""

import re
from collections.abc import Sequence

import pyarrow as pa

from strongroom.checker.contents.found import FoundModel, FoundProblem, FoundTable, ProblemKind
from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, UnreadableError
from strongroom.checker.formats.science import r_data, statistical
from strongroom.checker.formats.tables.formulas import without_formulas
from strongroom.checker.formats.tables.rebuild_tables import text_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_name: int = threshold(
        60, "characters", "judgement: long enough to tell tables apart, short enough for any file system"
    )


LIMITS = _Limits()


_LETTER = re.compile(r"[^\w -]")


def rebuild_statistical(part: Part, context: Context) -> Rebuilt:
    """Return a Stata, SAS or SPSS file's cells as CSV, without labels and notes."""
    table = statistical.parse(part, context).table
    return csv_files(part, [("data", table)], "labels, formats and notes are left out")


def rebuild_r(part: Part, context: Context) -> Rebuilt:
    """Return the data frames, matrices and vectors of R objects as CSV; raise UnreadableError for models."""
    found = list(r_data.read(part, context))
    if any(isinstance(each, FoundModel | FoundProblem) for each in found):
        raise UnreadableError(
            ProblemKind.UNKNOWN_TYPE, "a model, or an object that could not be read completely"
        )
    tables = [
        (each.where.split(" > ")[-1], each.table)
        for each in found
        if isinstance(each, FoundTable) and " > attribute " not in each.where
    ]
    # Single values are mostly sizes and settings of what is released anyway.
    tabular = [(name, table) for name, table in tables if name != r_data.SINGLE] or tables
    return csv_files(part, tabular, "R's functions, attributes and names of objects are left out")


def csv_files(part: Part, tables: Sequence[tuple[str, pa.Table]], left_out: str) -> Rebuilt:
    """Return named tables as `<name>.csv`, or as files in `<name>.sheets` where there are several."""
    change = f"{part.where}: released as CSV; {left_out}"
    if not tables:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "has no table that can be released")
    if len(tables) == 1:
        return Rebuilt(
            (
                Copy(
                    f"{part.name}.csv", text_of(without_formulas(tables[0][1])[0], delimiter=",", header=True)
                ),
            ),
            (change,),
        )
    copies = [
        Copy(
            f"{part.name}.sheets/{number}-{_LETTER.sub('_', name)[: LIMITS.longest_name].strip()}.csv",
            text_of(without_formulas(table)[0], delimiter=",", header=True),
        )
        for number, (name, table) in enumerate(tables, start=1)
    ]
    return Rebuilt(tuple(copies), (change,))
