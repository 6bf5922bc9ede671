"""The register of a view's decoys: their ids and their rows, as generated and as the view shows them."""

import io
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT
from strongroom.cohort.views import DecoyTables, Marker

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, repr=False)
class DecoyRegister:
    """The decoys of one view; those that are `shared` may be in other projects' views as well.

    `ordinals`, `ids` and `shared` have shape (decoys,). `rows` are the tables as the view shows them, marked,
    with the ordinal of each row in `_participant`.
    """

    project: str
    number: int
    ordinals: NDArray[np.int64]
    ids: NDArray[np.int64]
    shared: NDArray[np.bool_]
    rows: Mapping[str, pa.Table]

    def __len__(self) -> int:
        return len(self.ordinals)


@dataclass(frozen=True, repr=False)
class InventedPeople:
    """Decoys before any view marks them: their tables, and how many belong to the shared pool.

    Ordinals from `first` to before `first + pool` are the shared pool's.
    """

    tables: DecoyTables
    first: int
    pool: int

    @property
    def ordinals(self) -> NDArray[np.int64]:
        """Every decoy's ordinal, in order."""
        return np.unique(np.concatenate([_ordinals(table) for table in self.tables.values()]))

    def only(self, ordinals: NDArray[np.int64]) -> "InventedPeople":
        """Return the decoys with these ordinals."""
        chosen = {
            name: table.filter(pa.array(np.isin(_ordinals(table), ordinals)))
            for name, table in self.tables.items()
        }
        return InventedPeople(chosen, self.first, self.pool)

    def renumbered(self, first: int) -> "InventedPeople":
        """Return the same people with consecutive ordinals from `first` on, none of them shared."""
        before = self.ordinals
        numbered = {
            name: table.set_column(
                table.column_names.index(PARTICIPANT),
                PARTICIPANT,
                pa.array((first + np.searchsorted(before, _ordinals(table))).astype(np.uint32)),
            )
            for name, table in self.tables.items()
        }
        return InventedPeople(numbered, first, 0)

    def shown(self, mark: Marker, columns: Mapping[str, tuple[str, ...]]) -> dict[str, pa.Table]:
        """Return the tables with a view's columns, with its marks."""
        shown = {}
        for name, names in columns.items():
            table = self.tables[name]
            people = _ordinals(table).astype(np.uint32)
            values = mark(name, people, table.drop_columns([PARTICIPANT]).combine_chunks())
            shown[name] = values.select(list(names)).add_column(0, PARTICIPANT, table.column(PARTICIPANT))
        return shown

    def to_bytes(self) -> bytes:
        """Return all tables as bytes, the same for equal people."""
        bodies = {name: _stream(table) for name, table in sorted(self.tables.items())}
        head = {"first": self.first, "pool": self.pool, "tables": {k: len(v) for k, v in bodies.items()}}
        encoded = json.dumps(head, sort_keys=True).encode()
        return _LENGTH.pack(len(encoded)) + encoded + b"".join(bodies.values())

    @classmethod
    def from_bytes(cls, plain: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        (length,) = _LENGTH.unpack_from(plain)
        start = _LENGTH.size + length
        head = json.loads(plain[_LENGTH.size : start])
        tables = {}
        for name, size in head["tables"].items():
            tables[name] = pa.ipc.open_stream(plain[start : start + size]).read_all()
            start += size
        return cls(tables, head["first"], head["pool"])


def _ordinals(table: pa.Table) -> NDArray[np.int64]:
    ordinals: NDArray[np.int64] = table.column(PARTICIPANT).to_numpy().astype(np.int64)
    return ordinals


def _stream(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()
