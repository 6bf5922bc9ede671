"""Block scheme (Liu, Wang, Deng and Li, 2004): least significant bits as an image, one marked a block."""

import hashlib

import numpy as np
from benchmarks.attribution._peers.scheme import LENGTH, SECRET, Floats, Ints, Rows, Scheme, majority

_CERTAIN = 0.8


class Block(Scheme):
    """The table's least significant bits form an image, in the order of the rows; each block carries one bit.

    Where in each block follows from the secret and the recipient. Detection compares with the original image
    of the same rows, which the owner must first put back in order by the primary key.
    """

    name = "block"

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        found, whole = self.original, self.steps_of(self.original)
        rows, columns, places = self._cells(recipient)
        bits = self.fingerprint(recipient)[np.arange(len(rows)) % LENGTH]
        usable = bits & (whole[rows, columns] > 0)
        rows, columns, places = rows[usable], columns[usable], places[usable]
        flipped = whole.copy()
        # Several blocks may lie in one cell, each with a bit of its own.
        np.bitwise_xor.at(flipped, (rows, columns), np.int64(1) << places)
        return np.where(flipped == whole, found.values, flipped * self.steps)

    def accused(self, found: Rows) -> list[int]:
        """Accuse whoever's blocks spell their own string, .8 certain of every bit: the toolbox's rule."""
        order = np.argsort(self.original.keys)
        at = order[np.minimum(np.searchsorted(self.original.keys[order], found.keys), len(order) - 1)]
        kept = self.original.keys[at] == found.keys
        image = np.full(self.original.values.shape, -1, np.int64)
        image[np.ix_(at[kept], found.columns)] = self.steps_of(found)[kept]
        before = self.steps_of(self.original)
        return [each for each in range(self.recipients) if self._spelled(image, before, each)]

    def _spelled(self, image: Ints, before: Ints, recipient: int) -> bool:
        rows, columns, places = self._cells(recipient)
        seen = (image[rows, columns] > 0) & (before[rows, columns] > 0)
        changed = ((image[rows, columns] ^ before[rows, columns]) >> places) & 1
        counted = np.zeros((LENGTH, 2), np.int64)
        np.add.at(counted, ((np.arange(len(rows)) % LENGTH)[seen], changed[seen]), 1)
        bits = majority(counted, certain=_CERTAIN)
        return bool(np.array_equal(bits, self.fingerprint(recipient).astype(np.int8)))

    def _cells(self, recipient: int) -> tuple[Ints, Ints, Ints]:
        """Return the marked place of every block: row, column and which least significant bit."""
        height, width = self.original.values.shape
        side = max(2, round((self.significant / self.share) ** 0.5))
        across, down = max(1, width * self.significant // side), height // side
        blocks = np.arange(across * down)
        seed = int.from_bytes(hashlib.sha256(f"{SECRET} block {recipient}".encode()).digest()[:8], "little")
        draw = np.random.default_rng(seed)
        rows = blocks // across * side + draw.integers(0, side, len(blocks))
        bits = np.minimum(
            blocks % across * side + draw.integers(0, side, len(blocks)), width * self.significant - 1
        )
        return rows, bits // self.significant, bits % self.significant
