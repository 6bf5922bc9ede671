"""Cohort columns in comparable form, read from the index, at the precision of the file."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.model import Cohort
from strongroom.matching.storage.coded_column import CodedColumn, code_values
from strongroom.matching.storage.index import ORDINALS, Index
from strongroom.matching.values.comparable import Floats, canonical_values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_held: int = threshold(
        160,
        "columns",
        "cost: 160 columns of 500,000 people as float64 take 640 MB; codes take a quarter of that or less",
    )


LIMITS = _Limits()


Made = TypeVar("Made")


class CohortColumns:
    """The participants' columns that comparisons need, decrypted on first use; rows are in stored order.

    Share one among the tables of a check: a notebook may hold fifty. Without an index, columns are read from
    the encrypted store, which gives the same values and takes longer.
    """

    def __init__(
        self, cohort: Cohort, index: Index | None = None, *, most_held: int = LIMITS.most_held
    ) -> None:
        self._cohort, self._index = cohort, index
        self._values = _RecentlyUsed(most_held)
        self._coded = _RecentlyUsed(most_held)
        self._derived = _RecentlyUsed(most_held)
        self.people = cohort.participants.num_rows if index is None else index.people

    def ordinals(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of stored rows, -1 where the row is -1."""
        return np.where(rows < 0, -1, self._ordinals[np.maximum(rows, 0)])

    def values(self, name: str, *, decimals: int) -> Floats:
        """Return a column in comparable form, numbers rounded to at most `decimals`; shape (people,)."""
        held: Floats = self._values.get((name, decimals), lambda: self.coded(name).keys(decimals))
        return held

    def coded(self, name: str) -> CodedColumn:
        """Return a column as its distinct values and each person's code."""
        held: CodedColumn = self._coded.get(name, lambda: self._read(name))
        return held

    def derived(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` computes from the columns, computed once for all tables compared with them."""
        made: Made = self._derived.get(key, make)
        return made

    def _read(self, name: str) -> CodedColumn:
        if self._index is not None:
            return self._index.coded(name)
        read = canonical_values(self._source.read([name]).column(0))
        if read is None:
            raise TypeError(f"column {name} holds no single values")
        return code_values(read)

    @cached_property
    def _source(self) -> Any:
        return self._cohort.participants

    @cached_property
    def _ordinals(self) -> NDArray[np.int64]:
        index = self._index
        held = self._cohort.ordinals() if index is None else index.stored.array(ORDINALS)
        return held.astype(np.int64)


class _RecentlyUsed:
    """A cache of the `most` entries used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the value kept under `key`; `make` computes it if there is none."""
        value = self._held.pop(key, None)
        if value is None:
            value = make()
        # Insert it last: a dictionary keeps the order of insertion.
        self._held[key] = value
        while len(self._held) > self._most:
            del self._held[next(iter(self._held))]
        return value
