"""`ask`: the only way from a query to an answer under the release rule.

1. The engine counts the groups and sums their values. 2. Every number gets the noise of its group's name, is
rounded, and is left out if too few people are behind it. 3. Figures, HAVING, order and limit are applied to
the numbers shown.

The answer is a function of noisy numbers alone, which were paid for before. Notes and flags do not depend on
who is in a group, and no error does: an engine that fails, or runs out of time, has found nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from strongroom.disclosure.answer_noise.noisy_bins import NoisyBins
from strongroom.disclosure.answer_noise.overlap_audit import Sketch
from strongroom.disclosure.gateway.answer import Answer, Row, sortable, sorted_answer
from strongroom.disclosure.gateway.bands import band_query, banded, bands_of, with_limits
from strongroom.disclosure.gateway.context import Engine, EngineError, Protection, QueriedView
from strongroom.disclosure.gateway.figures import figure, holds
from strongroom.disclosure.gateway.groups import Groups, results_of
from strongroom.disclosure.gateway.noisy_measures import (
    bins_of_groups,
    distinct_counts,
    quantiles,
    statistics_of_sums,
)
from strongroom.disclosure.gateway.query_cost import Noise, sets_of
from strongroom.disclosure.gateway.value_bounds import FoundBounds, measure_bounds
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, How, PersonLimits, emit
from strongroom.disclosure.query.representation import Band, Query, Statement, Statistic
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
    "Every number has noise; the same group always gets the same noise.",
    f"Small groups are left out, and an answer has at most {MOST_GROUPS:,} rows.",
    "A query that takes too long is answered as if it were about nobody.",
    "In sums, means and quantiles, extreme values are clamped to the bounds of the view.",
)


@dataclass(frozen=True)
class Asked:
    """An answer, the statements it came from, and what the overlap audit remembers of its groups."""

    answer: Answer
    statement: str
    sketches: tuple[Sketch, ...] = ()


@dataclass
class Gateway:
    """Everything an answer depends on besides the query.

    `bounds` are those of the columns that queries read (`value_bounds.ColumnReader`).
    """

    engine: Engine
    view: QueriedView
    protection: Protection
    bounds: FoundBounds
    noise: Noise
    statements: list[str] = field(default_factory=list, init=False)
    sketches: list[Sketch] = field(default_factory=list, init=False)

    def rows_of(self, query: Query) -> list[tuple[Row, Row]]:
        """Return a query's rows, each with the noise of its values; not ordered, and of all grouping sets."""
        query = self.without_bands(query)
        return [row for each in sets_of(query) for row in self._rows_of_set(each, query)]

    def without_bands(self, query: Query) -> Query:
        """Return a query with its bands replaced by their noisy limits."""
        limits = {band: banded(band, self._distribution(query, band)) for band in bands_of(query)}
        return with_limits(query, limits) if limits else query

    def _distribution(self, query: Query, band: Band) -> NoisyBins | None:
        """Return the noisy distribution of the values that a band divides; None for too few people."""
        asked = band_query(query, band)
        bounds = measure_bounds(asked, self.bounds)
        groups, distributions = self._counted(asked, bounds)
        if not bounds or not groups.keys:
            return None
        (bins,) = bins_of_groups(asked.measures[0], distributions[0], groups, bounds[0][0])
        least = self.protection.rule.shown_from(self.noise.deviation)
        return bins if bins.total >= band.parts * least else None

    def _counted(
        self, query: Query, bounds: Mapping[int, tuple[Bounds, ...]]
    ) -> tuple[Groups, dict[int, pa.Table]]:
        salt = self.protection.salt
        emitted = emit(query, DUCKDB, bounds, How(PersonLimits(self.noise.groups_each, salt)))
        # The secret stays out of what is recorded.
        self.statements.append((emitted.joint or emitted.cells).replace(DUCKDB.text(salt), DUCKDB.text("")))
        cells, distributions = results_of(emitted, self.engine)
        return Groups.of(query, cells, self.view, self.protection, self.noise), distributions

    def _rows_of_set(self, query: Query, whole: Query) -> Iterator[tuple[Row, Row]]:
        bounds = measure_bounds(query, self.bounds)
        groups, distributions = self._counted(query, bounds)
        self.sketches += _sketches(groups)
        results = _Results(groups, bounds, distributions)
        measured = {each.label: results.values(place) for place, each in enumerate(query.measures)}
        people = groups.counted("people")
        absent = dict.fromkeys(key.label for key in whole.keys)
        for place, key in enumerate(groups.keys):
            if people[place][0] is not None:
                mine = {label: found[place] for label, found in measured.items()}
                keys = dict(zip((each.label for each in query.keys), key, strict=True))
                yield from answered_row(query, absent | keys, mine)
        if not any(number is not None for number, _ in people):
            yield from _of_nobody(whole)


def _of_nobody(query: Query) -> Iterator[tuple[Row, Row]]:
    """Yield the rows of a query without a group that is shown: one of hidden values without GROUP BY."""
    if not query.keys:
        yield (None,) * len(query.columns), (None,) * len(query.columns)


def ask(statement: Statement, gateway: Gateway) -> Asked:
    """Answer a statement under the release rule; its cost must have been paid before."""
    # Of a UNION ALL, the reader lets ORDER BY name only columns of the answer.
    (first, *others) = statement.queries
    queries = [sortable(first, statement.order), *others]
    try:
        found = [row for query in queries for row in gateway.rows_of(query)]
        sketches = tuple(gateway.sketches)
    except EngineError:
        found, sketches = [row for query in queries for row in _of_nobody(query)], ()
    most = MOST_GROUPS if statement.most is None else min(statement.most, MOST_GROUPS)
    answer = sorted_answer(found, replace(statement, most=most), notes=_NOTES, hidden=True)
    return Asked(answer, ";\n".join(gateway.statements), sketches)


def answered_row(
    query: Query, keys: Mapping[str, Any], measured: Mapping[str, tuple[Any, float | None]]
) -> Iterator[tuple[Row, Row]]:
    """Yield the row of a group and the noise of its values, unless HAVING leaves it out."""
    values = {**keys, **{label: value for label, (value, _) in measured.items()}}
    noise: dict[str, float | None] = {label: one for label, (_, one) in measured.items()}
    shown = {each.label: figure(each.of, values, noise) for each in query.figures}
    values |= {label: value for label, (value, _) in shown.items()}
    noise |= {label: one for label, (_, one) in shown.items()}
    if holds(query.having, values):
        yield tuple(values[each] for each in query.columns), tuple(noise.get(each) for each in query.columns)


def _sketches(groups: Groups) -> list[Sketch]:
    found = groups.sketches("people")
    for place, measure in enumerate(groups.query.measures):
        if measure.statistic is Statistic.PRESENT:
            found += groups.sketches(f"m{place}_n", f"m{place}_mark")
    return found


@dataclass(frozen=True)
class _Results:
    """The engine's results; bounds and distributions are by the number of the measure."""

    groups: Groups
    bounds: Mapping[int, tuple[Bounds, ...]]
    distributions: Mapping[int, pa.Table]

    def values(self, place: int) -> Sequence[tuple[Any, float | None]]:
        """Return one measure of each group, and the standard deviation of its noise."""
        groups, measure = self.groups, self.groups.query.measures[place]
        match measure.statistic:
            case Statistic.PEOPLE:
                return groups.counted("people")
            case Statistic.PRESENT:
                return groups.counted(f"m{place}_n", measure.of)
            case Statistic.DISTINCT:
                return distinct_counts(measure, self.distributions[place], groups)
        if place not in self.bounds:
            return [(None, None)] * groups.table.num_rows
        if measure.statistic is Statistic.QUANTILE:
            return quantiles(measure, self.distributions[place], groups, self.bounds[place][0])
        return statistics_of_sums(place, measure, groups, self.bounds[place])
