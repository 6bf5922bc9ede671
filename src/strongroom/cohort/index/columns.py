"""Cohort columns as they are compared: read once from the encrypted store, at the precision of the file."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.index.values import Floats, canonical_values
from strongroom.cohort.model import Cohort

# 160 columns of 500,000 people are 640 MB; what was not used for longest is forgotten.
_MOST_HELD = 160


class CohortColumns:
    """The participants' columns that comparisons need, decrypted on first use; rows are in stored order.

    Share one among the tables of a check: an honest notebook may hold fifty.
    """

    def __init__(self, cohort: Cohort, *, most_held: int = _MOST_HELD) -> None:
        self._cohort = cohort
        self._source = cohort.participants
        self._most_held = most_held
        self._held: dict[tuple[str, int], Floats] = {}
        self.people = self._source.num_rows

    def ordinals(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of stored rows, -1 where the row is -1."""
        return np.where(rows < 0, -1, self._ordinals[np.maximum(rows, 0)])

    def values(self, name: str, *, decimals: int) -> Floats:
        """Return a column in comparable form, numbers rounded to at most `decimals`; shape (people,)."""
        key = (name, decimals)
        values = self._held.pop(key, None)
        if values is None:
            values = self._read(name, decimals)
        # Put back last: a dictionary keeps the order of insertion.
        self._held[key] = values
        while len(self._held) > self._most_held:
            del self._held[next(iter(self._held))]
        return values

    def _read(self, name: str, decimals: int) -> Floats:
        read = canonical_values(self._source.read([name]).column(0))
        if read is None:
            raise TypeError(f"column {name} holds no single values")
        return read.at_precision(decimals)

    @cached_property
    def _ordinals(self) -> NDArray[np.int64]:
        return self._cohort.ordinals().astype(np.int64)
