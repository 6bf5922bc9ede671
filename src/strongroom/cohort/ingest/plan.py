"""Match a file's columns with the dictionary's fields, from the header only."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from strongroom.cohort.dictionary import Dictionary, Field, Role, ValueType
from strongroom.cohort.ingest.type_conversion import MISSING, conform, storage_type
from strongroom.cohort.model import PARTICIPANT
from strongroom.errors import IngestError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_listed: int = threshold(
        20,
        "column names",
        "judgement: names listed in one error message; more do not fit a screen",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class PlannedColumn:
    """One column of a file: its position, its name there, and the field and type it is stored as."""

    position: int
    source: str
    field: Field
    type: pa.DataType

    @property
    def name(self) -> str:
        """The name it is stored under."""
        return self.field.name

    @property
    def missing(self) -> tuple[str, ...]:
        """The spellings of a missing value; a coding may give "NA" (Namibia, for example) a meaning."""
        codes = {} if self.field.coding is None else self.field.coding.values
        return tuple(word for word in MISSING if word not in codes)

    def conform(self, array: pa.Array) -> pa.Array:
        """Return values of this column as they are stored; ArrowInvalid if one does not fit."""
        return conform(array, self.type, self.missing, self.field.format)


@dataclass(frozen=True)
class TablePlan:
    """The columns of a table, and separately the one with the participants' ids."""

    id: PlannedColumn
    columns: tuple[PlannedColumn, ...]


def plan_table(header: Sequence[str], *, dictionary: Dictionary, id_column: str, file: Path) -> TablePlan:
    """Match a header with the dictionary; IngestError for repeated and for undescribed names."""
    names = [name.strip() for name in header]
    fields = [dictionary.resolve(name) for name in names]
    wanted = dictionary.resolve(id_column)
    id_name = id_column if wanted is None else wanted.name
    stored = [name if field is None else field.name for name, field in zip(names, fields, strict=True)]
    _refuse_repeated(names, stored, file)
    if id_name not in stored:
        raise IngestError(
            f"has no id column {id_column!r}.", file=file, row=0, hint=f"Its columns are {_listed(names)}."
        )
    position = stored.index(id_name)
    unknown = [name for name, field in zip(names, fields, strict=True) if field is None]
    _refuse_unknown([name for name in unknown if name != names[position]], file)
    id_field = fields[position] or Field(id_name, ValueType.TEXT, Role.ID)
    planned = [
        PlannedColumn(place, names[place], field, storage_type(field))
        for place, field in enumerate(fields)
        if field is not None and place != position
    ]
    return TablePlan(PlannedColumn(position, names[position], id_field, pa.string()), tuple(planned))


def _refuse_repeated(names: Sequence[str], stored: Sequence[str], file: Path) -> None:
    source_names: dict[str, str] = {}
    for name, canonical in zip(names, stored, strict=True):
        if canonical == PARTICIPANT:
            raise IngestError("is a reserved name.", file=file, row=0, column=name)
        if canonical in source_names:
            same = (
                ""
                if source_names[canonical] == name
                else f" ({source_names[canonical]!r} is the same column)"
            )
            raise IngestError(
                f"appears twice in the header{same}.",
                file=file,
                row=0,
                column=name,
                hint="Remove one of them.",
            )
        source_names[canonical] = name


def _refuse_unknown(unknown: Sequence[str], file: Path) -> None:
    if not unknown:
        return
    many = "a column" if len(unknown) == 1 else f"{len(unknown)} columns"
    raise IngestError(
        f"has {many} that the dictionary does not describe: {_listed(unknown)}.",
        file=file,
        row=0,
        column=unknown[0],
        hint="Describe each in the dictionary (type and role), or leave it out of the file.",
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name or "(no name)" for name in names[: LIMITS.most_listed])
    return (
        shown if len(names) <= LIMITS.most_listed else f"{shown} and {len(names) - LIMITS.most_listed} more"
    )
