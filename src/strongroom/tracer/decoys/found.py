"""Decoys found in a leaked file: whose views they are from, and how likely that is by chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort.index import CohortColumns, Index
from strongroom.tracer.decoys.matching import DecoySearch
from strongroom.tracer.decoys.register import DecoyRegister

# Columns repeat one another in ways that no sum of bits sees: one row never counts for more.
_MOST_SAID = -6.0


@dataclass(frozen=True)
class DecoyHit:
    """A decoy found: in which table and row, by its values or its id, agreeing in how many columns.

    `log10_chance` is log10 of how likely such a row is by chance, -6 at least.
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

    `log10_chance` is the sum over decoys that no other project has; those of the shared pool add nothing.
    """

    project: str
    hits: tuple[DecoyHit, ...]

    @property
    def unique(self) -> tuple[DecoyHit, ...]:
        """The hits that only this project's views can explain."""
        return tuple(hit for hit in self.hits if not hit.shared)

    @property
    def log10_chance(self) -> float:
        """Log10 of the chance of all unique ones."""
        return sum(hit.log10_chance for hit in self.unique)


def found_decoys(
    tables: Sequence[pa.Table],
    registers: Sequence[DecoyRegister],
    *,
    index: Index,
    columns: CohortColumns,
) -> list[DecoyHits]:
    """Return the decoys in a file's tables by project, the project with most evidence first.

    `registers` are of every view that may be the source; `index` and `columns` are the cohort's and say how
    rare values are.
    """
    search = DecoySearch(registers, index, columns)
    found: dict[str, dict[int, DecoyHit]] = {}
    decoys = max(sum(len(register) for register in registers), 1)
    for number, table in enumerate(tables):
        for each in search.rows(table, among=decoys):
            register = registers[each.register]
            hit = DecoyHit(
                ordinal=int(register.ordinals[each.decoy]),
                id=int(register.ids[each.decoy]),
                shared=bool(register.shared[each.decoy]),
                table=number,
                row=each.row,
                columns=len(each.columns),
                by="values",
                log10_chance=max(-each.bits * math.log10(2), _MOST_SAID),
            )
            _keep(found.setdefault(register.project, {}), hit)
        for register in registers:
            for hit in _by_id(number, table, register, decoys):
                _keep(found.setdefault(register.project, {}), hit)
    listed = [DecoyHits(project, tuple(hits.values())) for project, hits in found.items()]
    return sorted(listed, key=lambda each: (each.log10_chance, -len(each.hits)))


def _keep(hits: dict[int, DecoyHit], hit: DecoyHit) -> None:
    """Count each decoy once, by its best row."""
    held = hits.get(hit.ordinal)
    if held is None or hit.log10_chance < held.log10_chance:
        hits[hit.ordinal] = hit


def _by_id(number: int, table: pa.Table, register: DecoyRegister, decoys: int) -> list[DecoyHit]:
    """Return the decoys whose ids stand in a column in which chance would hardly put them."""
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
            likely = max(math.log10(max(chance, 1e-300)), _MOST_SAID)
            hits.append(
                DecoyHit(
                    int(register.ordinals[decoy]), int(each), bool(register.shared[decoy]),
                    number, row, 1, "id", likely,
                )
            )  # fmt: skip
    return hits


def whole_numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return a column as whole numbers, -1 where a cell is none."""
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
