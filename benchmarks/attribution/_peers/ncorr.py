"""NCorr-FP (2025): a marked value is drawn anew, from the dense or the sparse part of its neighbours' values.

The toolbox's Tardos code is used, with its rule: accuse whoever scores more than the mean and one SD.
"""

import numpy as np
from benchmarks.attribution._peers.scheme import LENGTH, SECRET, Floats, Ints, Rows, Scheme
from numpy.typing import NDArray
from scipy.spatial import cKDTree

_NEIGHBOURS = 100
_SPARSE = 0.75
_CELLS = 40


class NCorr(Scheme):
    """A row's key chooses the column, which bit, and a mask; a 1 is a dense value among the nearest rows'."""

    name = "NCorr-FP, Tardos code"

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        values, draw = self.original.values.copy(), np.random.default_rng(recipient)
        rows, columns, index, mask = self._marks(self.original.keys)
        bits = self.fingerprint(recipient)[index] ^ mask
        for column, near, mine in self._neighbourhoods(self.original, rows, columns):
            for row, around, bit in zip(rows[mine], near, bits[mine], strict=True):
                edges, dense = _parts(around)
                cells = np.flatnonzero(dense == bit)
                pool = around[
                    np.isin(np.clip(np.searchsorted(edges, around, "right") - 1, 0, len(dense) - 1), cells)
                ]
                if len(pool):
                    values[row, column] = draw.choice(pool)
        return values

    def accused(self, found: Rows) -> list[int]:
        """Accuse who has just the bits found; if nobody, all who score above the mean of all and one SD.

        That is the toolbox's decoding, `detect_colluders` with its default k = 1 and its own weights.
        """
        counted, code = self.votes(found), self.fingerprints()
        if not counted.any():
            return []
        same = code == (counted[:, 1] > counted[:, 0])
        exact = np.flatnonzero(same.all(axis=1))
        if len(exact):
            return [int(each) for each in exact]
        bias = self._bias()
        scores = np.where(same, np.log(1 / bias), np.log(1 / (1 - bias))).sum(axis=1)
        return [int(each) for each in np.flatnonzero(scores > scores.mean() + scores.std())]

    def votes(self, found: Rows) -> Ints:
        """Count what the marked cells of a file say of each bit; shape (bits, 2)."""
        rows, columns, index, mask = self._marks(found.keys)
        known = {int(column): place for place, column in enumerate(found.columns)}
        at = np.array([known.get(column, -1) for column in range(len(self.steps))])[columns]
        rows, at, index, mask = (each[at >= 0] for each in (rows, at, index, mask))
        counted = np.zeros((LENGTH, 2), np.int64)
        for column, near, mine in self._neighbourhoods(found, rows, at):
            for row, around, bit, masked in zip(rows[mine], near, index[mine], mask[mine], strict=True):
                edges, dense = _parts(around)
                value = found.values[row, column]
                if np.isfinite(value):
                    place = int(np.clip(np.searchsorted(edges, value, "right") - 1, 0, len(dense) - 1))
                    counted[bit, int(dense[place]) ^ int(masked)] += 1
        return counted

    def fingerprint(self, recipient: int, length: int = LENGTH) -> NDArray[np.bool_]:
        """Return a Tardos codeword with the toolbox's arcsine biases."""
        draw = np.random.default_rng((SECRET, recipient, 1))
        return np.asarray(draw.random(length) < self._bias())

    def _bias(self) -> Floats:
        return np.clip(np.random.default_rng(SECRET).beta(0.5, 0.5, LENGTH), 1e-4, 1 - 1e-4)

    def _marks(self, keys: Ints) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
        rows = np.flatnonzero(self.chosen(keys))
        drawn = self.draw(keys[rows], "mark")
        columns = (drawn % np.uint64(len(self.steps))).astype(np.int64)
        index = ((drawn >> np.uint64(24)) % np.uint64(LENGTH)).astype(np.int64)
        return rows, columns, index, (drawn >> np.uint64(50)) & np.uint64(1) == 1

    def _neighbourhoods(
        self, table: Rows, rows: Ints, columns: Ints
    ) -> list[tuple[int, Floats, NDArray[np.bool_]]]:
        """Return for each column the values of every marked row's neighbours by the other columns."""
        filled = np.where(np.isfinite(table.values), table.values, np.nanmedian(table.values, axis=0))
        scaled = (filled - filled.min(axis=0)) / np.maximum(np.ptp(filled, axis=0), 1e-12)
        found, count = [], min(_NEIGHBOURS, len(filled) - 1)
        for column in np.unique(columns):
            mine = columns == column
            others = np.delete(scaled, column, axis=1)
            if others.shape[1] == 0 or count < 2:
                continue
            near = cKDTree(others).query(others[rows[mine]], k=count)[1]
            found.append((int(column), filled[near, column], mine))
        return found


def _parts(around: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Cut the neighbours' range into cells, and tell which are dense: the quarter with the most values.

    The toolbox estimates the density with a Gaussian kernel at 100 points; a histogram ranks the same cells.
    """
    counts, edges = np.histogram(around, bins=_CELLS)
    smooth = np.convolve(counts, np.ones(5), mode="same")
    return edges, smooth >= np.quantile(smooth, _SPARSE)
