"""The egress index: of every participants' column, what is needed to recognise it in a file.

Per column a quantile sketch, how informative one value is, and how it is written: a few kilobytes whatever
the number of participants. The values themselves are read from the encrypted store when a file has to be
compared with them, so the index holds no row of anybody. It is stored encrypted under the cohort's key all
the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from strongroom.cohort.index.values import Floats, ValueKind, Values, canonical_values
from strongroom.cohort.model import PARTICIPANT, Cohort
from strongroom.errors import StoreError
from strongroom.progress import Progress, silent

_QUANTILES = 129
_SAMPLE = 65_536
_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("kind", pa.string()),
        ("decimals", pa.int32()),
        ("missing", pa.float64()),
        ("bits", pa.float64()),
        ("quantiles", pa.list_(pa.float64())),
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
    """The profiles of a cohort's columns, by name."""

    columns: Mapping[str, ColumnProfile]

    def to_bytes(self) -> bytes:
        """Return the index as an Arrow stream."""
        rows = [
            {
                "name": each.name,
                "kind": each.kind.value,
                "decimals": each.decimals,
                "missing": each.missing,
                "bits": each.bits,
                "quantiles": each.quantiles.tolist(),
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
        rows = [
            {**row, "kind": ValueKind(row["kind"]), "quantiles": np.array(row["quantiles"])}
            for row in table.to_pylist()
        ]
        return cls({row["name"]: ColumnProfile(**row) for row in rows})


def build_index(cohort: Cohort, *, progress: Progress = silent) -> bytes:
    """Profile every participants' column from an even sample of 65,536 rows; returns `Index` bytes."""
    source = cohort.participants
    names = [name for name in source.column_names if name not in (PARTICIPANT, cohort.manifest.id_column)]
    rows = np.unique(np.linspace(0, source.num_rows - 1, _SAMPLE).astype(np.int64))
    profiles = {}
    with progress("Indexing columns", len(names)) as advance:
        for name in names:
            values = canonical_values(source.read([name]).column(0).combine_chunks().take(pa.array(rows)))
            if values is not None and not np.all(np.isnan(values.keys)):
                profiles[name] = _profile(name, values)
            advance(1)
    return Index(profiles).to_bytes()


def collision_bits(keys: Floats) -> float:
    """Return -log2 of the chance that two different people share a value; NaN is no value."""
    present = keys[~np.isnan(keys)]
    total = len(present)
    if total < 2:  # noqa: PLR2004 - a pair takes two
        return 0.0
    _, counts = np.unique(present, return_counts=True)
    pairs = float(np.sum(counts.astype(np.float64) * (counts - 1)))
    return float(-np.log2(max(pairs, 1.0) / (total * (total - 1.0))))


def _profile(name: str, values: Values) -> ColumnProfile:
    present = values.keys[~np.isnan(values.keys)]
    return ColumnProfile(
        name=name,
        kind=values.kind,
        decimals=values.decimals,
        missing=1 - len(present) / len(values.keys),
        bits=collision_bits(values.keys),
        quantiles=np.quantile(present, np.linspace(0, 1, _QUANTILES)),
    )
