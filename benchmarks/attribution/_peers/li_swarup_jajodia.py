"""Li, Swarup and Jajodia (IEEE TDSC 2005): a recipient's bit string, spread over the rows and masked."""

import numpy as np
from benchmarks.attribution._peers.scheme import LENGTH, Floats, Ints, Rows, Scheme, majority, with_bit
from numpy.typing import NDArray


class LiSwarupJajodia(Scheme):
    """A row's key chooses the column, the least significant bit, which bit of the string, and a mask."""

    name = "Li-Swarup-Jajodia"

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        found = self.original
        rows, columns, places, index, mask = self._marks(found.keys)
        whole = self.steps_of(found)
        usable = whole[rows, columns] > 0
        rows, columns, places, index, mask = (each[usable] for each in (rows, columns, places, index, mask))
        bits = self.fingerprint(recipient)[index] ^ mask
        values = found.values.copy()
        values[rows, columns] = with_bit(whole[rows, columns], places, bits) * self.steps[columns]
        return values

    def accused(self, found: Rows) -> list[int]:
        """Accuse whoever has the very string that most votes spell, where all bits have votes."""
        bits = majority(self.votes(found))
        if np.any(bits < 0):
            return []
        return [int(each) for each in np.flatnonzero((self.fingerprints() == bits.astype(bool)).all(axis=1))]

    def votes(self, found: Rows) -> Ints:
        """Count what the marked cells of a file say of each bit; shape (bits, 2)."""
        rows, columns, places, index, mask = self._marks(found.keys)
        known = {int(column): place for place, column in enumerate(found.columns)}
        at = np.array([known.get(column, -1) for column in range(len(self.steps))])[columns]
        whole, kept = self.steps_of(found), at >= 0
        kept[kept] = whole[rows[kept], at[kept]] > 0
        shown = (whole[rows[kept], at[kept]] >> places[kept]) & 1 == 1
        counted = np.zeros((LENGTH, 2), np.int64)
        np.add.at(counted, (index[kept], (shown ^ mask[kept]).astype(np.int64)), 1)
        return counted

    def _marks(self, keys: Ints) -> tuple[Ints, Ints, Ints, Ints, NDArray[np.bool_]]:
        rows = np.flatnonzero(self.chosen(keys))
        drawn = self.draw(keys[rows], "mark")
        columns = (drawn % np.uint64(len(self.steps))).astype(np.int64)
        places = ((drawn >> np.uint64(16)) % np.uint64(self.significant)).astype(np.int64)
        index = ((drawn >> np.uint64(24)) % np.uint64(LENGTH)).astype(np.int64)
        return rows, columns, places, index, (drawn >> np.uint64(50)) & np.uint64(1) == 1
