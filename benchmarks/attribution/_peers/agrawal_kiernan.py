"""Agrawal and Kiernan (VLDB 2002): a watermark per key, here one key for every recipient.

The scheme marks for one owner. To tell recipients apart each gets a key of their own; a recipient is accused
when the bits found match their key's more often than the significance level allows.
"""

import numpy as np
from benchmarks.attribution._peers.scheme import Floats, Ints, Rows, Scheme, with_bit
from numpy.typing import NDArray
from scipy.stats import binom

_SIGNIFICANCE = 0.01


class AgrawalKiernan(Scheme):
    """Each recipient's key chooses rows, a column, one of the least significant bits, and its value."""

    name = "Agrawal-Kiernan, a key a recipient"

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        found = self.original
        rows, columns, places, bits = self._marks(found.keys, recipient)
        whole = self.steps_of(found)
        usable = whole[rows, columns] > 0
        rows, columns, places, bits = (each[usable] for each in (rows, columns, places, bits))
        values = found.values.copy()
        values[rows, columns] = with_bit(whole[rows, columns], places, bits) * self.steps[columns]
        return values

    def accused(self, found: Rows) -> list[int]:
        """Accuse whoever's matches are more than chance gives with probability .01: the paper's own test."""
        whole, known = (
            self.steps_of(found),
            {int(column): place for place, column in enumerate(found.columns)},
        )
        where = np.array([known.get(column, -1) for column in range(len(self.steps))])
        named = []
        for recipient in range(self.recipients):
            rows, columns, places, bits = self._marks(found.keys, recipient)
            at = where[columns]
            kept = at >= 0
            kept[kept] = whole[rows[kept], at[kept]] > 0
            shown = (whole[rows[kept], at[kept]] >> places[kept]) & 1 == 1
            matches, total = int(np.count_nonzero(shown == bits[kept])), int(kept.sum())
            if total and binom.sf(matches - 1, total, 0.5) < _SIGNIFICANCE:
                named.append(recipient)
        return named

    def _marks(self, keys: Ints, recipient: int) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
        rows = np.flatnonzero(self.under(keys, f"row {recipient}", self.share))
        drawn = self.draw(keys[rows], f"mark {recipient}")
        columns = (drawn % np.uint64(len(self.steps))).astype(np.int64)
        places = (drawn >> np.uint64(20)) % np.uint64(self.significant)
        return rows, columns, places.astype(np.int64), (drawn >> np.uint64(40)) & np.uint64(1) == 1
