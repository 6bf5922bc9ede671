"""The result of an ingest: counts for each table and column, and the direct identifiers found."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ColumnReport:
    """One stored column; counts are of rows. `source` is its name in the file, `type` the dictionary's."""

    name: str
    source: str
    type: str
    missing: int
    out_of_coding: int


@dataclass(frozen=True)
class TableReport:
    """One stored table. `orphans` are rows whose id is not a participant's: counted and left out."""

    name: str
    kind: str
    file: str
    rows: int
    orphans: int
    columns: tuple[ColumnReport, ...]


@dataclass(frozen=True)
class FoundIdentifier:
    """A column whose values identify people directly, whatever its name.

    `values` of the `tested` non-missing values have the form of the identifier; `declared` says whether the
    custodian declared it.
    """

    table: str
    column: str
    kind: str
    reason: str
    values: int
    tested: int
    declared: bool


@dataclass(frozen=True)
class IngestReport:
    """The report of one ingest; `absent` are columns that the dictionary describes and no file has."""

    name: str
    participants: int
    tables: tuple[TableReport, ...]
    identifiers: tuple[FoundIdentifier, ...]
    absent: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values, none of them a participant's."""
        plain = asdict(self)
        plain["tables"] = [dict(table, columns=list(table["columns"])) for table in plain["tables"]]
        plain["identifiers"] = list(plain["identifiers"])
        plain["absent"] = list(plain["absent"])
        return plain
