"""An attacker with one copy who searches relations between columns, to find decoys and marked cells.

Written without the product's search, on other means: forests name the columns that tell most of another, and
all formulas over two and three of them are tried, with powers, scales and constants fitted; a formula counts
by the digits it gives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor

Floats = NDArray[np.float64]
Compute = Callable[[Mapping[str, Floats]], Floats]

_LOOKED_AT, _HELPERS, _POWERS = 1_500, 7, (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
_LEAST_VALUES, _LEAST_ROWS = 5, 100


@dataclass(frozen=True)
class Suspected:
    """A formula for a column, and in what share of the rows it gives the column's digits."""

    target: str
    inputs: tuple[str, ...]
    share: float
    error: float
    compute: Compute = field(repr=False)
    step: float = 1.0


def search(table: Mapping[str, Floats], seed: int = 1) -> list[Suspected]:
    """Return the best formulas of each column, at most one for a set of inputs."""
    draw = np.random.default_rng(seed)
    size = len(next(iter(table.values())))
    rows = draw.choice(size, min(size, 2 * _LOOKED_AT), replace=False)
    few = {name: column[rows] for name, column in table.items()}
    found: list[Suspected] = []
    for target in table:
        known = np.isfinite(few[target])
        if known.sum() < _LEAST_ROWS or len(np.unique(few[target][known])) < 2:
            continue
        helpers = _helpers(few, target, known)
        found += _of(few, target, helpers, _step(table[target]))
    return found


def _helpers(few: Mapping[str, Floats], target: str, known: NDArray[np.bool_]) -> list[str]:
    """Return the columns that tell most of another: by a forest, and by rank correlation."""
    others = [name for name in few if name != target and np.isfinite(few[name][known]).mean() > 0.5]
    if not others:
        return []
    matrix = np.column_stack([few[name][known] for name in others])
    middle = np.nanmedian(matrix, axis=0)
    matrix = np.where(np.isfinite(matrix), matrix, middle)[:_LOOKED_AT]
    values = few[target][known][:_LOOKED_AT]
    forest = ExtraTreesRegressor(40, min_samples_leaf=3, random_state=0).fit(matrix, values)
    by_forest = [others[each] for each in np.argsort(-forest.feature_importances_)[:_HELPERS]]
    # What is left of the target once the best column is taken out shows the ones that correct it.
    first = matrix[:, others.index(by_forest[0])]
    line = np.polyfit(first - first.mean(), values, 1)
    rest = values - np.polyval(line, first - first.mean())
    second = ExtraTreesRegressor(40, min_samples_leaf=3, random_state=1).fit(matrix, rest)
    by_rest = [others[each] for each in np.argsort(-second.feature_importances_)[:_HELPERS]]
    return list(dict.fromkeys([*by_forest, *by_rest]))[: _HELPERS + 3]


def _of(few: Mapping[str, Floats], target: str, helpers: Sequence[str], step: float) -> list[Suspected]:
    best: dict[frozenset[str], Suspected] = {}
    for inputs, compute in _formulas(helpers):
        made = _fitted(few, target, inputs, compute, step)
        held = best.get(frozenset(inputs))
        if made is not None and (held is None or (made.share, -made.error) > (held.share, -held.error)):
            best[frozenset(inputs)] = made
    ordered = sorted(best.values(), key=lambda each: (-each.share, len(each.inputs)))
    return [each for each in ordered[:6] if _tells(each, few[target])]


def _tells(found: Suspected, values: Floats) -> bool:
    """Tell whether a formula says more than that a column is coarse or broadly predictable."""
    known = values[np.isfinite(values)]
    _, counts = np.unique(known, return_counts=True)
    guessed = counts.max() / len(known)
    return found.share >= max(0.3, 1 - (1 - guessed) / 2) or found.error < 0.02 * float(np.std(known))


def _formulas(helpers: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Callable[..., Floats]]]:
    """Yield columns and what to do with them; a scale and a constant are fitted to the result."""
    for one in helpers:
        for how in (lambda a: a, np.log, np.sqrt, np.square, lambda a: 1 / a):
            yield (one,), how
    for one, other in permutations(helpers, 2):
        for power in _POWERS:
            yield (one, other), lambda a, b, p=power: a * np.sign(b) * np.abs(b) ** p
        if one < other:
            yield (one, other), lambda a, b: a + b
            yield (one, other), lambda a, b: a - b
            yield (one, other), np.maximum
            yield (one, other), np.minimum
            yield (one, other), None
    for three in combinations(helpers, 3):
        yield three, None
        for a, b, c in permutations(three):
            if a < b:
                yield (a, b, c), lambda a, b, c: a * b * c
                yield (a, b, c), lambda a, b, c: a * b / c
                yield (a, b, c), lambda a, b, c: (a + b) * c
                yield (a, b, c), lambda a, b, c: (a + b) / c
            yield (a, b, c), lambda a, b, c: a / b / c
            yield (a, b, c), lambda a, b, c: (a - b) / c
            yield (a, b, c), lambda a, b, c: (a - b) * c
            yield (a, b, c), lambda a, b, c: a * b + c
            yield (a, b, c), lambda a, b, c: a / b + c
            yield (a, b, c), lambda a, b, c: a / (b + c)


def _fitted(
    few: Mapping[str, Floats],
    target: str,
    inputs: tuple[str, ...],
    how: Callable[..., Floats] | None,
    step: float,
) -> Suspected | None:
    columns = [few[name] for name in inputs]
    with np.errstate(all="ignore"):
        parts = columns if how is None else [how(*columns)]
        if how is not None and not _follows(parts[0][:300], few[target][:300]):
            return None
    matrix = np.column_stack([*parts, np.ones(len(few[target]))])
    values = few[target]
    both = np.isfinite(values) & np.isfinite(matrix).all(axis=1)
    if both.sum() < _LEAST_ROWS:
        return None
    used = np.flatnonzero(both)[:400]
    scale = np.maximum(np.abs(matrix[used]).max(axis=0), 1e-12)
    for _ in range(3):
        weights = np.linalg.lstsq(matrix[used] / scale, values[used], rcond=None)[0] / scale
        off = np.abs(values - matrix @ weights)
        if np.quantile(off[both], 0.5) > 0.3 * np.std(values[both]):
            return None
        used = np.flatnonzero(both & (off <= np.quantile(off[both], 0.7)))
    # The digits: whoever fits a scale rounds it to one a person would write.
    best = None
    for digits in (1, 2, 3, 4, 12):
        slopes = np.array([float(f"{each:.{digits}g}") for each in weights[:-1]])
        rest = float(np.median(values[both] - matrix[both][:, :-1] @ slopes))
        compute = _computing(inputs, how, slopes, rest if abs(rest) > step / 2 else 0.0)
        off = np.abs(values - compute(few))[both]
        share = float(np.mean(off <= 0.51 * step))
        if best is None or share > best.share + 0.002:
            best = Suspected(target, inputs, share, float(np.median(off)), compute, step)
    return best


def _follows(given: Floats, values: Floats) -> bool:
    """Tell by a few people whether a line may lead from one column to another."""
    both = np.isfinite(given) & np.isfinite(values)
    if both.sum() < 30:
        return True
    ranks = [np.argsort(np.argsort(each[both])) for each in (given, values)]
    return abs(np.corrcoef(ranks)[0, 1]) > 0.9


def _computing(
    inputs: tuple[str, ...], how: Callable[..., Floats] | None, slopes: Floats, rest: float
) -> Compute:
    def compute(table: Mapping[str, Floats]) -> Floats:
        columns = [table[name] for name in inputs]
        with np.errstate(all="ignore"):
            parts = columns if how is None else [how(*columns)]
        found: Floats = np.column_stack(parts) @ slopes + rest
        return found

    return compute


def _step(column: Floats) -> float:
    known = column[np.isfinite(column)]
    for decimals in range(-1, 7):
        if np.mean(np.abs(known - np.round(known, decimals)) < 1e-9 * np.maximum(1, np.abs(known))) > 0.99:
            return 10.0**-decimals
    return 1e-6


def suspicion(table: Mapping[str, Floats], found: Sequence[Suspected]) -> Floats:
    """Return how much each row breaks what others obey: for each formula, how rare so large an error is."""
    size = len(next(iter(table.values())))
    total = np.zeros(size)
    for each in found:
        off = np.abs(table[each.target] - each.compute(table))
        known = np.isfinite(off)
        if not known.any():
            continue
        off = np.maximum(off[known], 0.51 * each.step)
        ranks = np.searchsorted(np.sort(off), off, side="left")
        # The share of rows with at least this error.
        total[known] += -np.log((len(off) - ranks) / len(off))
    return total


def restored(
    table: Mapping[str, Floats], found: Sequence[Suspected], column: str
) -> tuple[float, Floats] | None:
    """Return the share of rows of the best formula that has a column, and the values it says, on the grid."""
    about = [each for each in found if column in (each.target, *each.inputs)]
    if not about:
        return None
    step = _step(table[column])
    each = max(about, key=lambda each: (each.share, -each.error))
    now = each.compute(table)
    if each.target == column:
        wanted = now
    else:
        nudge = 1e-4 * np.nanstd(table[column])
        slope = (each.compute({**table, column: table[column] + nudge}) - now) / nudge
        with np.errstate(all="ignore"):
            wanted = table[column] + (table[each.target] - now) / slope
    return each.share, np.round(wanted / step) * step
