"""`ask_privately`: from a query to an answer with differential privacy, once its charge is paid."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.estimates import estimate
from strongroom.disclosure.differential_privacy.bounded_statements import (
    BINS,
    bins_statement,
    sums_statement,
)
from strongroom.disclosure.differential_privacy.laplace_noise import margin, threshold, with_noise
from strongroom.disclosure.differential_privacy.plan import PrivateMeasure, PrivatePlan
from strongroom.disclosure.gateway.answer import Answer, ordered
from strongroom.disclosure.gateway.context import Engine
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.representation import Statistic

_NOTE = "Every number has noise; the column beside it gives its 95 % margin."
_HIDDEN = "Groups that the dictionary does not list are shown only if enough people are in them."

Whole = NDArray[np.int64]
Key = tuple[Any, ...]


def ask_privately(plan: PrivatePlan, engine: Engine) -> Answer:
    """Answer a planned query: each measure has a column of values and a column of margins.

    The caller must have recorded the plan's charge before: it is due once noise is drawn, whatever follows.
    """
    table = engine.run(sums_statement(plan, DUCKDB))
    groups = _groups(plan, table)
    places = {key: place for place, key in enumerate(groups)}
    exact = _aligned(plan, table, places)
    noisy = {name: _noisy(plan, values, name) for name, values in exact.items()}
    columns: dict[str, list[Any]] = {}
    for place, each in enumerate(plan.measures):
        if each.measure.statistic is Statistic.QUANTILE:
            found = _quantiles(plan, place, engine, places)
        else:
            found = _estimates(plan, place, each, noisy, len(groups))
        columns[each.measure.label], columns[f"{each.measure.label}_margin"] = found
    shown = _large_enough(plan, noisy["people"]) if plan.public is None else [True] * len(groups)
    return _answer(plan, groups, columns, shown)


def _groups(plan: PrivatePlan, table: pa.Table) -> list[Key]:
    if plan.public is not None:
        return list(plan.public)
    columns = [table.column(f"k{place}").to_pylist() for place in range(len(plan.query.keys))]
    return list(zip(*columns, strict=True))


def _aligned(plan: PrivatePlan, table: pa.Table, places: Mapping[Key, int]) -> dict[str, Whole]:
    """Return each sum of each group, 0 for a public group without people; other groups are left out."""
    at = _places(plan, table, places)
    found = {}
    for name in table.column_names[len(plan.query.keys) :]:
        values = np.zeros(len(places), np.int64)
        mine = np.array([int(value or 0) for value in table.column(name).to_pylist()], np.int64)
        values[at[at >= 0]] = mine[at >= 0]
        found[name] = values
    return found


def _places(plan: PrivatePlan, table: pa.Table, places: Mapping[Key, int]) -> NDArray[np.int64]:
    if not plan.query.keys:
        return np.zeros(table.num_rows, np.int64)
    columns = [table.column(f"k{place}").to_pylist() for place in range(len(plan.query.keys))]
    return np.array([places.get(key, -1) for key in zip(*columns, strict=True)], np.int64)


def _noisy(plan: PrivatePlan, values: Whole, name: str) -> Whole:
    return with_noise(values, sensitivity=_sensitivity(plan, name), epsilon=plan.epsilon_each)


def _sensitivity(plan: PrivatePlan, name: str) -> int:
    counts = name == "people" or name.endswith("_n")
    return plan.groups_each * (1 if counts else UNIT)


def _estimates(
    plan: PrivatePlan, place: int, each: PrivateMeasure, noisy: Mapping[str, Whole], groups: int
) -> tuple[list[Any], list[Any]]:
    one = margin(plan.groups_each, plan.epsilon_each)
    if each.measure.statistic is Statistic.PEOPLE:
        return [max(int(value), 0) for value in noisy["people"]], [round(one, 1)] * groups
    if each.measure.statistic is Statistic.PRESENT:
        return [max(int(value), 0) for value in noisy[f"m{place}_n"]], [round(one, 1)] * groups
    sums = {name: noisy[f"m{place}_{name}"].astype(np.float64) for name in each.sums}
    scaled = {name: value if name == "n" else value / UNIT for name, value in sums.items()}
    values, margins = [], []
    for group in range(groups):
        mine = {name: float(sums_of_groups[group]) for name, sums_of_groups in scaled.items()}
        value, off = estimate(each.measure.statistic, each.bounds, mine, one)
        values.append(value)
        margins.append(off)
    return values, margins


def _quantiles(
    plan: PrivatePlan, place: int, engine: Engine, places: Mapping[Key, int]
) -> tuple[list[Any], list[Any]]:
    each = plan.measures[place]
    table = engine.run(bins_statement(plan, place, DUCKDB))
    at = _places(plan, table, places)
    bins = np.array(table.column("bin").to_pylist(), np.int64)
    counts = np.zeros((len(places), BINS), np.int64)
    people = np.array(table.column("people").to_pylist(), np.int64)
    counts[at[at >= 0], bins[at >= 0]] = people[at >= 0]
    noisy = with_noise(counts.ravel(), sensitivity=plan.groups_each, epsilon=plan.epsilon_each)
    below = np.cumsum(np.maximum(noisy.reshape(counts.shape), 0), axis=1)
    share, bounds = each.measure.share or 0.5, each.bounds[0]
    step = 2 * bounds.half / BINS
    values: list[Any] = []
    for row in below:
        bin_ = min(int(np.searchsorted(row, share * row[-1])), BINS - 1)
        values.append(round(bounds.low + (bin_ + 0.5) * step, _places_of(step)) if row[-1] > 0 else None)
    return values, [step / 2 if value is not None else None for value in values]


def _places_of(step: float) -> int:
    return max(0, 1 - math.floor(math.log10(step)))


def _large_enough(plan: PrivatePlan, people: Whole) -> list[bool]:
    least = threshold(plan.groups_each, plan.epsilon_each, plan.charge.delta)
    return [bool(value >= least) for value in people]


def _answer(
    plan: PrivatePlan, groups: Sequence[Key], columns: Mapping[str, list[Any]], shown: Sequence[bool]
) -> Answer:
    labels = [key.label for key in plan.query.keys]
    measured = {each.measure.label for each in plan.measures}
    wanted: list[str] = []
    for label in plan.query.columns:
        wanted += [label, f"{label}_margin"] if label in measured else [label]
    rows = []
    for place, key in enumerate(groups):
        if shown[place]:
            values = dict(zip(labels, key, strict=True))
            values |= {name: each[place] for name, each in columns.items()}
            rows.append(tuple(values[label] for label in wanted))
    return Answer(
        columns=tuple(wanted),
        rows=ordered(rows, wanted, plan.query.order, plan.query.most),
        notes=(_NOTE, _HIDDEN) if plan.public is None else (_NOTE,),
        hidden=plan.public is None,
    )
