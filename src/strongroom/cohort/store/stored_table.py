"""A manifest's description of a stored table: enough to find, open and check its file, without any value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class TableKind(Enum):
    """What one row of a table is."""

    PARTICIPANTS = "participants"
    """One row a participant."""
    EVENTS = "events"
    """One row an event of a participant, such as a diagnosis with its date."""
    GENOTYPES = "genotypes"
    """One row a participant, one column a variant."""


@dataclass(frozen=True)
class StoredTable:
    """One encrypted file; `file` is relative to the cohort's or view's directory."""

    name: str
    kind: TableKind
    file: str
    file_id: str
    rows: int
    columns: tuple[str, ...]
    wrapped_key: bytes
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Return plain values; the wrapped key as hexadecimal text."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "file": self.file,
            "file_id": self.file_id,
            "rows": self.rows,
            "columns": list(self.columns),
            "wrapped_key": self.wrapped_key.hex(),
            "sha256": self.sha256,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "StoredTable":
        """Read what `to_json` wrote."""
        return cls(
            name=value["name"],
            kind=TableKind(value["kind"]),
            file=value["file"],
            file_id=value["file_id"],
            rows=value["rows"],
            columns=tuple(value["columns"]),
            wrapped_key=bytes.fromhex(value["wrapped_key"]),
            sha256=value["sha256"],
        )
