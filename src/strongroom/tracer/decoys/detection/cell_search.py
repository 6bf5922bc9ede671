"""Finds decoys in tables whose cells were aligned: each project's own, and the shared pool's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.matching import CohortColumns, Index, Recognition
from strongroom.matching.lineup.lineup import Lineup, concatenated
from strongroom.matching.lineup.row_search import recognise_others
from strongroom.tracer.decoys.detection.e_values import (
    log10_chance,
    log10_e_of_cells,
    log10_e_of_pool,
)
from strongroom.tracer.decoys.register import DecoyRegister
from strongroom.tracer.decoys.shared_pool import SharedPool
from strongroom.tracer.recognised_tables import RecognisedTables

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_MAIN = TableKind.PARTICIPANTS.value


@dataclass(frozen=True)
class CellHit:
    """A decoy found, by its ordinal; `where` is the table, the row, and the number of columns that agree."""

    ordinal: int
    where: tuple[int, int, int]


@dataclass(frozen=True)
class FoundByCells:
    """The decoys found by cells: each register's own by its number, and those of the pool.

    `own` and `shared` are log10 of the probability that any innocent project would have such evidence, from
    its own decoys and from which of the pool it was given; by project, 0 at most.
    """

    own_hits: Mapping[int, tuple[CellHit, ...]]
    pool: tuple[CellHit, ...]
    own: Mapping[str, float]
    shared: Mapping[str, float]


def found_by_cells(
    recognised: RecognisedTables,
    registers: Sequence[DecoyRegister],
    pool: SharedPool | None,
    *,
    index: Index,
    columns: CohortColumns,
) -> FoundByCells:
    """Search the rows of the aligned tables for all registers' own decoys and for the pool."""
    own = _Own.of(registers)
    searched: list[_Searched] = []
    for number, known in recognised.tables.items():
        people = Lineup.of_cohort(known, columns, recognised.reaches)
        if not people.models:
            continue
        looked_for = [people.of(own.people, index, {})] if len(own.register) else []
        if pool is not None:
            looked_for.append(people.of(pool.people, index, recognised.reaches))
        if looked_for:
            decoys = Lineup.joined(looked_for)
            searched.append(_Searched(number, recognise_others(known, people, decoys), people, decoys))
    found = _first(searched)
    by_register: dict[int, list[CellHit]] = {}
    for place, where in found.items():
        if place < len(own.register):
            by_register.setdefault(int(own.register[place]), []).append(
                CellHit(int(own.ordinal[place]), where)
            )
    of_pool = tuple(
        CellHit(int(pool.ordinals[place - len(own.register)]), where)
        for place, where in found.items()
        if pool is not None and place >= len(own.register)
    )
    projects = len({register.project for register in registers})
    return FoundByCells(
        {number: tuple(each) for number, each in by_register.items()},
        of_pool,
        _own_chances(registers, own, _likelier(searched), projects),
        _shared_chances(registers, pool, of_pool, projects),
    )


@dataclass(frozen=True, repr=False)
class _Own:
    """All registers' own decoys in one table, the number of the register of each, and its ordinal."""

    people: pa.Table
    register: Places
    ordinal: Places

    @classmethod
    def of(cls, registers: Sequence[DecoyRegister]) -> Self:
        held = [(number, each) for number, each in enumerate(registers) if _MAIN in each.rows]
        if not held:
            return cls(pa.table({}), np.empty(0, np.int64), np.empty(0, np.int64))
        people = concatenated([each.rows[_MAIN] for _, each in held])
        sizes = [each.rows[_MAIN].num_rows for _, each in held]
        ordinals: Places = people.column(PARTICIPANT).to_numpy().astype(np.int64)
        shared = np.concatenate(
            [
                np.isin(part, each.ordinals[each.shared])
                for (_, each), part in zip(held, np.split(ordinals, np.cumsum(sizes)[:-1]), strict=True)
            ]
        )
        numbers = np.repeat([number for number, _ in held], sizes)
        return cls(people.filter(pa.array(~shared)), numbers[~shared], ordinals[~shared])


@dataclass(frozen=True)
class _Searched:
    """A table, by number, in which decoys were searched for, with everybody its rows were compared with."""

    number: int
    found: Recognition
    people: Lineup
    decoys: Lineup

    def hits(self) -> dict[int, tuple[int, int, int]]:
        """Return where each decoy was found, by its place in the line-up: the surest of its rows."""
        pairs = self.found.surest
        surest = pairs.at(np.argsort(pairs.certainty, kind="stable"))
        agreeing = self.decoys.agreeing(self.found.values, surest.rows, surest.people).tolist()
        rows = zip(surest.rows.tolist(), agreeing, strict=True)
        return {
            decoy: (self.number, *where) for decoy, where in zip(surest.people.tolist(), rows, strict=True)
        }

    def likelihood_ratios(self) -> Floats:
        """Return the likelihood ratio of each decoy against anybody in the line-up, summed over the rows."""
        lineup, pairs = len(self.people) + len(self.decoys), self.found.pairs
        return np.bincount(pairs.people, lineup * pairs.certainty, len(self.decoys)).astype(np.float64)


def _first(searched: Sequence[_Searched]) -> dict[int, tuple[int, int, int]]:
    """Return where each decoy was found, in the first table that has it."""
    found: dict[int, tuple[int, int, int]] = {}
    for each in searched:
        for decoy, where in sorted(each.hits().items()):
            found.setdefault(decoy, where)
    return found


def _likelier(searched: Sequence[_Searched]) -> Floats:
    """Return each decoy's mean likelihood ratio over all rows examined in the tables of the file."""
    rows = max(sum(len(each.found.rows) for each in searched), 1)
    found: Floats = np.sum([each.likelihood_ratios() for each in searched], axis=0) / rows
    return found


def _own_chances(
    registers: Sequence[DecoyRegister], own: _Own, likelihood_ratio: Floats, projects: int
) -> dict[str, float]:
    chances: dict[str, float] = {}
    if not likelihood_ratio.any():
        return chances
    first = np.searchsorted(own.register, np.arange(len(registers) + 1))
    for number, register in enumerate(registers):
        mine = likelihood_ratio[first[number] : first[number + 1]]
        if mine.any():
            found = log10_chance(log10_e_of_cells(mine), projects)
            chances[register.project] = min(found, chances.get(register.project, 0.0))
    return chances


def _shared_chances(
    registers: Sequence[DecoyRegister], pool: SharedPool | None, found: Sequence[CellHit], projects: int
) -> dict[str, float]:
    if pool is None or not found:
        return {}
    ordinals = np.array([each.ordinal for each in found])
    probability = pool.probability[np.searchsorted(pool.ordinals, ordinals)]
    chances: dict[str, float] = {}
    for register in registers:
        given = np.isin(ordinals, register.ordinals[register.shared])
        log10_e = log10_e_of_pool(given, probability)
        chances[register.project] = min(log10_chance(log10_e, projects), chances.get(register.project, 0.0))
    return chances
