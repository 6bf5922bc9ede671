"""A stored cohort: the manifest that describes its files, and the tables that its key decrypts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.dictionary import Dictionary
from strongroom.cohort.store import EncryptedTable, StoredTable, TableKind
from strongroom.errors import NotFoundError

__all__ = ["PARTICIPANT", "Cohort", "CohortManifest", "StoredTable", "TableKind"]

PARTICIPANT = "_participant"
"""The column of every stored table with a participant's ordinal (uint32); ordinals are never reused."""


@dataclass(frozen=True)
class CohortManifest:
    """The contents of a cohort's present revision, without any participant's value.

    Ordinals run from 0 to `capacity - 1`; `participants` of them are still in the cohort. `id_low` to
    `id_high` (both included) is the range from which projects draw their pseudonyms.
    """

    name: str
    revision: int
    id_column: str
    id_low: int
    id_high: int
    participants: int
    capacity: int
    tables: tuple[StoredTable, ...]
    dictionary: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return plain values; wrapped keys as hexadecimal text."""
        return {
            "name": self.name,
            "revision": self.revision,
            "id_column": self.id_column,
            "id_low": self.id_low,
            "id_high": self.id_high,
            "participants": self.participants,
            "capacity": self.capacity,
            "tables": [table.to_json() for table in self.tables],
            "dictionary": self.dictionary,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "CohortManifest":
        """Read what `to_json` wrote."""
        tables = tuple(StoredTable.from_json(table) for table in value["tables"])
        return cls(**{**value, "tables": tables})


@dataclass(frozen=True)
class Cohort:
    """A cohort in its directory, opened with its key; tables are decrypted as they are read."""

    directory: Path
    manifest: CohortManifest
    key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The cohort's name."""
        return self.manifest.name

    @cached_property
    def dictionary(self) -> Dictionary:
        """What each column means."""
        return Dictionary.from_json(self.manifest.dictionary)

    def table_description(self, name: str) -> StoredTable:
        """Return the manifest's description of a table; NotFoundError."""
        for stored in self.manifest.tables:
            if stored.name == name:
                return stored
        known = ", ".join(stored.name for stored in self.manifest.tables)
        raise NotFoundError(f"cohort {self.name!r} has no table {name!r}.", hint=f"It has: {known}.")

    def table(self, name: str) -> EncryptedTable:
        """Open a table by name; NotFoundError, StoreError or KeyUnavailableError."""
        return EncryptedTable.open(self.directory, self.table_description(name), key=self.key)

    @property
    def participants(self) -> EncryptedTable:
        """The table with one row a participant."""
        return self.table(TableKind.PARTICIPANTS.value)

    @property
    def genotypes(self) -> EncryptedTable | None:
        """The genotype table, if there is one: a column a variant, 0, 1 or 2 copies of its first allele."""
        name = TableKind.GENOTYPES.value
        return self.table(name) if name in self._named(TableKind.GENOTYPES) else None

    @property
    def events(self) -> dict[str, EncryptedTable]:
        """The event tables by name."""
        return {name: self.table(name) for name in self._named(TableKind.EVENTS)}

    def ids(self) -> NDArray[Any]:
        """Return the participants' own ids in stored order: int64, or text if one is not a whole number."""
        column = self.participants.read([self.manifest.id_column]).column(0)
        values: NDArray[Any] = column.to_numpy()
        return values if pa.types.is_integer(column.type) else values.astype(np.str_)

    def ordinals(self) -> NDArray[np.uint32]:
        """Return the participants' ordinals in stored order."""
        ordinals: NDArray[np.uint32] = self.participants.read([PARTICIPANT]).column(0).to_numpy()
        return ordinals

    def _named(self, kind: TableKind) -> list[str]:
        return [stored.name for stored in self.manifest.tables if stored.kind is kind]
