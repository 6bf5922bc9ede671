"""`ask`: the one way from a question to an answer under the release rule.

1. The engine says who is in which group, and who has the values that are counted.
2. Each of these sets of people is compared with all that were answered before. One that is nearly an earlier
   set becomes that set; one that nearly is a combination of two earlier ones is not answered.
3. The engine computes the statistics of the sets as they now are.
4. Everything is changed by what the sets' keys say, rounded, and left out where too few people are.

Nothing after step 2 depends on in whom a set differed from an earlier one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.gateway.answer import Answer, ordered
from strongroom.disclosure.gateway.known import Known, Sets, audited_sets
from strongroom.disclosure.gateway.measurable import require_measurable
from strongroom.disclosure.gateway.statistics import (
    COUNTS,
    Engine,
    Protection,
    counted,
    measured,
    statistics,
)
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.representation import Query, Statistic
from strongroom.disclosure.release.audit import Bits
from strongroom.errors import QueryError

_MOST_GROUPS = 1_000

_CHANGED = "Every number was changed a little, and rounded: the same people always alike."
_HIDDEN = "Groups of too few people are not shown."
_NEAR = "Groups nearly the same as one asked about before got its answer."
_COMPOSED = "Groups that follow from two asked about before, but for a few people, are not shown."
_DOMINATED = "Sums and means that one or two people make up are not shown."


@dataclass(frozen=True)
class Asked:
    """An answer, the sets of people it adds to what is known, and whether some part of it was refused."""

    answer: Answer
    added: tuple[Bits, ...]
    refused: bool


@dataclass(frozen=True)
class _Groups:
    """The groups large enough to be shown: their key values, and who is in which."""

    keys: list[tuple[Any, ...]]
    membership: pa.Table
    left_out: bool

    def having(self, column: str | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return people and cells, of those for whom a column of the membership is true."""
        chosen = self.membership if column is None else self.membership.filter(self.membership.column(column))
        return chosen.column("person").to_numpy(), chosen.column("cell").to_numpy()


def ask(query: Query, engine: Engine, known: Known, *, protection: Protection) -> Asked:
    """Answer a question under the release rule, and remember whom it was about.

    `known` grows by the sets that were answered; `Asked.added` are the same, to be kept. Raises QueryError
    for measures that need a privacy budget, and for more groups than anybody reads.
    """
    require_measurable(query)
    groups = _groups(query, engine, protection.rule.smallest)
    before = len(known.audit.groups)
    cells = audited_sets(*groups.having(), len(groups.keys), known, protection.rule)
    present = {
        place: audited_sets(*groups.having(f"m{place}"), len(groups.keys), known, protection.rule)
        for place, measure in enumerate(query.measures)
        if measure.statistic is Statistic.PRESENT
    }
    columns, dominated = _columns(query, cells, present, statistics(query, engine, cells, known), protection)
    people = counted(cells, protection)
    rows = _rows(query, groups.keys, columns, [each is not None for each in people])
    every = [cells, *present.values()]
    hidden, composed = groups.left_out or None in people, any(each.composed.any() for each in every)
    said = {
        _CHANGED: True,
        _HIDDEN: hidden,
        _NEAR: any(each.near for each in every),
        _COMPOSED: composed,
        _DOMINATED: dominated,
    }
    answer = Answer(
        columns=query.columns,
        rows=ordered(rows, query.columns, query.order, query.most),
        notes=tuple(note for note, so in said.items() if so),
        hidden=hidden,
    )
    return Asked(answer, tuple(known.audit.groups[before:]), refused=composed)


def _groups(query: Query, engine: Engine, smallest: int) -> _Groups:
    """Return the groups of enough people: those of fewer are never shown, whatever the change."""
    plain = emit(replace(query, measures=()), DUCKDB)
    cells = engine.run(plain.cells)
    people = cells.column("people").to_numpy()
    enough = np.flatnonzero(people >= smallest)
    if len(enough) > _MOST_GROUPS:
        raise QueryError(
            f"The answer would have more than {_MOST_GROUPS:,} groups.", hint="Group by wider bins."
        )
    renumbered = np.full(len(people) + 1, -1)
    renumbered[enough] = np.arange(len(enough))
    membership = engine.run(emit(query, DUCKDB).membership)
    cell = renumbered[membership.column("cell").to_numpy()]
    kept = membership.set_column(1, "cell", pa.array(cell)).filter(pa.array(cell >= 0))
    values = [cells.column(f"k{place}").to_pylist() for place in range(len(query.keys))]
    keys = [tuple(column[place] for column in values) for place in enough]
    return _Groups(keys, kept, left_out=len(enough) < len(people))


def _columns(
    query: Query,
    cells: Sets,
    present: Mapping[int, Sets],
    known: Mapping[int, pa.Table],
    protection: Protection,
) -> tuple[dict[str, list[Any]], bool]:
    columns: dict[str, list[Any]] = {}
    dominated = False
    for place, measure in enumerate(query.measures):
        if measure.statistic in COUNTS:
            columns[measure.label] = counted(present.get(place, cells), protection)
        elif place in known:
            values, by_few = measured(measure, known[place], len(cells.bits), protection)
            columns[measure.label] = values
            dominated |= by_few
        else:
            columns[measure.label] = []
    return columns, dominated


def _rows(
    query: Query, keys: Sequence[tuple[Any, ...]], columns: Mapping[str, list[Any]], shown: Sequence[bool]
) -> list[tuple[Any, ...]]:
    labels = [key.label for key in query.keys]
    rows = []
    for place, key in enumerate(keys):
        if shown[place]:
            values = dict(zip(labels, key, strict=True))
            values |= {name: each[place] for name, each in columns.items()}
            rows.append(tuple(values[label] for label in query.columns))
    if not labels and not rows:
        rows.append((None,) * len(query.columns))
    return rows
