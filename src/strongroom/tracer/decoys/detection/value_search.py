"""Finds decoys in a table by values anywhere in a row, exact or rounded, under any column names.

Each value counts log2 of its rarity, as in the search for single participants (`matching.records`), and
repeated columns count once. Every row is examined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.matching import CohortColumns, Index
from strongroom.matching.columns.redundancy import repeated_bits
from strongroom.matching.records.value_lookup import LookedUp, look_up
from strongroom.matching.values.cells import NUMBER, Cells, column_cells
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.register import DecoyRegister

Ints = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(
        5, "columns", "judgement: fewer values can agree because columns repeat each other"
    )
    spare_bits: float = threshold(
        10.0, "bits", "derived: one row in a thousand by chance over all rows and decoys"
    )
    least_bits: float = threshold(4.0, "bits", "cost: commoner values are looked up in vain")
    chunk: int = threshold(20_000, "rows", "cost: memory of the values looked up at once")


LIMITS = _Limits()
FEWEST_VALUES = LIMITS.least_values


@dataclass(frozen=True)
class DecoyRow:
    """A row that is a decoy's: its position, register, decoy, columns that agree, and bits over chance."""

    row: int
    register: int
    decoy: int
    columns: tuple[str, ...]
    bits: float


class DecoySearch:
    """Searches for the decoys of some views; `index` and `columns` say how rare values are."""

    def __init__(self, registers: Sequence[DecoyRegister], index: Index, columns: CohortColumns) -> None:
        self.registers = registers
        self._index, self._columns = index, columns

    def rows(self, table: pa.Table | ComparableTable, *, among: int) -> list[DecoyRow]:
        """Return the rows that are decoys', each once.

        A row must be more than log2(`among` x rows) + 10 bits less likely by chance; `among` is the number of
        people or decoys it could have been.
        """
        found: dict[int, DecoyRow] = {}
        whole = ComparableTable.of(table)
        total = whole.table.num_rows
        for start in range(0, total, LIMITS.chunk):
            for each in self._chunk(whole.part(start, LIMITS.chunk), np.log2(among) + np.log2(total)):
                found[start + each.row] = DecoyRow(
                    start + each.row, each.register, each.decoy, each.columns, each.bits
                )
        return list(found.values())

    @cached_property
    def _held(self) -> "_Held":
        parts = []
        for number, register in enumerate(self.registers):
            table = register.rows.get(TableKind.PARTICIPANTS.value)
            if table is None:
                continue
            who = np.searchsorted(register.ordinals, table.column(PARTICIPANT).to_numpy().astype(np.int64))
            known = [name for name in table.column_names if name in self._index.columns]
            parts += [(number, who, name, column_cells(table.column(name))) for name in known]
        return _Held.of(parts)

    def _chunk(self, chunk: ComparableTable, cost: float) -> list[DecoyRow]:
        columns = [chunk.cells(place) for place in range(chunk.table.num_columns)]
        cells = Cells.joined(columns or [_NONE])
        row = np.tile(np.arange(chunk.table.num_rows), len(columns))
        filled = np.flatnonzero(cells.kind >= 0)
        if len(filled) == 0 or len(self._held.value) == 0:
            return []
        asked, token = look_up(cells.at(filled), self._index, rounded=True)
        # A value that nobody in the cohort has counts as one that one person has.
        bits = np.where(asked.people > 0, asked.bits, np.log2(self._index.people))
        hits = self._held.holding(asked)
        telling = (bits >= LIMITS.least_bits) & (hits[1] > hits[0])
        entries = np.flatnonzero(telling[token])
        able = np.bincount(row[filled][entries], minlength=chunk.table.num_rows) >= FEWEST_VALUES
        entries = entries[able[row[filled][entries]]]
        return self._judged(row[filled][entries], token[entries], bits, hits, cost)

    def _judged(
        self, row: Ints, token: Ints, bits: NDArray[np.float64], hits: tuple[Ints, Ints], cost: float
    ) -> list[DecoyRow]:
        row, token = np.unique(np.column_stack([row, token]), axis=0).T if len(row) else (row, token)
        lengths = (hits[1] - hits[0])[token]
        which = np.repeat(np.arange(len(row)), lengths)
        before = np.cumsum(lengths) - lengths
        held = np.arange(len(which)) - np.repeat(before, lengths) + np.repeat(hits[0][token], lengths)
        person = self._held.person[held]
        # A value that a decoy has in two columns counts once.
        pairs, first = np.unique(np.column_stack([which, person]), axis=0, return_index=True)
        line, person, gain = row[pairs[:, 0]], pairs[:, 1], bits[token[pairs[:, 0]]] - 1
        groups, group = np.unique(line * self._held.people + person, return_inverse=True)
        total = np.bincount(group, gain, len(groups))
        found = []
        for place in np.flatnonzero(total >= cost + LIMITS.spare_bits):
            mine = first[group == place]
            columns = tuple(dict.fromkeys(self._held.names[k] for k in self._held.column[held[mine]]))
            sure = float(total[place]) - self._repeated(columns) - cost
            if len(columns) >= FEWEST_VALUES and sure >= LIMITS.spare_bits:
                number, decoy = self._held.who[int(groups[place] % self._held.people)]
                found.append(DecoyRow(int(groups[place] // self._held.people), number, decoy, columns, sure))
        return sorted(found, key=lambda each: each.bits)

    def _repeated(self, names: Sequence[str]) -> float:
        return repeated_bits([self._columns.coded(name) for name in names])


@dataclass(frozen=True, repr=False)
class _Held:
    """All values of all decoys in order of kind and value; whose each is and in which column, as numbers."""

    kind: NDArray[np.int8]
    value: NDArray[np.float64]
    person: Ints
    column: Ints
    names: tuple[str, ...]
    who: tuple[tuple[int, int], ...]

    @property
    def people(self) -> int:
        """How many decoys there are."""
        return max(len(self.who), 1)

    @classmethod
    def of(cls, parts: Sequence[tuple[int, Ints, str, Cells]]) -> "_Held":
        names = tuple(dict.fromkeys(name for _, _, name, _ in parts))
        who = tuple(dict.fromkeys((number, int(each)) for number, places, _, _ in parts for each in places))
        number_of = {each: place for place, each in enumerate(who)}
        kinds: list[NDArray[np.int8]] = []
        values: list[NDArray[np.float64]] = []
        people: list[Ints] = []
        columns: list[Ints] = []
        for number, places, name, cells in parts:
            known = np.flatnonzero(cells.kind >= 0)
            kinds.append(cells.kind[known])
            values.append(cells.value[known])
            people.append(np.array([number_of[number, int(each)] for each in places[known]], np.int64))
            columns.append(np.full(len(known), names.index(name)))
        if not kinds:
            nothing = np.empty(0, np.int64)
            return cls(nothing.astype(np.int8), nothing.astype(float), nothing, nothing, names, who)
        kind: NDArray[np.int8] = np.concatenate(kinds)
        value: NDArray[np.float64] = np.concatenate(values)
        order = np.lexsort((value, kind))
        person, column = np.concatenate(people)[order], np.concatenate(columns)[order]
        return cls(kind[order], value[order], person, column, names, who)

    def holding(self, asked: LookedUp) -> tuple[Ints, Ints]:
        """Return the range of decoys' values that each value asked for may match."""
        first, last = np.zeros((2, len(asked.kind)), np.int64)
        for kind in np.unique(asked.kind):
            mine = np.flatnonzero(asked.kind == kind)
            start, end = np.searchsorted(self.kind, kind, "left"), np.searchsorted(self.kind, kind, "right")
            values = self.value[start:end]
            slack = 0.0 if kind == NUMBER else 1e-9
            first[mine] = start + np.searchsorted(values, asked.low[mine] - slack, "left")
            last[mine] = start + np.searchsorted(values, asked.high[mine] + slack, "right")
        return first, last


_NONE = Cells(np.empty(0, np.int8), np.empty(0), np.empty(0, np.int8))
