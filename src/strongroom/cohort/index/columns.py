"""Cohort columns as they are compared: read once from the encrypted store, at the precision of the file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.index.values import Floats, canonical_values
from strongroom.cohort.model import Cohort


class CohortColumns:
    """The participants' columns that a comparison needs, decrypted on first use; rows are in stored order."""

    def __init__(self, cohort: Cohort) -> None:
        self._source = cohort.participants
        self._ordinals = cohort.ordinals()
        self._at_precision: dict[tuple[str, int], Floats] = {}
        self.people = self._source.num_rows

    def ordinals(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of stored rows, -1 where the row is -1."""
        return np.where(rows < 0, -1, self._ordinals[np.maximum(rows, 0)].astype(np.int64))

    def values(self, name: str, *, decimals: int) -> Floats:
        """Return a column in comparable form, numbers rounded to at most `decimals`; shape (people,)."""
        if (name, decimals) not in self._at_precision:
            read = canonical_values(self._source.read([name]).column(0))
            if read is None:
                raise TypeError(f"column {name} holds no single values")
            self._at_precision[name, decimals] = read.at_precision(decimals)
        return self._at_precision[name, decimals]

    def keep_only(self, names: Sequence[str]) -> None:
        """Forget the other columns: hundreds may have been looked at and few are needed further."""
        self._at_precision = {key: held for key, held in self._at_precision.items() if key[0] in names}
