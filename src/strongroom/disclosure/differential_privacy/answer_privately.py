"""`ask_privately`: from a query to an answer with differential privacy, once its charge is paid."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.estimates import Estimate, digits_for, estimate
from strongroom.disclosure.answer_noise.noisy_bins import NoisyBins
from strongroom.disclosure.differential_privacy.bounded_statements import (
    BINS,
    bins_statement,
    sums_statement,
)
from strongroom.disclosure.differential_privacy.laplace_noise import deviation, threshold, with_noise
from strongroom.disclosure.differential_privacy.plan import PrivateMeasure, PrivatePlan
from strongroom.disclosure.gateway.answer import Answer, Row, sortable, sorted_answer
from strongroom.disclosure.gateway.answer_query import answered_row
from strongroom.disclosure.gateway.context import Engine, EngineError
from strongroom.disclosure.gateway.groups import keys_of
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.representation import Statistic

_NOTE = "Every number has noise, drawn for this answer alone."
_HIDDEN = "Groups that the dictionary does not list are shown only if enough people are in them."

Whole = NDArray[np.int64]
Key = tuple[Any, ...]


def ask_privately(plan: PrivatePlan, engine: Engine, *, salt: str = "") -> Answer:
    """Answer a planned query; the secret `salt` chooses which of a person's groups count.

    The caller must have recorded the plan's charge before: it is due once noise is drawn, whatever follows.
    An engine that fails has found nobody.
    """
    try:
        tables = [
            engine.run(sql)
            for sql in (sums_statement(plan, DUCKDB, salt=salt), *_bins_statements(plan, salt))
        ]
    except EngineError:
        tables = []
    groups = _groups(plan, tables)
    places = {key: place for place, key in enumerate(groups)}
    noisy = {name: _noisy(plan, values, name) for name, values in _aligned(plan, tables, places).items()}
    quantiles = iter(tables[1:])
    measured: dict[str, list[Estimate]] = {}
    for place, each in enumerate(plan.measures):
        if each.measure.statistic is Statistic.QUANTILE:
            measured[each.measure.label] = _quantiles(plan, place, next(quantiles, None), places)
        else:
            measured[each.measure.label] = _estimates(plan, place, each, noisy, len(groups))
    shown = _large_enough(plan, noisy["people"]) if plan.public is None else [True] * len(groups)
    return _answer(plan, groups, measured, shown)


def _bins_statements(plan: PrivatePlan, salt: str) -> list[str]:
    return [
        bins_statement(plan, place, DUCKDB, salt=salt)
        for place, each in enumerate(plan.measures)
        if each.measure.statistic is Statistic.QUANTILE
    ]


def _groups(plan: PrivatePlan, tables: Sequence[pa.Table]) -> list[Key]:
    if plan.public is not None:
        return list(plan.public)
    return keys_of(tables[0], len(plan.query.keys)) if tables else []


def _aligned(plan: PrivatePlan, tables: Sequence[pa.Table], places: Mapping[Key, int]) -> dict[str, Whole]:
    """Return each sum of each group, 0 for a public group without people; other groups are left out."""
    names = [
        "people",
        *(f"m{place}_{name}" for place, each in enumerate(plan.measures) for name in _sums(each)),
    ]
    found = {name: np.zeros(len(places), np.int64) for name in names}
    if tables:
        at = _places(plan, tables[0], places)
        for name, values in found.items():
            mine = np.array([int(value or 0) for value in tables[0].column(name).to_pylist()], np.int64)
            values[at[at >= 0]] = mine[at >= 0]
    return found


def _sums(each: PrivateMeasure) -> Sequence[str]:
    return () if each.measure.statistic is Statistic.QUANTILE else each.sums


def _places(plan: PrivatePlan, table: pa.Table, places: Mapping[Key, int]) -> NDArray[np.int64]:
    return np.array([places.get(key, -1) for key in keys_of(table, len(plan.query.keys))], np.int64)


def _noisy(plan: PrivatePlan, values: Whole, name: str) -> Whole:
    return with_noise(values, sensitivity=_sensitivity(plan, name), epsilon=plan.epsilon_each)


def _sensitivity(plan: PrivatePlan, name: str) -> int:
    counts = name == "people" or name.endswith("_n")
    return plan.groups_each * (1 if counts else UNIT)


def _estimates(
    plan: PrivatePlan, place: int, each: PrivateMeasure, noisy: Mapping[str, Whole], groups: int
) -> list[Estimate]:
    one = deviation(plan.groups_each, plan.epsilon_each)
    if each.measure.statistic in (Statistic.PEOPLE, Statistic.PRESENT):
        name = "people" if each.measure.statistic is Statistic.PEOPLE else f"m{place}_n"
        return [(max(int(value), 0), round(one, 1)) for value in noisy[name]]
    sums = {name: noisy[f"m{place}_{name}"].astype(np.float64) for name in each.sums}
    scaled = {name: value if name == "n" else value / UNIT for name, value in sums.items()}
    return [
        estimate(
            each.measure.statistic,
            each.bounds,
            {name: float(sums_of_groups[group]) for name, sums_of_groups in scaled.items()},
            one,
        )
        for group in range(groups)
    ]


def _quantiles(
    plan: PrivatePlan, place: int, table: pa.Table | None, places: Mapping[Key, int]
) -> list[Estimate]:
    counts = np.zeros((len(places), BINS), np.int64)
    if table is not None:
        at = _places(plan, table, places)
        bins = np.array(table.column("bin").to_pylist(), np.int64)
        people = np.array(table.column("people").to_pylist(), np.int64)
        counts[at[at >= 0], bins[at >= 0]] = people[at >= 0]
    noisy = with_noise(counts.ravel(), sensitivity=plan.groups_each, epsilon=plan.epsilon_each)
    measure, (bounds,) = plan.measures[place].measure, plan.measures[place].bounds
    one = deviation(plan.groups_each, plan.epsilon_each)
    found: list[Estimate] = []
    for row in noisy.reshape(counts.shape):
        distribution, share = NoisyBins(row, bounds, one), measure.share or 0.5
        noise = distribution.noise_of(share)
        digits = digits_for(distribution.width)
        shown = distribution.total > 0
        found.append(
            (round(distribution.quantile(share), digits), round(noise, digits_for(noise)))
            if shown
            else (None, None)
        )
    return found


def _large_enough(plan: PrivatePlan, people: Whole) -> list[bool]:
    least = threshold(plan.groups_each, plan.epsilon_each, plan.charge.delta)
    return [bool(value >= least) for value in people]


def _answer(
    plan: PrivatePlan,
    groups: Sequence[Key],
    measured: Mapping[str, Sequence[Estimate]],
    shown: Sequence[bool],
) -> Answer:
    query = plan.query
    labels = [key.label for key in query.keys]
    asked = sortable(query, plan.statement.order)
    rows: list[tuple[Row, Row]] = []
    for place, key in enumerate(groups):
        if shown[place]:
            mine = {label: found[place] for label, found in measured.items()}
            rows += answered_row(asked, dict(zip(labels, key, strict=True)), mine)
    notes = (_NOTE, _HIDDEN) if plan.public is None else (_NOTE,)
    return sorted_answer(rows, plan.statement, notes=notes, hidden=plan.public is None)
