"""A column as stored in the index: its distinct values in order, and a small code for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.matching.values.comparable import Floats, ValueKind, Values, round_to
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_scans: int = threshold(
        12,
        "ranges",
        "cost: scanning 500,000 people takes 0.4 ms, sorting them once 3 to 9 ms "
        "(docs/decisions/0011-egress-index.md)",
    )


LIMITS = _Limits()


_COUNTED_BYTES = 2  # fixed: numpy sorts integers of up to 16 bits by counting

Codes = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]


@dataclass(frozen=True, repr=False)
class CodedColumn:
    """`distinct` ascends, shape (values,), and `counts` says how many people have each value.

    `codes` has shape (people,): 0 for a missing value, k for the value `distinct[k - 1]`.
    """

    kind: ValueKind
    decimals: int
    distinct: Floats
    counts: NDArray[np.uint32]
    codes: Codes

    def keys(self, decimals: int) -> Floats:
        """Return all people's values, NaN for missing ones, numbers rounded to at most `decimals`."""
        values = self.distinct
        if self.kind is ValueKind.NUMBER and decimals < self.decimals:
            values = round_to(values, decimals)
        keys: Floats = np.concatenate([[np.nan], values])[self.codes]
        return keys

    def holders(self, ranges: Sequence[tuple[int, int]]) -> list[NDArray[np.int64]]:
        """Return, for each range, the stored rows of people whose value is in `distinct[first:last]`."""
        if len(ranges) <= LIMITS.most_scans:
            return [np.flatnonzero((self.codes > first) & (self.codes <= last)) for first, last in ranges]
        start, order = self._postings
        return [order[start[first] : start[last]] for first, last in ranges]

    @cached_property
    def _postings(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the holders of each value begin in the list of people ordered by value, and that list."""
        missing = len(self.codes) - int(self.counts.sum())
        return missing + np.cumsum(np.concatenate([[0], self.counts]), dtype=np.int64), _order(self.codes)


def code_values(values: Values) -> CodedColumn:
    """Give each distinct value a code in the order of the values."""
    # A hash table finds the distinct values several times faster than sorting all values.
    encoded = pa.array(values.keys + 0.0, from_pandas=True).dictionary_encode()
    found = encoded.dictionary.to_numpy()
    order = np.argsort(found)
    rank = np.empty(len(found) + 1, dtype=_code_type(len(found)))
    rank[order], rank[-1] = np.arange(1, len(found) + 1), 0
    places = encoded.indices.fill_null(len(found)).to_numpy(zero_copy_only=False)
    codes = rank[places]
    counts = np.bincount(codes, minlength=len(found) + 1)[1:].astype(np.uint32)
    return CodedColumn(values.kind, values.decimals, found[order], counts, codes)


def _code_type(distinct: int) -> Any:
    return next(kind for kind in (np.uint8, np.uint16, np.uint32) if distinct <= np.iinfo(kind).max)


def _order(codes: Codes) -> NDArray[np.int64]:
    """Return people in the order of their codes; numpy sorts 16 bits by counting, wider codes far slower."""
    if codes.dtype.itemsize <= _COUNTED_BYTES:
        return np.argsort(codes, kind="stable")
    low = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable")
    return low[np.argsort((codes >> 16).astype(np.uint16)[low], kind="stable")]
