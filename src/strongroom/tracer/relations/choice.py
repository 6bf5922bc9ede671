"""Which relations are applied: one a target, none in a circle, and none that follows from others.

Whether a relation follows from those chosen is tried: records are changed in all columns that are no target,
and the targets recomputed; if they then obey the relation as often as real records do, nothing is left to do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.formulas import Formula
from strongroom.tracer.relations.relation import CONVERSION, DATES, EVENTS, RANGES, Relation, Searched

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    moved: float = threshold(
        0.3,
        "SDs",
        "judgement: far more than a mark, so that a relation that does not follow shows; far less "
        "than the range for which approximations were fitted",
    )
    nudged: float = threshold(
        0.03, "SDs", "judgement: three times a usual mark; approximations are those of real people only"
    )
    less_exact: float = threshold(
        0.03, "share of people", "judgement: two roundings instead of one lose a digit in so many"
    )
    larger_error: float = threshold(
        1.3, "times the error", "judgement: of an approximation, whose error varies with its inputs"
    )
    codes: int = threshold(12, "distinct values", "judgement: codes are exchanged, not moved")
    no_error: float = threshold(
        1e-6, "times the largest rounding error", "derived: above the errors of doubles"
    )
    natural: float = threshold(
        0.42,
        "times the largest rounding error",
        "derived: the median of rounding errors is half of it; of a formula solved for another column less",
    )
    least_listed: float = threshold(
        0.9, "share of people", "judgement: approximations of what is kept anyway would fill the list"
    )
    people: int = threshold(800, "people", "cost: bounds the trials")
    alike: float = threshold(
        0.05, "share of people", "judgement: relations about equally exact are ordered by their form"
    )


LIMITS = _Limits()

_FIRST = {DATES: 0, EVENTS: 0, CONVERSION: 2, RANGES: 3}  # among equally exact ones; others are 1


def chosen(columns: Searched, found: Iterable[Relation], random: np.random.Generator) -> list[Relation]:
    """Return the relations with their roles, those that are applied first, each after its inputs."""
    ordered = sorted(found, key=lambda each: _order(columns, each))
    system = _System(columns, random)
    kept: list[Relation] = []
    left: list[Relation] = []
    for each in ordered:
        if not system.obeys(each) and system.accepts(each):
            kept.append(replace(each, role="recomputed"))
            system.add(each)
        else:
            left.append(each)
    for each in left:
        if not system.obeys(each) and not system.obeys(each, LIMITS.nudged):
            kept.append(replace(each, role="fixed"))
        elif each.share >= LIMITS.least_listed:
            kept.append(replace(each, role="implied"))
    return in_order(kept)


def in_order(relations: Sequence[Relation]) -> list[Relation]:
    """Return recomputed relations first, each after those of its inputs, then the rest."""
    waiting = {each.target: each for each in relations if each.role == "recomputed"}
    ordered: list[Relation] = []
    while waiting:
        ready = [each for each in waiting.values() if not set(each.inputs) & (set(waiting) - {each.target})]
        if not ready:
            break
        ordered += ready
        waiting = {name: each for name, each in waiting.items() if each not in ready}
    return [*ordered, *(each for each in relations if each.role != "recomputed")]


def _order(columns: Searched, relation: Relation) -> tuple[float, ...]:
    """Exact ones first; of those equally exact the shorter, and the target that rounding made coarser.

    Without any rounding error the target is the finer: it has the digits of all inputs.
    """
    grade = round((1 - relation.share) / LIMITS.alike)
    direction, fine = _direction(columns, relation), min(columns.fineness(relation.target), 1e6)
    return (
        grade,
        _FIRST.get(relation.kind, 1),
        direction,
        -round(relation.share, 2),
        round(_amplified(columns, relation), 1),
        len(relation.inputs),
        -fine if direction == 1 else fine,
        relation.error,
    )


def _amplified(columns: Searched, relation: Relation) -> float:
    """Return by how many of its SDs a target moves if each input moves by one of its own, at random.

    A total moves by less than one; a small difference of large numbers by many.
    """
    few = max(1, len(columns.values[relation.target]) // LIMITS.people)
    values = {name: columns.values[name][::few] for name in relation.columns}
    formula = Formula(relation.formula)
    usual, total = formula.evaluate(values), 0.0
    for name in relation.inputs:
        nudge = LIMITS.nudged * columns.spread[name]
        moved = formula.evaluate({**values, name: values[name] + nudge}) - usual
        moved = moved[np.isfinite(moved)]
        total += float(np.mean(moved**2)) if len(moved) else 0.0
    return float(np.sqrt(total)) / (LIMITS.nudged * max(columns.spread[relation.target], 1e-300))


def _direction(columns: Searched, relation: Relation) -> int:
    """Return 0 for a formula whose result was rounded, 1 for one without errors, 2 for one that was solved.

    The errors of the last are smaller than rounding leaves.
    """
    off = np.abs(columns.values[relation.target] - Formula(relation.formula).evaluate(columns.values))
    off = off[np.isfinite(off)]
    middle = float(np.median(off)) / columns.tolerance(relation.target) if len(off) else 0.0
    if middle < LIMITS.no_error:
        return 1
    return 2 * (middle < LIMITS.natural)


class _System:
    """The relations chosen so far, as formulas that recompute their targets in changed records."""

    def __init__(self, columns: Searched, random: np.random.Generator) -> None:
        few = max(1, len(next(iter(columns.values.values()), ())) // LIMITS.people)
        before = {name: column[::few] for name, column in columns.values.items()}
        self._before = Searched(before, columns.steps, columns.dates)
        self._tolerance = {name: columns.tolerance(name) for name in before}
        self._free = {
            scale: {
                name: _changed(
                    column, columns.distinct[name], columns.steps[name], scale * columns.spread[name], random
                )
                for name, column in before.items()
            }
            for scale in (LIMITS.moved, LIMITS.nudged)
        }
        self._chosen: list[Relation] = []
        self._after: dict[float, dict[str, Floats]] = {}

    def obeys(self, relation: Relation, scale: float = LIMITS.moved) -> bool:
        """Tell whether changed records, with what is chosen recomputed, obey a relation as real ones do.

        Columns are changed by `scale` SDs.
        """
        if not any(each.target in relation.columns for each in self._chosen):
            return False
        was, now = self._gap(relation, self._before.values), self._gap(relation, self._changed_records(scale))
        both = np.isfinite(was) & np.isfinite(now)
        if not both.any():
            return False
        was, now = np.abs(was[both]), np.abs(now[both])
        tolerance = self._tolerance[relation.target]
        exact = [float(np.mean(off <= tolerance * (1 + 1e-6))) for off in (was, now)]
        error = [float(np.quantile(off, 0.75)) for off in (was, now)]
        return (
            exact[1] >= exact[0] - LIMITS.less_exact
            and error[1] <= error[0] * LIMITS.larger_error + 1e-6 * tolerance
        )

    def accepts(self, relation: Relation) -> bool:
        """Tell whether the target has no other formula and is not its own input."""
        targets = {each.target: each for each in self._chosen}
        if relation.target in targets:
            return False
        waiting, seen = list(relation.inputs), set[str]()
        while waiting:
            name = waiting.pop()
            if name == relation.target:
                return False
            if name in targets and name not in seen:
                waiting += targets[name].inputs
            seen.add(name)
        return True

    def add(self, relation: Relation) -> None:
        """Choose a relation."""
        self._chosen = in_order([*self._chosen, replace(relation, role="recomputed")])
        self._after = {}

    def _changed_records(self, scale: float) -> Mapping[str, Floats]:
        """Return the changed columns, with the targets of what is chosen recomputed as they are recorded."""
        if scale not in self._after:
            before = self._before.values
            targets = {each.target for each in self._chosen}
            after = {name: column for name, column in self._free[scale].items() if name not in targets}
            for each in self._chosen:
                formula = Formula(each.formula)
                was, becomes = formula.evaluate(before), formula.evaluate(after)
                values = before[each.target]
                held = np.abs(values - was) <= self._tolerance[each.target] * (1 + 1e-6)
                made = np.where(held, becomes, values + (becomes - was))
                step = self._before.steps[each.target]
                after[each.target] = np.round(made / step) * step if step > 0 else made
            self._after[scale] = after
        return self._after[scale]

    def _gap(self, relation: Relation, values: Mapping[str, Floats]) -> Floats:
        gap: Floats = values[relation.target] - Formula(relation.formula).evaluate(values)
        return gap


def _changed(column: Floats, distinct: int, step: float, size: float, random: np.random.Generator) -> Floats:
    """Return a column with its numbers moved by `size`, its codes exchanged."""
    if distinct <= LIMITS.codes:
        return random.permutation(column)
    moves = random.choice([-1.0, 1.0], len(column)) * size
    moved = column + (np.round(moves / step) * step if step > 0 else moves)
    # A positive quantity stays one: formulas have no value below zero.
    return np.where((column > 0) & (moved <= 0), column, moved) if np.nanmin(column) >= 0 else moved
