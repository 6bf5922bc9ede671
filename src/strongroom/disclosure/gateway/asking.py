"""`ask`: the one way from a question to an answer under the release rule.

1. The engine says who is in which group, and who has the values that are counted.
2. The audit remembers these sets of people, and counts those that nearly are earlier ones.
3. The engine computes the statistics of the sets.
4. Everything is changed by what the sets' names say, rounded, and left out where too few people are.

Whatever else a researcher sees (notes, flags, errors) is the same whoever is in a set: each would be an exact
answer about somebody whose being there depends on a secret.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.gateway.answer import Answer, ordered
from strongroom.disclosure.gateway.description import descriptions
from strongroom.disclosure.gateway.known import Known, Protection, Sets, watched_sets
from strongroom.disclosure.gateway.measurable import require_measurable
from strongroom.disclosure.gateway.statistics import (
    COUNTS,
    Engine,
    counted,
    measured,
    statistics,
)
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.representation import Query, Statistic
from strongroom.disclosure.release.audit import Bits
from strongroom.disclosure.release.counts import shown_counts
from strongroom.errors import QueryError

_MOST_GROUPS = 1_000

_NOTES = (
    "Every number was changed a little, and rounded: the same people always alike.",
    "Groups of too few people are not shown, nor sums and means that one or two people make up.",
)
_GROUPS_EACH = 3


@dataclass(frozen=True)
class Asked:
    """An answer, the sets of people it adds to what is known, and how many nearly were known before."""

    answer: Answer
    added: tuple[Bits, ...]
    near: int


def cost(query: Query) -> int:
    """Return in how many sets one person may be counted, each with noise of its own: what a question costs.

    Events put a person in several groups; that is taken for three.
    """
    own = 1 + sum(measure.statistic is not Statistic.PEOPLE for measure in query.measures)
    return own * (_GROUPS_EACH if query.about_events and query.keys else 1)


@dataclass(frozen=True)
class _Groups:
    """The groups large enough to be shown: their key values, and who is in which."""

    keys: list[tuple[Any, ...]]
    membership: pa.Table

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
    groups = _groups(query, engine, known, protection)
    before = len(known.audit.groups)
    cells = watched_sets(*groups.having(), descriptions(query, groups.keys), known, protection)
    present = {
        place: watched_sets(
            *groups.having(f"m{place}"), descriptions(query, groups.keys, measure), known, protection
        )
        for place, measure in enumerate(query.measures)
        if measure.statistic is Statistic.PRESENT
    }
    columns = _columns(query, cells, present, statistics(query, engine, cells, known), protection)
    shown = [each is not None for each in counted(cells, protection)]
    answer = Answer(
        columns=query.columns,
        rows=ordered(_rows(query, groups.keys, columns, shown), query.columns, query.order, query.most),
        notes=_NOTES,
        hidden=True,
    )
    near = cells.near + sum(each.near for each in present.values())
    return Asked(answer, tuple(known.audit.groups[before:]), near)


def _groups(query: Query, engine: Engine, known: Known, protection: Protection) -> _Groups:
    """Return the groups of enough people: those of fewer are never shown, whatever the change."""
    plain = emit(replace(query, measures=()), DUCKDB)
    cells = engine.run(plain.cells)
    people = cells.column("people").to_numpy().astype(np.int64)
    enough = np.flatnonzero(people >= protection.rule.smallest)
    values = [cells.column(f"k{place}").to_pylist() for place in range(len(query.keys))]
    keys = [tuple(column[place] for column in values) for place in enough]
    drawn = protection.noise.keys([f"{known.view_key}/{name}" for name in descriptions(query, keys)])
    # Of those shown, which noise has a part in: an error must not tell how large a group is, either.
    hidden = shown_counts(people[enough], drawn, noise=protection.noise, rule=protection.rule).hidden
    if np.count_nonzero(~hidden) > _MOST_GROUPS:
        raise QueryError(
            f"The answer would have more than {_MOST_GROUPS:,} groups.", hint="Group by wider bins."
        )
    renumbered = np.full(len(people) + 1, -1)
    renumbered[enough] = np.arange(len(enough))
    membership = engine.run(emit(query, DUCKDB).membership)
    cell = renumbered[membership.column("cell").to_numpy()]
    kept = membership.set_column(1, "cell", pa.array(cell)).filter(pa.array(cell >= 0))
    return _Groups(keys, kept)


def _columns(
    query: Query,
    cells: Sets,
    present: Mapping[int, Sets],
    known: Mapping[int, pa.Table],
    protection: Protection,
) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for place, measure in enumerate(query.measures):
        if measure.statistic in COUNTS:
            columns[measure.label] = counted(present.get(place, cells), protection)
        elif place in known:
            columns[measure.label] = measured(measure, known[place], cells, protection)
        else:
            columns[measure.label] = []
    return columns


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
