"""Between what values are held: bounds taken from everybody in the view, the same for every question of it.

Bounds from a group itself would say who is in it. Those of the view do not change with a question; by whom
they would change a little is hidden as in a count: the place among the sorted values is moved by a change of
its own, and bounds are rounded outwards.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from strongroom.disclosure.gateway.context import Engine, Known, Protection
from strongroom.disclosure.gateway.group_names import written
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, extremes
from strongroom.disclosure.query.representation import Expression, Query, Statistic

_COUNTED = (Statistic.PEOPLE, Statistic.PRESENT, Statistic.DISTINCT)
_FINER = 10


@dataclass(frozen=True)
class View:
    """What is asked of, and under which rule."""

    query: Query
    engine: Engine
    known: Known
    protection: Protection


def limits(view: View) -> dict[int, tuple[Bounds, ...]]:
    """Return the bounds of the values of each measure that is no count, by its place.

    A measure of which nobody in the view has a value has none.
    """
    places = [place for place, each in enumerate(view.query.measures) if each.statistic not in _COUNTED]
    expressions = list(dict.fromkeys(of for place in places for of in view.query.measures[place].of))
    if not expressions:
        return {}
    counted = view.engine.run(extremes(view.query, expressions, DUCKDB))
    found = {
        of: _bounds(view, of, int(people))
        for of, people in zip(expressions, _row(counted), strict=True)
        if people > 0
    }
    return {
        place: tuple(found[of] for of in view.query.measures[place].of)
        for place in places
        if all(of in found for of in view.query.measures[place].of)
    }


def _bounds(view: View, of: Expression, people: int) -> Bounds:
    rule = view.protection.rule
    low, high = _beyond(view, of, people, max(rule.outermost * people, rule.smallest))
    if low == high:
        # Nearly everybody has one value: what enough others have still counts.
        low, high = _beyond(view, of, people, rule.shown_from)
    if low == high:
        return Bounds(low - 0.5, high + 0.5)
    step = 10.0 ** math.floor(math.log10(high - low)) / _FINER
    return Bounds(_rounded(math.floor(low / step), step), _rounded(math.ceil(high / step), step))


def _beyond(view: View, of: Expression, people: int, outside: float) -> tuple[float, float]:
    """Return the values beyond which about so many people lie on either side."""
    noise, rule = view.protection.noise, view.protection.rule
    keys = noise.keys([f"{view.known.view}/bounds/{written(of)}"])
    moved = [outside + float(noise.changes(keys, of=side)[0]) for side in ("low", "high")]
    low, high = (min(max(each, rule.smallest) / people, 0.5) for each in moved)
    table = view.engine.run(extremes(view.query, [of], DUCKDB, (low, 1 - high)))
    _, *values = _row(table)
    return float(values[0]), float(values[1])


def _row(table: pa.Table) -> Sequence[float]:
    (row,) = table.to_pylist()
    return list(row.values())


def _rounded(steps: int, step: float) -> float:
    # The float that is written with few digits.
    return float(f"{steps * step:.12g}")
