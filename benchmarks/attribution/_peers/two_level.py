"""Guo, Wang and Li (ACM SAC 2006): the string bit by bit, and a second level that confirms it as a whole."""

import numpy as np
from benchmarks.attribution._peers.scheme import LENGTH, Floats, Ints, Rows, Scheme, with_bit
from numpy.typing import NDArray
from scipy.stats import binom

_LEVEL_ALPHA = 0.01
_SECOND = 0.5


class TwoLevel(Scheme):
    """Rows are grouped by bit; a bit's value chooses which of its group's rows carry a mark.

    Rows the first level leaves alone are marked by the whole string at the second. Each level is accepted at
    the significance .01, as the paper's thresholds do.
    """

    name = "two-level (Guo-Wang-Li)"

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        found, string = self.original, self.fingerprint(recipient)
        group = self._groups(found.keys)
        whole, values = self.steps_of(found), found.values.copy()
        taken = np.zeros(len(found.keys), bool)
        for bit in (0, 1):
            rows = np.flatnonzero((string[group] == bool(bit)) & self._first(found.keys, bit))
            taken[rows] = True
            self._write(
                values,
                whole,
                rows,
                self._where(found.keys[rows], f"first {bit}"),
                np.full(len(rows), bit == 1),
            )
        rows = np.flatnonzero(self._second(found.keys, recipient) & ~taken)
        bits = self.draw(found.keys[rows], "value") & np.uint64(1) == 1
        self._write(values, whole, rows, self._where(found.keys[rows], f"second {recipient}"), bits)
        return values

    def accused(self, found: Rows) -> list[int]:
        """Accuse whoever has the string read, if the second level confirms it."""
        group, whole = self._groups(found.keys), self.steps_of(found)
        evidence = np.zeros((LENGTH, 2))
        for bit in (0, 1):
            rows = np.flatnonzero(self._first(found.keys, bit))
            kept, shown = self._read(found, whole, rows, self._where(found.keys[rows], f"first {bit}"))
            of = group[rows[kept]]
            total = np.bincount(of, minlength=LENGTH)
            matches = np.bincount(of, weights=shown == bool(bit), minlength=LENGTH)
            evidence[:, bit] = binom.sf(matches - 1, total, 0.5)
        if np.any(evidence.min(axis=1) >= _LEVEL_ALPHA):
            return []
        string = evidence[:, 1] < evidence[:, 0]
        named = np.flatnonzero((self.fingerprints() == string).all(axis=1))
        return [int(each) for each in named if self._confirmed(found, whole, int(each))]

    def _confirmed(self, found: Rows, whole: Ints, recipient: int) -> bool:
        string = self.fingerprint(recipient)
        group = self._groups(found.keys)
        taken = np.where(string[group], self._first(found.keys, 1), self._first(found.keys, 0))
        rows = np.flatnonzero(self._second(found.keys, recipient) & ~taken)
        kept, shown = self._read(found, whole, rows, self._where(found.keys[rows], f"second {recipient}"))
        bits = self.draw(found.keys[rows[kept]], "value") & np.uint64(1) == 1
        return bool(binom.sf(np.count_nonzero(shown == bits) - 1, len(bits), 0.5) < _LEVEL_ALPHA)

    def _groups(self, keys: Ints) -> Ints:
        return (self.draw(keys, "group") % np.uint64(LENGTH)).astype(np.int64)

    def _first(self, keys: Ints, bit: int) -> NDArray[np.bool_]:
        return self.under(keys, f"level {bit}", self.share * (1 - _SECOND))

    def _second(self, keys: Ints, recipient: int) -> NDArray[np.bool_]:
        return self.under(keys, f"level of {recipient}", self.share * _SECOND)

    def _where(self, keys: Ints, use: str) -> tuple[Ints, Ints]:
        drawn = self.draw(keys, use)
        columns = (drawn % np.uint64(len(self.steps))).astype(np.int64)
        return columns, ((drawn >> np.uint64(20)) % np.uint64(self.significant)).astype(np.int64)

    def _write(
        self, values: Floats, whole: Ints, rows: Ints, where: tuple[Ints, Ints], bits: NDArray[np.bool_]
    ) -> None:
        usable = whole[rows, where[0]] > 0
        rows, columns, places, bits = rows[usable], where[0][usable], where[1][usable], bits[usable]
        values[rows, columns] = with_bit(whole[rows, columns], places, bits) * self.steps[columns]

    def _read(
        self, found: Rows, whole: Ints, rows: Ints, where: tuple[Ints, Ints]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        known = {int(column): place for place, column in enumerate(found.columns)}
        at = np.array([known.get(column, -1) for column in range(len(self.steps))])[where[0]]
        kept = at >= 0
        kept[kept] = whole[rows[kept], at[kept]] > 0
        return kept, (whole[rows[kept], at[kept]] >> where[1][kept]) & 1 == 1
