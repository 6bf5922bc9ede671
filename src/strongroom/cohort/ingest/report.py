"""What ingest found: how much each table and column holds, misses, or has odd, and what identifies people."""

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
    """One stored table. `orphans` are rows of ids that are no participant's: counted and left out."""

    name: str
    kind: str
    file: str
    rows: int
    orphans: int
    columns: tuple[ColumnReport, ...]


@dataclass(frozen=True)
class FoundIdentifier:
    """A column whose values identify people directly, whatever it is called.

    `values` of the `tested` non-missing values look like it; `declared` tells that the custodian said so.
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
    """The report of one ingest."""

    name: str
    participants: int
    tables: tuple[TableReport, ...]
    identifiers: tuple[FoundIdentifier, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values: no participant's value is among them."""
        plain = asdict(self)
        plain["tables"] = [dict(table, columns=list(table["columns"])) for table in plain["tables"]]
        plain["identifiers"] = list(plain["identifiers"])
        return plain
