"""`ask`: the one way from a question to an answer under the release rule.

1. Between what values are held is taken from everybody in the view.
2. The engine counts the groups and sums their values, in one pass.
3. The audit remembers the groups, and counts those that nearly are earlier ones.
4. Everything is changed by what the groups' names say, rounded, and left out where too few people are.

Whatever else a researcher sees (notes, flags) is the same whoever is in a group, and nothing that depends on
it is an error: each would be an exact answer about somebody whose being there depends on a secret.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from strongroom.disclosure.gateway.allowed_measures import Scale, measurable
from strongroom.disclosure.gateway.answer import Answer, ordered
from strongroom.disclosure.gateway.context import Engine, Known, Protection
from strongroom.disclosure.gateway.groups import Groups
from strongroom.disclosure.gateway.noisy_measures import different, numbers, quantiles
from strongroom.disclosure.gateway.value_bounds import View, limits
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.representation import Query, Statistic

MOST_GROUPS = 1_000

_NOTES = (
    "Every number was changed a little, and rounded: the same group always alike.",
    f"Groups of too few people are not shown, nor more than {MOST_GROUPS:,} groups.",
    "In sums, means and quantiles the outermost values count as the nearest common one.",
)


@dataclass(frozen=True)
class Asked:
    """An answer, the statement that gave it, and how many groups nearly were known before."""

    answer: Answer
    statement: str
    near: int


def ask(query: Query, engine: Engine, known: Known, *, protection: Protection) -> Asked:
    """Answer a question under the release rule, and remember whom it was about.

    `known` grows by the groups that were answered. Raises QueryError for measures that need a privacy budget.
    """
    measures, scales = zip(*(measurable(measure) for measure in query.measures), strict=True)
    plain = replace(query, measures=measures)
    bounds = limits(View(plain, engine, known, protection))
    emitted = emit(plain, DUCKDB, bounds)
    groups = Groups.of(plain, engine.run(emitted.cells), known, protection)
    spreads = {place: engine.run(sql) for place, sql in emitted.distributions.items()}
    told = _Told(groups, bounds, scales, spreads)
    columns = {measure.label: told.values(place) for place, measure in enumerate(measures)}
    rows = ordered(_rows(groups, columns), query.columns, query.order, query.most)
    answer = Answer(columns=query.columns, rows=rows[:MOST_GROUPS], notes=_NOTES, hidden=True)
    return Asked(answer, emitted.cells, _watched(groups))


def _watched(groups: Groups) -> int:
    near = groups.watched("people")
    for place, measure in enumerate(groups.query.measures):
        if measure.statistic is Statistic.PRESENT:
            near += groups.watched(f"m{place}_n", f"m{place}_mark")
    return near


@dataclass(frozen=True)
class _Told:
    """What the engine told of each group; bounds, scales and spreads by the places of the measures."""

    groups: Groups
    bounds: Mapping[int, tuple[Bounds, ...]]
    scales: Sequence[tuple[Scale, ...]]
    spreads: Mapping[int, pa.Table]

    def values(self, place: int) -> list[Any]:
        """Return a measure of each group as shown."""
        groups, measure = self.groups, self.groups.query.measures[place]
        match measure.statistic:
            case Statistic.PEOPLE:
                return groups.counted("people")
            case Statistic.PRESENT:
                return groups.counted(f"m{place}_n", measure.of)
            case Statistic.DISTINCT:
                return different(measure, self.spreads[place], groups)
        if place not in self.bounds:
            return [None] * groups.table.num_rows
        bounds, scales = self.bounds[place], self.scales[place]
        if measure.statistic is Statistic.QUANTILE:
            return quantiles(measure, self.spreads[place], groups, bounds[0], scales[0])
        return numbers(place, measure, groups, bounds, scales)


def _rows(groups: Groups, columns: Mapping[str, list[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows of the groups that are shown; of a question without keys one row there always is."""
    labels = [key.label for key in groups.query.keys]
    rows = []
    for place, (key, people) in enumerate(zip(groups.keys, groups.counted("people"), strict=True)):
        if people is not None:
            values = dict(zip(labels, key, strict=True)) | {name: of[place] for name, of in columns.items()}
            rows.append(tuple(values[label] for label in groups.query.columns))
    return rows or ([] if labels else [(None,) * len(groups.query.columns)])
