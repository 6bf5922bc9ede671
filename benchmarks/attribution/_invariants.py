"""Kind 16: what a copy must not show: values off the grid, moved heaps, broken formulas, signs."""

from dataclasses import dataclass

import numpy as np
from benchmarks.attribution._world import World
from numpy.typing import NDArray

from strongroom.tracer.relations.formulas import Formula

Floats = NDArray[np.float64]

_OTHERS = 12
_HEAP = 0.005
_NEIGHBOURS = 2.5
_CHANCE = 4.0


@dataclass(frozen=True)
class Kept:
    """How many cells of a column break each invariant; 0 for all is what is wanted.

    What follows from others may leave its own range as its inputs may not.
    """

    column: str
    off_grid: int
    out_of_range: int
    heaps_moved: int
    missing_changed: int
    formula_broken: int

    @property
    def violations(self) -> int:
        """All of them."""
        return sum(
            (self.off_grid, self.out_of_range, self.heaps_moved, self.missing_changed, self.formula_broken)
        )


def kept(world: World, name: str, copies: dict[str, Floats]) -> Kept:
    """Compare a column of a copy with the original; shape (people,) each."""
    before, after = world.values(name), copies[name]
    known = np.isfinite(before)
    rule = world.plan.rules[name]
    moved = known & (before != after)
    step = (
        rule.step
        if rule.density > 0
        else world.plan.derived[name].step
        if name in world.plan.derived
        else 0.0
    )
    return Kept(
        name,
        _off_grid(after[moved & _on(before, step)], step),
        int(np.count_nonzero((after[known] < before[known].min()) | (after[known] > before[known].max())))
        * (name not in world.plan.derived),
        _heaps_moved(before[known], after[known]),
        int(np.count_nonzero(known != np.isfinite(after))),
        _formula_broken(world, name, copies),
    )


def sign_auc(world: World, name: str, copies: dict[str, Floats], seed: int) -> float:
    """Return how well a trained attacker tells which way the marks of a column point, as an AUC.

    They know the sign of half of the people's marks, as two colluders do where their copies differ, and guess
    those of the other half from the marked value, its last digits, and what other columns predict for it.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - takes a second to load
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - as above

    before, after = world.values(name), copies[name]
    moved = np.flatnonzero(np.isfinite(before) & (before != after))
    draw = np.random.default_rng(seed)
    moved = draw.permutation(moved)[:40_000]
    if len(moved) < 400:
        return 0.5
    others = [other for other in draw.permutation(sorted(copies)) if other != name][:_OTHERS]
    features = np.column_stack(
        [_own(after, world.plan.rules[name].step)[moved], *(copies[o][moved] for o in others)]
    )
    features = np.column_stack([features, _residual(after[moved], features[:, 3:])])
    up, half = after[moved] > before[moved], len(moved) // 2
    model = HistGradientBoostingClassifier(max_iter=60, random_state=seed).fit(features[:half], up[:half])
    return float(roc_auc_score(up[half:], model.predict_proba(features[half:])[:, 1]))


def _own(values: Floats, step: float) -> Floats:
    steps = np.round(values / step) if step > 0 else values
    return np.column_stack([values, steps % 10, steps % 2])


def _residual(values: Floats, others: Floats) -> Floats:
    known = np.isfinite(others)
    means = np.where(known, others, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, others, means)
    design = np.column_stack([np.ones(len(filled)), filled])
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def _on(values: Floats, step: float) -> NDArray[np.bool_]:
    if step <= 0:
        return np.ones(len(values), bool)
    steps = values / step
    return np.abs(steps - np.round(steps)) <= 1e-6 * np.maximum(1, np.abs(steps))


def _off_grid(values: Floats, step: float) -> int:
    return int(np.count_nonzero(~_on(values, step)))


def _heaps_moved(before: Floats, after: Floats) -> int:
    """Count cells by which values that stand out gained or lost more than chance explains."""
    values, counts = np.unique(before, return_counts=True)
    around = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(counts, 3, mode="edge"), 7), axis=1)
    heaps = values[(counts > _HEAP * len(before)) & (counts > _NEIGHBOURS * around)]
    held = np.array([[np.count_nonzero(each == heap) for heap in heaps] for each in (before, after)])
    beyond = np.abs(held[1] - held[0]) - _CHANCE * np.sqrt(held[0])
    return int(np.maximum(beyond, 0).sum()) if len(heaps) else 0


def _formula_broken(world: World, name: str, copies: dict[str, Floats]) -> int:
    """Count people for whom a formula gave the original, to its grid, and no longer gives the copy."""
    derived = world.plan.derived.get(name)
    if derived is None:
        return 0
    formula = Formula(derived.formula)
    given = formula.evaluate({each: world.values(each) for each in formula.inputs})
    shown = formula.evaluate({each: copies[each] for each in formula.inputs})
    reach = derived.step * (0.5 + 1e-6)
    held = np.abs(world.values(name) - given) <= reach
    return int(np.count_nonzero(held & ~(np.abs(copies[name] - shown) <= reach)))
