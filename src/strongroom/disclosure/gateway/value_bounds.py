"""The bounds to which values are clamped: taken from everybody in the view, the same for every query of it.

Bounds taken from a group would reveal who is in it. Those of the view do not depend on the query, and what
they reveal about single people is hidden as in a count: noise moves the rank that is read, and bounds are
rounded outwards.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from strongroom.disclosure.gateway.context import Engine, Protection, QueriedView
from strongroom.disclosure.gateway.group_names import written
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, extremes
from strongroom.disclosure.query.representation import Expression, Query, Statistic
from strongroom.thresholds import Thresholds, threshold

_COUNTED = (Statistic.PEOPLE, Statistic.PRESENT, Statistic.DISTINCT)


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
class BoundsRequest:
    """A query, and everything needed to find the bounds of its values."""

    query: Query
    engine: Engine
    view: QueriedView
    protection: Protection


def measure_bounds(request: BoundsRequest) -> dict[int, tuple[Bounds, ...]]:
    """Return the bounds of the values of each measure except counts, by its number.

    A measure without a single value in the view has no bounds.
    """
    places = [place for place, each in enumerate(request.query.measures) if each.statistic not in _COUNTED]
    expressions = list(dict.fromkeys(of for place in places for of in request.query.measures[place].of))
    if not expressions:
        return {}
    counted = request.engine.run(extremes(request.query, expressions, DUCKDB))
    found = {
        of: _bounds(request, of, int(people))
        for of, people in zip(expressions, _row(counted), strict=True)
        if people > 0
    }
    return {
        place: tuple(found[of] for of in request.query.measures[place].of)
        for place in places
        if all(of in found for of in request.query.measures[place].of)
    }


def _bounds(request: BoundsRequest, of: Expression, people: int) -> Bounds:
    rule = request.protection.rule
    low, high = _beyond(request, of, people, max(rule.outermost * people, rule.smallest))
    if low == high:
        # Nearly everybody has the same value; look further in, where enough others differ.
        low, high = _beyond(request, of, people, rule.shown_from)
    if low == high:
        return Bounds(low - 0.5, high + 0.5)
    step = 10.0 ** math.floor(math.log10(high - low)) / LIMITS.steps_per_magnitude
    return Bounds(_rounded(math.floor(low / step), step), _rounded(math.ceil(high / step), step))


def _beyond(request: BoundsRequest, of: Expression, people: int, outside: float) -> tuple[float, float]:
    """Return the values beyond which about `outside` people lie on either side."""
    noise, rule = request.protection.noise, request.protection.rule
    keys = noise.keys([f"{request.view.name}/bounds/{written(of)}"])
    moved = [outside + float(noise.integers(keys, of=side)[0]) for side in ("low", "high")]
    low, high = (min(max(each, rule.smallest) / people, 0.5) for each in moved)
    table = request.engine.run(extremes(request.query, [of], DUCKDB, (low, 1 - high)))
    _, *values = _row(table)
    return float(values[0]), float(values[1])


def _row(table: pa.Table) -> Sequence[float]:
    (row,) = table.to_pylist()
    return list(row.values())


def _rounded(steps: int, step: float) -> float:
    # The nearest double with few decimal digits.
    return float(f"{steps * step:.12g}")
