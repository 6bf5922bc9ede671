"""Decoys found in a leaked file: which views they are from, and how likely that is by chance."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.matching import CohortColumns, Index
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.detection.value_search import DecoyRow, DecoySearch
from strongroom.tracer.decoys.register import DecoyRegister
from strongroom.tracer.decoys.shared_pool import SharedPool

if TYPE_CHECKING:
    from strongroom.tracer.decoys.detection.cell_search import FoundByCells
    from strongroom.tracer.recognised_tables import RecognisedTables


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_log10: float = threshold(
        -6.0,
        "log10 of a probability",
        "judgement: columns repeat each other in ways no sum of bits sees; one row never counts for more",
    )


LIMITS = _Limits()

_OF_TWO = math.log10(2)


@dataclass(frozen=True)
class DecoyHit:
    """A decoy found: in which table and row, by its cells, values or id, and how many columns agree.

    `log10_chance` is log10 of the probability of such a row by chance, -6 at least; hits by cells have 0,
    since their joint evidence is in `DecoyHits`.
    """

    ordinal: int
    id: int
    shared: bool
    table: int
    row: int
    columns: int
    by: str
    log10_chance: float


@dataclass(frozen=True)
class DecoyHits:
    """The decoys of one project in a file, each once.

    `log10_chance` is log10 of the probability that the decoys only this project has would be found if it is
    innocent; `log10_shared` that an innocent project was given as many of the shared decoys in the file.
    """

    project: str
    hits: tuple[DecoyHit, ...]
    log10_chance: float = 0.0
    log10_shared: float = 0.0

    @property
    def unique(self) -> tuple[DecoyHit, ...]:
        """The hits that only this project's views can explain."""
        return tuple(hit for hit in self.hits if not hit.shared)


def found_decoys(
    tables: Sequence[pa.Table],
    registers: Sequence[DecoyRegister],
    *,
    index: Index,
    columns: CohortColumns,
    recognised: "RecognisedTables | None" = None,
    pool: SharedPool | None = None,
) -> list[DecoyHits]:
    """Return the decoys in a file's tables by project, the project with most evidence first.

    `registers` are of every view that may be the source; `index` and `columns` are the cohort's and say how
    rare values are. In `recognised` tables decoys are found by their cells, in others by values anywhere in a
    row; in all by their ids.
    """
    found: dict[str, dict[int, DecoyHit]] = {register.project: {} for register in registers}
    decoys = max(sum(len(register) for register in registers), 1)
    known = recognised.tables if recognised is not None else {}
    search = DecoySearch(registers, index, columns)
    for number, table in enumerate(tables):
        if number not in known:
            for each in search.rows(table, among=decoys):
                _keep(found[registers[each.register].project], _by_values(number, registers, each))
        for register in registers:
            for hit in _by_id(number, table, register, decoys):
                _keep(found[register.project], hit)
    log10_chances = {project: _sum_of_own(hits) for project, hits in found.items()}
    shared: Mapping[str, float] = {}
    if recognised is not None and known:
        from strongroom.tracer.decoys.detection.cell_search import found_by_cells  # noqa: PLC0415 - no check needs it

        cells = found_by_cells(recognised, registers, pool, index=index, columns=columns)
        shared = cells.shared
        for project, log10 in cells.own.items():
            # The smaller of two probabilities, doubled (Bonferroni).
            log10_chances[project] = min(log10_chances[project] + _OF_TWO, log10 + _OF_TWO, 0.0)
        for project, hit in _by_cells(registers, cells):
            _keep(found[project], hit)
    listed = [
        DecoyHits(project, tuple(hits.values()), log10_chances[project], shared.get(project, 0.0))
        for project, hits in found.items()
        if hits
    ]
    return sorted(listed, key=lambda each: (each.log10_chance, each.log10_shared, -len(each.hits)))


def _sum_of_own(hits: Mapping[int, DecoyHit]) -> float:
    return sum(hit.log10_chance for hit in hits.values() if not hit.shared)


def _by_values(number: int, registers: Sequence[DecoyRegister], each: DecoyRow) -> DecoyHit:
    likely = max(-each.bits * math.log10(2), LIMITS.least_log10)
    return _hit(registers[each.register], each.decoy, (number, each.row, len(each.columns)), "values", likely)


def _by_cells(registers: Sequence[DecoyRegister], cells: "FoundByCells") -> Iterator[tuple[str, DecoyHit]]:
    for number, hits_by_cells in cells.own_hits.items():
        for each in hits_by_cells:
            place = int(np.searchsorted(registers[number].ordinals, each.ordinal))
            yield registers[number].project, _hit(registers[number], place, each.where, "cells", 0.0)
    for each in cells.pool:
        for register in registers:
            for place in np.flatnonzero(register.ordinals == each.ordinal).tolist():
                yield register.project, _hit(register, place, each.where, "cells", 0.0)


def _hit(
    register: DecoyRegister, decoy: int, where: tuple[int, int, int], by: str, log10_chance: float
) -> DecoyHit:
    ordinal, shared = int(register.ordinals[decoy]), bool(register.shared[decoy])
    return DecoyHit(ordinal, int(register.ids[decoy]), shared, *where, by, log10_chance)


def _keep(hits: dict[int, DecoyHit], hit: DecoyHit) -> None:
    """Count each decoy once, by its best row."""
    held = hits.get(hit.ordinal)
    if held is None or hit.log10_chance < held.log10_chance:
        hits[hit.ordinal] = hit


def _by_id(number: int, table: pa.Table, register: DecoyRegister, decoys: int) -> list[DecoyHit]:
    """Return the decoys whose ids are in a column where chance would hardly put them."""
    hits = []
    for place in range(table.num_columns):
        numbers = whole_numbers(table.column(place))
        inside = np.unique(numbers[(numbers >= register.ids.min()) & (numbers <= register.ids.max())])
        span = int(register.ids.max() - register.ids.min()) + 1
        chance = len(inside) * decoys / span
        same = np.intersect1d(inside, register.ids)
        if len(same) == 0 or chance >= 1:
            continue
        for each in same:
            decoy = int(np.flatnonzero(register.ids == each)[0])
            row = int(np.flatnonzero(numbers == each)[0])
            likely = max(math.log10(max(chance, 1e-300)), LIMITS.least_log10)
            hits.append(_hit(register, decoy, (number, row, 1), "id", likely))
    return hits


def whole_numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return a column as whole numbers, -1 for other cells."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        digits = pc.match_substring_regex(column, r"^\s*\d{1,15}(\.0*)?\s*$")
        trimmed = pc.replace_substring_regex(pc.utf8_trim_whitespace(column), r"\.0*$", "")
        column = pc.if_else(digits, trimmed, None).cast(pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return np.full(len(column), -1)
    numbers = column.cast(pa.float64(), safe=False).to_numpy()
    whole = np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2.0**53)
    return np.where(whole, np.where(whole, numbers, 0), -1).astype(np.int64)
