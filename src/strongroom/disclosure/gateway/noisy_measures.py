"""The measures of an answer: noisy values of each group, from the engine's results."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.disclosure.answer_noise.estimates import Estimate
from strongroom.disclosure.answer_noise.noisy_bins import (
    NoisyBins,
    noisy_bins,
    shown_distinct,
    shown_quantile,
)
from strongroom.disclosure.answer_noise.noisy_sums import shown_numbers
from strongroom.disclosure.gateway.group_names import written
from strongroom.disclosure.gateway.groups import Groups, keys_of
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import BINS
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.representation import Kind, Measure

_FIRST_DAY = dt.date(1970, 1, 1)


def statistics_of_sums(
    place: int, measure: Measure, groups: Groups, bounds: Sequence[Bounds]
) -> list[Estimate]:
    """Return a sum, mean, variance or regression statistic of each group, None where hidden."""
    return shown_numbers(
        measure.statistic,
        {name: groups.integers(f"m{place}_{name}") for name in SUMS[measure.statistic]},
        groups.names(measure.of),
        of=written(measure.of),
        bounds=bounds,
        noise=groups.protection.noise,
        rule=groups.protection.rule,
        deviation=groups.noise.deviation,
    )


def quantiles(
    measure: Measure, distribution: pa.Table, groups: Groups, bounds: Bounds
) -> list[tuple[Any, float | None]]:
    """Return a quantile of each group; `distribution` has the count of each bin."""
    share = measure.share if measure.share is not None else 0.5
    found = [
        shown_quantile(bins, share, groups.protection.rule)
        for bins in bins_of_groups(measure, distribution, groups, bounds)
    ]
    if measure.of[0].kind is not Kind.DATE:
        return list(found)
    return [(_date(value), noise) for value, noise in found]


def bins_of_groups(
    measure: Measure, distribution: pa.Table, groups: Groups, bounds: Bounds
) -> list[NoisyBins]:
    """Return the noisy distribution of a measure's values in each group."""
    counts = np.zeros((groups.table.num_rows, BINS), np.int64)
    places = {key: place for place, key in enumerate(groups.keys)}
    lines = zip(
        keys_of(distribution, len(groups.query.keys)), *_columns(distribution, "bin", "people"), strict=True
    )
    for key, number, people in lines:
        if key in places:
            counts[places[key], int(number)] = people
    noise, of = groups.protection.noise, written(measure.of)
    return [
        noisy_bins(
            people,
            noise.keys([f"{name}/{of}/{each}" for each in range(BINS)]),
            bounds=bounds,
            noise=noise,
            deviation=groups.noise.deviation,
        )
        for name, people in zip(groups.names(measure.of), counts, strict=True)
    ]


def distinct_counts(measure: Measure, distribution: pa.Table, groups: Groups) -> list[Estimate]:
    """Return the number of values that enough people of each group have."""
    noise, rule, of = groups.protection.noise, groups.protection.rule, written(measure.of)
    found: dict[Any, tuple[list[str], list[int]]] = {}
    lines = zip(
        keys_of(distribution, len(groups.query.keys)), *_columns(distribution, "bin", "people"), strict=True
    )
    for key, value, people in lines:
        named, counts = found.setdefault(key, ([], []))
        named.append(repr(value))
        counts.append(people)
    values: list[Estimate] = []
    for key, name in zip(groups.keys, groups.names(measure.of), strict=True):
        named, counts = found.get(key, ([], []))
        keys = noise.keys([f"{name}/{of}/{each}" for each in named])
        shown = shown_distinct(
            np.array(counts, np.int64), keys, noise=noise, rule=rule, deviation=groups.noise.deviation
        )
        values.append((shown, None))
    return values


def _columns(table: pa.Table, *names: str) -> tuple[list[Any], ...]:
    return tuple(table.column(name).to_pylist() for name in names)


def _date(days: float | None) -> dt.date | None:
    """Return the first day of the month of a day."""
    return None if days is None else (_FIRST_DAY + dt.timedelta(days=days)).replace(day=1)
