"""The egress index as it is opened: what each participants' column looks like, and where its values are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.index.coded import CodedColumn
from strongroom.cohort.index.sealed import SealedFile
from strongroom.cohort.index.values import Floats, ValueKind
from strongroom.errors import StoreError

PROFILES, ORDINALS = "profiles", "ordinals"

_QUANTILES = 129
_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("kind", pa.string()),
        ("decimals", pa.int32()),
        ("missing", pa.float64()),
        ("bits", pa.float64()),
        ("quantiles", pa.list_(pa.float64(), _QUANTILES)),
    ]
)


@dataclass(frozen=True)
class ColumnProfile:
    """What a column looks like.

    `bits` is the collision entropy of one value, -log2 of the chance that two people share it (Rényi 1961);
    `quantiles` has shape (129,), from minimum to maximum; `missing` is a share.
    """

    name: str
    kind: ValueKind
    decimals: int
    missing: float
    bits: float
    quantiles: Floats


@dataclass(frozen=True)
class Index:
    """The profiles of a cohort's columns, by name; with `stored`, the columns themselves as well.

    Opening one reads the profiles, a kilobyte a column, whatever the number of participants.
    """

    columns: Mapping[str, ColumnProfile]
    stored: SealedFile | None = field(default=None, repr=False)

    @classmethod
    def open(cls, path: Path, *, key: bytes, file_id: str) -> Self:
        """Map the index of a cohort whose key is `key`; StoreError for another, or one that was changed."""
        stored = SealedFile.open(path, key=key, file_id=file_id)
        return cls(cls.from_bytes(stored.array(PROFILES).tobytes()).columns, stored)

    def coded(self, name: str) -> CodedColumn | None:
        """Return a column's values and who has them, decrypted; None where the index does not hold them."""
        if self.stored is None or name not in self.columns:
            return None
        distinct, counts = self.dictionary(name, self.stored)
        profile = self.columns[name]
        codes = self.stored.array(f"codes:{name}")
        return CodedColumn(profile.kind, profile.decimals, distinct, counts, codes)

    @staticmethod
    def dictionary(name: str, stored: SealedFile) -> tuple[Floats, NDArray[np.uint32]]:
        """Return a column's distinct values in order and how many people have each."""
        return stored.array(f"distinct:{name}"), stored.array(f"counts:{name}")

    def to_bytes(self) -> bytes:
        """Return the profiles as an Arrow stream."""
        rows = [
            {
                "name": each.name,
                "kind": each.kind.value,
                "decimals": each.decimals,
                "missing": each.missing,
                "bits": each.bits,
                "quantiles": each.quantiles,
            }
            for each in self.columns.values()
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, _SCHEMA) as stream:
            stream.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
        return bytes(sink.getvalue())

    @classmethod
    def from_bytes(cls, blob: bytes) -> Self:
        """Read what `to_bytes` wrote; StoreError for anything else."""
        try:
            table = pa.ipc.open_stream(blob).read_all()
        except pa.ArrowInvalid as error:
            raise StoreError("the index cannot be read.", hint="Add the cohort again.") from error
        if table.schema != _SCHEMA:
            raise StoreError("the index is of another version.", hint="Add the cohort again.")
        quantiles = np.concatenate([c.flatten().to_numpy() for c in table.column("quantiles").chunks] or [[]])
        facts = table.drop_columns(["quantiles"]).to_pylist()
        return cls(
            {
                row["name"]: ColumnProfile(**{**row, "kind": ValueKind(row["kind"])}, quantiles=sketch)
                for row, sketch in zip(facts, quantiles.reshape(-1, _QUANTILES), strict=True)
            }
        )


def profile_of(name: str, column: CodedColumn) -> ColumnProfile:
    """Describe a column of which at least one person has a value."""
    present = int(column.counts.sum())
    # The value at each rank; between two of them, nobody's.
    ranks = np.linspace(0, present - 1, _QUANTILES).astype(np.int64)
    return ColumnProfile(
        name=name,
        kind=column.kind,
        decimals=column.decimals,
        missing=1 - present / len(column.codes),
        bits=_bits(column.counts.astype(np.float64)),
        quantiles=column.distinct[np.searchsorted(np.cumsum(column.counts), ranks, side="right")],
    )


def collision_bits(keys: Floats) -> float:
    """Return -log2 of the chance that two different people share a value; NaN is no value."""
    _, counts = np.unique(keys[~np.isnan(keys)], return_counts=True)
    return _bits(counts.astype(np.float64))


def _bits(counts: Floats) -> float:
    total = float(np.sum(counts))
    if total < 2:  # noqa: PLR2004 - a pair takes two
        return 0.0
    pairs = float(np.sum(counts * (counts - 1)))
    return float(-np.log2(max(pairs, 1.0) / (total * (total - 1.0))))
