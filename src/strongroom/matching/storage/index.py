"""The egress index, opened: a profile of each participants' column, and access to its values."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.errors import StoreError
from strongroom.matching.storage.coded_column import CodedColumn
from strongroom.matching.storage.encrypted_arrays import EncryptedArrays
from strongroom.matching.storage.events import CohortEvents, open_events
from strongroom.matching.storage.genotypes import CohortGenotypes, open_genotypes
from strongroom.matching.storage.quantile_sketches import QuantileSketches
from strongroom.matching.storage.value_lists import Arrays, ValueList, open_value_lists
from strongroom.matching.values.comparable import Floats, ValueKind

PROFILES, ORDINALS = "profiles", "ordinals"

_QUANTILES = 129  # fixed: format of the index: a quantile every 1/128 of the people
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
    """Summary of a column's distribution.

    `bits` is the collision entropy of a value, -log2 of the chance that two people share it (Rényi 1961);
    `quantiles` has shape (129,), from minimum to maximum; `missing` is a share.
    """

    name: str
    kind: ValueKind
    decimals: int
    missing: float
    bits: float
    quantiles: Floats = field(repr=False)


@dataclass(frozen=True)
class Index:
    """The profiles of a cohort's columns, by name; `stored` holds the columns themselves and everything else.

    Opening an index reads the profiles, a kilobyte a column, whatever the number of participants. Share one
    among checks: parts decrypted to look values up are kept.
    """

    columns: Mapping[str, ColumnProfile]
    stored: Arrays = field(repr=False)

    def sketches(self, kind: ValueKind) -> tuple[Sequence[ColumnProfile], QuantileSketches]:
        """Return the columns of a kind, and their quantiles side by side in the same order."""
        return self._sketches[kind]

    @cached_property
    def _sketches(self) -> Mapping[ValueKind, tuple[Sequence[ColumnProfile], QuantileSketches]]:
        by_kind = {kind: [each for each in self.columns.values() if each.kind is kind] for kind in ValueKind}
        return {
            kind: (profiles, QuantileSketches.of([each.quantiles for each in profiles]))
            for kind, profiles in by_kind.items()
        }

    @cached_property
    def value_lists(self) -> dict[ValueKind, ValueList]:
        """The list of all columns' values, by kind."""
        return open_value_lists(self.stored, self.columns)

    @cached_property
    def genotypes(self) -> CohortGenotypes | None:
        """The genotypes, if any."""
        return open_genotypes(self.stored)

    @cached_property
    def events(self) -> dict[int, CohortEvents]:
        """Which codes occur with which dates, by how many characters of the code count (0: all)."""
        return open_events(self.stored)

    @classmethod
    def open(cls, path: Path, *, key: bytes, file_id: str) -> Self:
        """Map the index of a cohort whose key is `key`; StoreError if it is another's or was changed."""
        stored = EncryptedArrays.open(path, key=key, file_id=file_id)
        return cls(read_profiles(stored.array(PROFILES).tobytes()), stored)

    @classmethod
    def from_bytes(cls, blob: bytes) -> Self:
        """Read what `build_index` made; StoreError for anything else."""
        try:
            with np.load(io.BytesIO(blob), allow_pickle=False) as file:
                arrays = MemoryArrays({name: file[name] for name in file.files})
            return cls(read_profiles(arrays.array(PROFILES).tobytes()), arrays)
        except (KeyError, ValueError, OSError) as error:
            raise StoreError("the index cannot be read.", hint="Add the cohort again.") from error

    @property
    def people(self) -> int:
        """How many participants there are."""
        return self.stored.length(ORDINALS)

    def coded(self, name: str) -> CodedColumn:
        """Return a column's values and each person's code; KeyError for a column the index does not hold."""
        profile = self.columns[name]
        distinct, counts, codes = (
            self.stored.array(f"{part}:{name}") for part in ("distinct", "counts", "codes")
        )
        return CodedColumn(profile.kind, profile.decimals, distinct, counts, codes)


class MemoryArrays:
    """Arrays of an index held in memory only, for measurements and tests."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays

    @property
    def names(self) -> list[str]:
        """The arrays there are."""
        return list(self._arrays)

    def array(self, name: str, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Return items `first` up to `last`, not included."""
        return self._arrays[name][first:last]

    def length(self, name: str) -> int:
        """Return how many items an array has."""
        return len(self._arrays[name])


def write_profiles(columns: Mapping[str, ColumnProfile]) -> bytes:
    """Return profiles as an Arrow stream."""
    rows = [
        {
            "name": each.name,
            "kind": each.kind.value,
            "decimals": each.decimals,
            "missing": each.missing,
            "bits": each.bits,
            "quantiles": each.quantiles,
        }
        for each in columns.values()
    ]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, _SCHEMA) as stream:
        stream.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
    return bytes(sink.getvalue())


def read_profiles(blob: bytes) -> dict[str, ColumnProfile]:
    """Read what `write_profiles` wrote; StoreError for anything else."""
    try:
        table = pa.ipc.open_stream(blob).read_all()
    except pa.ArrowInvalid as error:
        raise StoreError("the index cannot be read.", hint="Add the cohort again.") from error
    if table.schema != _SCHEMA:
        raise StoreError("the index is of another version.", hint="Add the cohort again.")
    quantiles = np.concatenate([c.flatten().to_numpy() for c in table.column("quantiles").chunks] or [[]])
    facts = table.drop_columns(["quantiles"]).to_pylist()
    return {
        row["name"]: ColumnProfile(**{**row, "kind": ValueKind(row["kind"])}, quantiles=sketch)
        for row, sketch in zip(facts, quantiles.reshape(-1, _QUANTILES), strict=True)
    }


def profile_of(name: str, column: CodedColumn) -> ColumnProfile:
    """Summarise a column in which at least one person has a value."""
    present = int(column.counts.sum())
    # The value at each rank, without interpolation: between two values there is none.
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
