"""`ask`: the only way from a query to an answer under the release rule.

1. The bounds to which values are clamped come from everybody in the view. 2. The engine counts the groups and
sums their values, in one pass. 3. The audit stores the groups, and counts those that nearly equal earlier
ones. 4. Every number gets the noise of its group's name, is rounded, and is left out if too few people are
behind it.

Notes and flags do not depend on who is in a group, and no error does: otherwise they would reveal, without
noise, whether a person with a secret attribute is in the group.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from strongroom.disclosure.gateway.allowed_measures import Scale, allowed_measure
from strongroom.disclosure.gateway.answer import Answer, ordered
from strongroom.disclosure.gateway.context import Engine, Protection, QueriedView
from strongroom.disclosure.gateway.groups import Groups
from strongroom.disclosure.gateway.noisy_measures import distinct_counts, quantiles, statistics_of_sums
from strongroom.disclosure.gateway.value_bounds import BoundsRequest, measure_bounds
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.representation import Query, Statistic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_groups: int = threshold(
        1_000,
        "rows",
        "judgement: longer than any published table; an answer without a limit could list every combination "
        "of columns",
    )


LIMITS = _Limits()
MOST_GROUPS = LIMITS.most_groups


_NOTES = (
    "Every number has noise and is rounded; the same group always gets the same noise.",
    f"Small groups are left out, and an answer has at most {MOST_GROUPS:,} groups.",
    "In sums, means and quantiles, extreme values are clamped to the bounds of the view.",
)


@dataclass(frozen=True)
class Asked:
    """An answer, its statement, and the number of groups that nearly equal earlier ones."""

    answer: Answer
    statement: str
    near: int


def ask(query: Query, engine: Engine, view: QueriedView, *, protection: Protection) -> Asked:
    """Answer a query under the release rule, and store its groups in the audit of `view`.

    Raises QueryError for measures that need a privacy budget.
    """
    measures, scales = zip(*(allowed_measure(measure) for measure in query.measures), strict=True)
    plain = replace(query, measures=measures)
    bounds = measure_bounds(BoundsRequest(plain, engine, view, protection))
    emitted = emit(plain, DUCKDB, bounds)
    groups = Groups.of(plain, engine.run(emitted.cells), view, protection)
    distributions = {place: engine.run(sql) for place, sql in emitted.distributions.items()}
    results = _Results(groups, bounds, scales, distributions)
    columns = {measure.label: results.values(place) for place, measure in enumerate(measures)}
    rows = ordered(_rows(groups, columns), query.columns, query.order, query.most)
    answer = Answer(columns=query.columns, rows=rows[:MOST_GROUPS], notes=_NOTES, hidden=True)
    return Asked(answer, emitted.cells, _count_near(groups))


def _count_near(groups: Groups) -> int:
    near = groups.count_near("people")
    for place, measure in enumerate(groups.query.measures):
        if measure.statistic is Statistic.PRESENT:
            near += groups.count_near(f"m{place}_n", f"m{place}_mark")
    return near


@dataclass(frozen=True)
class _Results:
    """The engine's results; bounds, scales and distributions are by the number of the measure."""

    groups: Groups
    bounds: Mapping[int, tuple[Bounds, ...]]
    scales: Sequence[tuple[Scale, ...]]
    distributions: Mapping[int, pa.Table]

    def values(self, place: int) -> list[Any]:
        """Return one measure of each group, with noise."""
        groups, measure = self.groups, self.groups.query.measures[place]
        match measure.statistic:
            case Statistic.PEOPLE:
                return groups.counted("people")
            case Statistic.PRESENT:
                return groups.counted(f"m{place}_n", measure.of)
            case Statistic.DISTINCT:
                return distinct_counts(measure, self.distributions[place], groups)
        if place not in self.bounds:
            return [None] * groups.table.num_rows
        bounds, scales = self.bounds[place], self.scales[place]
        if measure.statistic is Statistic.QUANTILE:
            return quantiles(measure, self.distributions[place], groups, bounds[0], scales[0])
        return statistics_of_sums(place, measure, groups, bounds, scales)


def _rows(groups: Groups, columns: Mapping[str, list[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows of the groups shown; a query without GROUP BY always has one row."""
    labels = [key.label for key in groups.query.keys]
    rows = []
    for place, (key, people) in enumerate(zip(groups.keys, groups.counted("people"), strict=True)):
        if people is not None:
            values = dict(zip(labels, key, strict=True)) | {name: of[place] for name, of in columns.items()}
            rows.append(tuple(values[label] for label in groups.query.columns))
    return rows or ([] if labels else [(None,) * len(groups.query.columns)])
