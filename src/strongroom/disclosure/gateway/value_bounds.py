"""The bounds to which values are clamped: those of the view's columns, found once and then kept.

Bounds taken from a group, or from values that a query computes, would reveal who is in it. Those of stored
columns do not depend on any query; bounds of an expression follow from them by interval arithmetic. What they
reveal about single people is hidden as in a count: noise moves the rank that is read, and bounds are rounded
outwards.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from strongroom.disclosure.gateway.bands import band_query, bands_of
from strongroom.disclosure.gateway.context import Engine, Protection, QueriedView
from strongroom.disclosure.query.bounds import Bounds, KnownBounds, bounds_of, columns_of
from strongroom.disclosure.query.emitting import DUCKDB, extremes
from strongroom.disclosure.query.representation import Kind, Measure, Query, Statistic
from strongroom.disclosure.query.schema import Schema
from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold

Place = tuple[str, str]
"""A table and a column of it, or "" for the number of a person's rows in it."""

FoundBounds = Mapping[Place, Bounds | None]
"""The bounds of a view's columns; None for a column without a value in the view."""

COUNTED = (Statistic.PEOPLE, Statistic.PRESENT, Statistic.DISTINCT)
"""The statistics that need no bounds."""

_HINT = "Bound it in the query: AVG(GREATEST(LEAST(expression, 60), 10)). Values outside are clamped."


class _Limits(Thresholds):
    """The numbers this module decides by."""

    steps_per_magnitude: int = threshold(
        10,
        "steps",
        "judgement: bounds rounded outwards to a tenth of the magnitude of the range widen it by at most 20 "
        "%; finer bounds reveal more",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class ColumnReader:
    """Finds the bounds of a view's columns."""

    schema: Schema
    engine: Engine
    view: QueriedView
    protection: Protection

    def bounds_for(self, queries: Sequence[Query], kept: FoundBounds = MappingProxyType({})) -> FoundBounds:
        """Return the bounds of the columns that queries need; those in `kept` are not computed again.

        QueryError if the values of a measure or of a band have no bounds.
        """
        found = {place: kept[place] if place in kept else self.bounds(place) for place in places_of(queries)}
        for query in queries:
            for each in (query, *(band_query(query, band) for band in bands_of(query))):
                measure_bounds(each, found)
        return found

    def bounds(self, place: Place) -> Bounds | None:
        """Return a column's bounds; None if too few people in the view have a value.

        That is decided by a noisy count, as for a group that is shown: bounds of a few people's values are
        these values, and that there are any is a fact about one of them.
        """
        people = int(self._row(place, ())[0] or 0)
        rule = self.protection.rule
        # No more than are hidden by noise: a clamped value makes a standard deviation too small.
        enough = rule.shown_from(rule.noise)
        if people + self._noise(place, "people") < enough:
            return None
        low, high = self._beyond(place, people, max(min(rule.outermost * people, enough), rule.smallest))
        if low == high:
            # Nearly everybody has the same value; look further in, where enough others differ.
            low, high = self._beyond(place, people, enough)
        return _rounded_outwards(low, high)

    def _beyond(self, place: Place, people: int, outside: float) -> tuple[float, float]:
        """Return the values beyond which about `outside` people lie on either side."""
        moved = [outside + self._noise(place, side) for side in ("low", "high")]
        low, high = (min(max(each, self.protection.rule.smallest) / people, 0.5) for each in moved)
        _, *values = self._row(place, (low, 1 - high))
        return float(values[0]), float(values[1])

    def _noise(self, place: Place, of: str) -> int:
        noise = self.protection.noise
        keys = noise.keys([f"{self.view.name}/bounds/{'/'.join(place)}"])
        return int(noise.integers(keys, of=of, deviation=self.protection.rule.noise)[0])

    def _row(self, place: Place, shares: tuple[float, ...]) -> list[float]:
        table, column = place
        kind = Kind.NUMBER
        stored = self.schema.table(table)
        if column and stored is not None:
            kind = stored.columns[column]
        events = table != self.schema.people.name
        sql = extremes(table, column, kind, DUCKDB, events=events, shares=shares)
        (row,) = self.engine.run(sql).to_pylist()
        return list(row.values())


def places_of(queries: Iterable[Query]) -> set[Place]:
    """Return the columns whose bounds queries need."""
    found: set[Place] = set()
    for query in queries:
        values = [of for each in query.measures if each.statistic not in COUNTED for of in each.of]
        values += [band.of for band in bands_of(query)]
        found = found.union(*(columns_of(of, tables_of(query)) for of in values))
    return found


def tables_of(query: Query) -> dict[int, str]:
    """Return the tables of a query by source number."""
    return dict(enumerate(source.table for source in query.sources))


def known_bounds(found: FoundBounds, query: Query) -> KnownBounds:
    """Return the bounds of columns for a query."""
    columns = {place: bounds for place, bounds in found.items() if place[1] and bounds is not None}
    # Somebody without an event has none.
    events = {
        table: Bounds(0.0, bounds.high)
        for (table, column), bounds in found.items()
        if not column and bounds is not None
    }
    return KnownBounds(tables_of(query), columns, events)


def measure_bounds(query: Query, found: FoundBounds) -> dict[int, tuple[Bounds, ...]]:
    """Return the bounds of the values of each measure except counts, by its number.

    A measure of a column with too few values in the view has none. QueryError for a measure whose values
    have no bounds.
    """
    known = known_bounds(found, query)
    places = {n: each for n, each in enumerate(query.measures) if each.statistic not in COUNTED}
    bounded = {n: _bounded(each, query, known, found) for n, each in places.items()}
    return {n: each for n, each in bounded.items() if each is not None}


def _bounded(
    measure: Measure, query: Query, known: KnownBounds, found: FoundBounds
) -> tuple[Bounds, ...] | None:
    if any(found.get(place) is None for of in measure.of for place in columns_of(of, tables_of(query))):
        return None
    bounds = tuple(bounds_of(of, known) for of in measure.of)
    if not all(math.isfinite(each.low) and math.isfinite(each.high) for each in bounds):
        raise QueryError(f"The values of '{measure.label}' have no bounds.", hint=_HINT)
    return tuple(Bounds(each.low - 0.5, each.high + 0.5) if not each.known else each for each in bounds)


def _rounded_outwards(low: float, high: float) -> Bounds:
    if low == high:
        return Bounds(low - 0.5, high + 0.5)
    step = 10.0 ** math.floor(math.log10(high - low)) / LIMITS.steps_per_magnitude
    return Bounds(_rounded(math.floor(low / step), step), _rounded(math.ceil(high / step), step))


def _rounded(steps: int, step: float) -> float:
    # The nearest double with few decimal digits.
    return float(f"{steps * step:.12g}")
