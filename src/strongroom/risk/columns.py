"""Columns coded as integers: risk measures need only which people share a value, and the values' order."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = NDArray[np.uint32]


@dataclass(frozen=True)
class CodedColumn:
    """One column: per row the index of its value in `levels` (ascending); `len(levels)` if missing."""

    name: str
    codes: Codes = field(repr=False)
    levels: pa.Array = field(repr=False)
    title: str = ""

    @classmethod
    def of(cls, name: str, values: pa.ChunkedArray | pa.Array, title: str = "") -> "CodedColumn":
        """Code a column; NaN is treated as missing."""
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        values = one_spelling(values)
        distinct = pc.drop_null(pc.unique(values))
        levels = distinct.take(pc.sort_indices(distinct))
        return cls(name, located(values, levels), levels, title)

    @property
    def cardinality(self) -> int:
        """The number of codes: the levels, plus one if any value is missing."""
        return len(self.levels) + bool(self.missing.any())

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have a missing value."""
        return np.asarray(self.codes == len(self.levels))

    @property
    def ordered(self) -> bool:
        """Whether distances between levels are meaningful: numbers and dates."""
        kind = self.levels.type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_temporal(kind))

    def numbers(self) -> NDArray[np.float64]:
        """Return the levels as numbers, dates as days; only for an ordered column."""
        levels = self.levels
        if pa.types.is_temporal(levels.type):
            levels = levels.cast(pa.date32()).cast(pa.int32())
        return np.asarray(levels.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def one_spelling(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return floating-point numbers with one zero (0.0 and -0.0 are equal) and every NaN missing."""
    if not pa.types.is_floating(values.type):
        return values
    missing = pc.is_nan(values)
    return pc.if_else(missing, pa.scalar(None, values.type), pc.add(values, pa.scalar(0.0, values.type)))


def located(values: pa.Array, levels: pa.Array) -> Codes:
    """Return the index of each value in `levels`, or `len(levels)` if the value is not among them."""
    places = pc.index_in(values, value_set=levels)
    codes: Codes = pc.fill_null(places, len(levels)).to_numpy(zero_copy_only=False).astype(np.uint32)
    if values.null_count:
        codes[values.is_null().to_numpy(zero_copy_only=False)] = len(levels)
    return codes


def classes_of(columns: list[CodedColumn], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the equivalence class of each row, numbered from 0, and how many rows each class has."""
    found = combined([column.codes for column in columns], [len(each.levels) + 1 for each in columns], rows)
    return found, np.bincount(found, minlength=1 if rows else 0)


def combined(codes: list[Codes], levels: list[int], rows: int) -> NDArray[np.int64]:
    """Return a number from 0 for each distinct combination of codes; shape (rows,)."""
    packed = np.zeros(rows, np.int64)
    span = 1
    for each, size in zip(codes, levels, strict=True):
        if span * size > np.iinfo(np.int64).max // 2:
            packed = _dense(packed)
            span = int(packed.max(initial=0)) + 1
        packed = packed * size + each
        span *= size
    return _dense(packed)


def _dense(packed: NDArray[np.int64]) -> NDArray[np.int64]:
    encoded = pa.array(packed).dictionary_encode().indices
    dense: NDArray[np.int64] = encoded.to_numpy(zero_copy_only=False).astype(np.int64)
    return dense
