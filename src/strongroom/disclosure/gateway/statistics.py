"""What an engine says of sets of people, as it may be shown: one list of values for each measure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.gateway.known import Known, Protection, Sets
from strongroom.disclosure.gateway.measurable import measured_columns
from strongroom.disclosure.query.emitting import DUCKDB, Summary, emit
from strongroom.disclosure.query.representation import (
    TRUE,
    Column,
    Key,
    Kind,
    Measure,
    Query,
    Source,
    Statistic,
)
from strongroom.disclosure.release.counts import shown_counts
from strongroom.disclosure.release.measures import shown_numbers
from strongroom.disclosure.release.spreads import shown_different, shown_quantile

AUDITED = "audited"
"""The engine's name for the sets of people the audit knows: person and cell."""

COUNTS = (Statistic.PEOPLE, Statistic.PRESENT)
_SPREAD = (Statistic.QUANTILE, Statistic.DISTINCT)


class Engine(Protocol):
    """Runs SQL over the tables of a view, where nothing else can be reached."""

    def run(self, sql: str, *, more: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """Return the rows of one statement; `more` are tables it needs beside the view's."""


def statistics(query: Query, engine: Engine, sets: Sets, known: Known) -> dict[int, pa.Table]:
    """Return, for each measure that is no count, its summaries or its spread over the sets."""
    places = [place for place, measure in enumerate(query.measures) if measure.statistic not in COUNTS]
    if not places or not sets.bits:
        return {}
    emitted = emit(_over_sets(query, [query.measures[place] for place in places]), DUCKDB)
    tables = {AUDITED: sets.table(known)}
    cells = engine.run(emitted.cells, more=tables)
    spreads = {each.measure: engine.run(each.sql, more=tables) for each in emitted.spreads}
    return {
        place: spreads[number] if number in spreads else _own(cells, number)
        for number, place in enumerate(places)
    }


def counted(sets: Sets, protection: Protection) -> list[Any]:
    """Return how many people each set has, None where it is not shown."""
    shown = shown_counts(sets.people, sets.keys, noise=protection.noise, rule=protection.rule)
    return [None if hide else int(value) for value, hide in zip(shown.values, shown.hidden, strict=True)]


def measured(measure: Measure, table: pa.Table, sets: Sets, protection: Protection) -> list[Any]:
    """Return a measure's value for each set, None where it is not shown."""
    if measure.statistic in _SPREAD:
        return _spread(measure, table, sets, protection)
    known = {Summary(name): _array(table.column(name)) for name in table.column_names if name != "cell"}
    cells = table.column("cell").to_numpy().astype(np.int64)
    known[Summary.KEY] = sets.keys[cells]
    shown = shown_numbers(
        measure.statistic,
        known,
        of=measured_columns(measure),
        noise=protection.noise,
        rule=protection.rule,
    )
    values: list[Any] = [None] * len(sets.bits)
    for cell, value in zip(cells, shown.values, strict=True):
        values[int(cell)] = float(value) if np.isfinite(value) else None
    return values


def _over_sets(query: Query, measures: Sequence[Measure]) -> Query:
    """Return the question that asks measures of the audited sets, whoever they were meant to be."""
    return replace(
        query,
        sources=(query.sources[0], Source(AUDITED)),
        where=TRUE,
        keys=(Key("cell", Column(1, "cell", Kind.NUMBER)),),
        measures=tuple(measures),
        columns=(),
    )


def _own(cells: pa.Table, number: int) -> pa.Table:
    prefix = f"m{number}_"
    mine = [name for name in cells.column_names if name.startswith(prefix)]
    return cells.select(["k0", *mine]).rename_columns(["cell", *(name.removeprefix(prefix) for name in mine)])


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    values = column.to_pylist()
    if not pa.types.is_list(column.type):
        return np.array([0 if each is None else each for each in values], np.float64)
    found = np.empty(len(values), object)
    found[:] = [[] if each is None else each for each in values]
    return found


def _spread(measure: Measure, table: pa.Table, sets: Sets, protection: Protection) -> list[Any]:
    values: list[Any] = [None] * len(sets.bits)
    of = measured_columns(measure)
    cells = table.column("k0").to_numpy().astype(np.int64)
    rule, noise = protection.rule, protection.noise
    for cell in np.unique(cells):
        mine = table.filter(pa.array(cells == cell))
        people = mine.column("people").to_numpy().astype(np.int64)
        keys = noise.keys([f"{sets.keys[cell]}/{of}/{each}" for each in mine.column("bin").to_pylist()])
        if measure.statistic is Statistic.DISTINCT:
            values[cell] = shown_different(people, keys, noise=noise, rule=rule)
        else:
            bins, share = mine.column("bin").to_pylist(), measure.share or 0.5
            values[cell] = shown_quantile(bins, people, keys, share, noise=noise, rule=rule)
    return values
