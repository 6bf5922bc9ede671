"""Sums and products of columns as formulas with plain numbers, which give a column to its last digit."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.formulas import Formula, quoted
from strongroom.tracer.relations.plain_numbers import linear_text, product_text, simplest
from strongroom.tracer.relations.relation import CONVERSION, OTHER, PRODUCT, SUM, Relation, Searched
from strongroom.tracer.relations.sparse_fits import SparseFit, pursue

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_positive: float = threshold(
        0.9, "share of values", "judgement: columns with many zeros have no logarithm to fit"
    )
    attempts: int = threshold(
        3, "formulas a column", "cost: each lacks the most important input of those before; a fourth is rare"
    )
    most_solved: int = threshold(
        4, "inputs", "cost: of longer sums the total is the target, whichever was computed"
    )
    as_exact: float = threshold(
        0.01, "share of people", "judgement: a plainer formula may fail for so many more by chance"
    )
    as_close: float = threshold(
        1.05, "times the error", "judgement: a plainer formula may be off by so little more"
    )
    near_floor: float = threshold(
        0.98, "share of people", "cost: formulas that hold for more need no other rounding"
    )
    exact: float = threshold(
        0.9, "share of people", "judgement: a formula exact in so many is a rule, whatever the grid"
    )
    least_values: int = threshold(
        5, "distinct values", "judgement: columns with fewer are codes, which `ranges` describes"
    )
    concentrated: float = threshold(
        3.0,
        "times the share expected of a smooth error",
        "judgement: with less, coarse values agree because they are coarse",
    )
    partly: float = threshold(
        0.3, "share of people", "judgement: in fewer a formula holds by coincidence of coarse values"
    )
    fine: int = threshold(
        20, "steps a SD", "judgement: a mark of 1 % of the SD is not visible below a step of coarser grids"
    )
    near: float = threshold(
        0.06,
        "SDs of the target",
        "judgement: energy as the sum of its nutrients misses by 0.04 in NHANES, and decoys that do not keep "
        "it are ranked with AUC 0.72; a larger error is closer to that of any good regression",
    )


LIMITS = _Limits()

Made = Callable[[Searched, str, Sequence[str], SparseFit], Relation | None]

_FLAG = 2  # fixed: distinct values of a yes or no
_MARGINS = (0.03, 0.01, 0.003, 0.001, 1e-4, 1e-6)  # relative; coarse ones give the numbers of a textbook


def sums_and_products(columns: Searched, names: Iterable[str]) -> Iterator[Relation]:
    """Yield the sums and products that give each of the columns `names`."""
    places = list(columns.values)
    levels = np.column_stack([columns.values[name] for name in places])
    logs = _logarithms(levels, [columns.distinct[name] for name in places])
    positive = np.isfinite(logs).sum(axis=0) >= LIMITS.least_positive * np.isfinite(levels).sum(axis=0)
    for name in names:
        place = places.index(name)
        others = np.arange(len(places)) != place
        noise = columns.tolerance(name)
        used = others.copy()
        for _ in range(LIMITS.attempts):
            fit = pursue(levels[:, place], levels, used, noise)
            found = None if fit is None else sum_of(columns, name, places, fit)
            if fit is None or found is None:
                break
            used[most_important(levels, fit)] = False
            yield found
            yield from _solved(columns, found, fit, places, sum_of)
        yield from _of_logarithms(columns, name, levels, logs, others & positive)
        if not positive[place] or name in columns.dates:
            continue
        middle = float(np.nanmedian(levels[:, place]))
        if middle <= 0:
            continue
        used = others & positive & ~np.isin(places, list(columns.dates))
        for _ in range(LIMITS.attempts):
            fit = pursue(logs[:, place], logs, used, noise / middle)
            found = None if fit is None else product_of(columns, name, places, fit)
            if fit is None or found is None:
                break
            used[most_important(logs, fit)] = False
            yield found
            yield from _solved(columns, found, fit, places, product_of)


def _of_logarithms(
    columns: Searched, name: str, levels: Floats, logs: Floats, used: NDArray[np.bool_]
) -> Iterator[Relation]:
    """Yield the sum of logarithms that gives a column, as an index of triglycerides and glucose is one."""
    places = list(columns.values)
    free = used & ~np.isin(
        places, [*columns.dates, *(each for each in places if columns.distinct[each] == _FLAG)]
    )
    fit = pursue(levels[:, places.index(name)], logs, free, columns.tolerance(name))
    if fit is None:
        return
    inputs = [places[each] for each in fit.inputs]
    given = np.column_stack(
        [np.log(np.where(columns.values[each] > 0, columns.values[each], np.nan)) for each in inputs]
    )
    texts = []
    for margin in (*_MARGINS, 0.0):
        weights = fit.plain(margin) if margin else fit.weights
        rest = columns.values[name] - given @ weights
        constant = _plain_middle(rest, columns.tolerance(name) * max(margin, 1e-3) * 10)
        terms = [
            _weighted(weight, f"log({quoted(each)})") for weight, each in zip(weights, inputs, strict=True)
        ]
        texts.append(" + ".join([*terms, f"{constant:.9g}"]).replace("+ -", "- "))
    found = _best(columns, name, texts, OTHER)
    if found is not None:
        yield found


def _weighted(weight: float, text: str) -> str:
    return text if weight == 1 else f"{weight:.9g} * {text}"


def most_important(features: Floats, fit: SparseFit) -> int:
    """Return the input that moves a fitted column most."""
    spread = np.nanstd(features[:, fit.inputs], axis=0)
    return int(fit.inputs[np.argmax(np.abs(fit.weights) * spread)])


def _solved(
    columns: Searched, found: Relation, fit: SparseFit, places: Sequence[str], formula: Made
) -> Iterator[Relation]:
    """Yield the same sum or product solved for each of its inputs: which was computed is not known."""
    inputs = fit.inputs.tolist()
    if len(inputs) > LIMITS.most_solved:
        return
    for place, weight in zip(inputs, fit.weights.tolist(), strict=True):
        if abs(weight) > 0 and _may_be_target(columns, places[place]):
            others = [number for number, each in enumerate(inputs) if each != place]
            solved = SparseFit(
                np.array([places.index(found.target), *(inputs[each] for each in others)]),
                np.array([1 / weight, *(-fit.weights[others] / weight)]),
                -fit.constant / weight,
            )
            again = formula(columns, places[place], places, solved)
            if again is not None:
                yield again


def _may_be_target(columns: Searched, name: str) -> bool:
    return columns.distinct[name] > _FLAG and name not in columns.dates and name not in columns.codes


def _logarithms(levels: Floats, distinct: Sequence[int]) -> Floats:
    """Return logarithms; columns of two values, such as sex, are factors and stay as they are."""
    with np.errstate(all="ignore"):
        logs = np.log(np.where(levels > 0, levels, np.nan))
    for place, many in enumerate(distinct):
        if many == _FLAG:
            logs[:, place] = levels[:, place]
    return logs


def sum_of(columns: Searched, target: str, places: Sequence[str], fit: SparseFit) -> Relation | None:
    """Return the plainest sum near a fit, if it gives the column."""
    names = [places[each] for each in fit.inputs]
    given = np.column_stack([columns.values[name] for name in names])
    kind = CONVERSION if len(names) == 1 else SUM
    texts = []
    for margin in _MARGINS:
        weights = fit.plain(margin)
        rest = columns.values[target] - given @ weights
        constant = _plain_middle(rest, columns.tolerance(target))
        texts.append(linear_text(names, weights.tolist(), constant))
    texts.append(linear_text(names, fit.weights.tolist(), fit.constant))
    return _best(columns, target, texts, kind)


def product_of(columns: Searched, target: str, places: Sequence[str], fit: SparseFit) -> Relation | None:
    """Return the plainest product of powers near a fit of logarithms, if it gives the column."""
    names = [places[each] for each in fit.inputs]
    if any(columns.distinct[name] == _FLAG for name in names):
        return _with_factors(columns, target, names, fit)
    texts = []
    for margin in _MARGINS:
        powers = fit.plain(margin)
        base = Formula(product_text(names, powers.tolist(), 1.0)).evaluate(columns.values)
        with np.errstate(all="ignore"):
            ratio = columns.values[target] / base
        ratio = ratio[np.isfinite(ratio)]
        if not len(ratio):
            continue
        for share in _MARGINS:
            factor = simplest(float(np.median(ratio)), share * abs(float(np.median(ratio))))
            if factor != 0:
                texts.append(product_text(names, powers.tolist(), factor))
    return _best(columns, target, texts, CONVERSION if len(names) == 1 else PRODUCT)


def _with_factors(columns: Searched, target: str, names: Sequence[str], fit: SparseFit) -> Relation | None:
    """Return exp(constant + ...) where some inputs are yes or no: each multiplies by a factor."""
    texts = []
    for margin in (*_MARGINS, 0.0):
        weights = fit.plain(margin) if margin else fit.weights
        parts = [
            (name, float(weight), columns.distinct[name] == _FLAG)
            for name, weight in zip(names, weights, strict=True)
        ]
        powers = [(name, weight) for name, weight, plain in parts if not plain]
        factors = [(name, weight) for name, weight, plain in parts if plain]
        if not powers:
            return None
        for exact in (margin, 1e-4):
            inner = linear_text(
                [name for name, _ in factors], [simplest(each, exact * abs(each)) for _, each in factors], 0.0
            )
            base = product_text([name for name, _ in powers], [power for _, power in powers], 1.0)
            text = f"{base} * exp({inner})"
            with np.errstate(all="ignore"):
                ratio = columns.values[target] / Formula(text).evaluate(columns.values)
            middle = float(np.median(ratio[np.isfinite(ratio)])) if np.isfinite(ratio).any() else 1.0
            texts.append(f"{middle:.7g} * {text}")
    return _best(columns, target, texts, OTHER)


def _plain_middle(rest: Floats, tolerance: float) -> float:
    """Return the plainest constant near the middle of what is left."""
    known = rest[np.isfinite(rest)]
    return simplest(float(np.median(known)), tolerance) if len(known) else 0.0


def _best(columns: Searched, target: str, texts: Sequence[str], kind: str) -> Relation | None:
    """Return the first of the formulas that gives the column as often as the best one; None for none."""
    different = [text for text in dict.fromkeys(texts) if Formula(text).inputs]
    found = [columns.measured(target, text, kind) for text in different]
    return best_of(columns, found)


def best_of(columns: Searched, found: Sequence[Relation]) -> Relation | None:
    """Return the first relation about as exact as the best; None where none is a relation."""
    held = [each for each in found if is_relation(columns, each)]
    if not held:
        return None
    best = max(held, key=lambda each: (each.share, -each.error))
    if best.share < LIMITS.near_floor:
        down = columns.measured(best.target, rounded_down(columns, best), best.kind)
        if down.share > best.share + LIMITS.as_exact:
            return down
    least = best.share - LIMITS.as_exact * (best.share < 1)
    near = (each for each in held if each.share >= least and each.error <= best.error * LIMITS.as_close)
    return next(near, best)


def rounded_down(columns: Searched, relation: Relation) -> str:
    """Return the formula rounded down to the target's grid, as completed years are."""
    step = columns.steps[relation.target]
    if step <= 0:
        return relation.formula
    return f"floor({relation.formula})" if step == 1 else f"floor(({relation.formula}) / {step:g}) * {step:g}"


def is_relation(columns: Searched, relation: Relation) -> bool:
    """Tell whether a formula gives a column more exactly than a coarse grid makes any good fit give it."""
    target = relation.target
    if relation.rows < 50 or columns.distinct[target] < LIMITS.least_values:  # noqa: PLR2004 - as `least_people`
        return False
    if relation.share >= LIMITS.exact and relation.share >= 1 - unexplained(columns, relation):
        return True
    fine = columns.fineness(target)
    if fine >= LIMITS.fine and relation.error <= LIMITS.near:
        return True
    return relation.share >= LIMITS.partly and _concentrated(columns, relation) >= LIMITS.concentrated


def unexplained(columns: Searched, relation: Relation) -> float:
    """Return a third of the share of people who lack the commonest value: guessing it is no relation.

    Of the people with all columns of the relation: among them a column may hardly vary.
    """
    values = columns.values[relation.target]
    both = np.isfinite(values) & np.isfinite(Formula(relation.formula).evaluate(columns.values))
    _, counts = np.unique(values[both], return_counts=True)
    return float(1 - counts.max() / counts.sum()) / 3 if len(counts) else 0.0


def _concentrated(columns: Searched, relation: Relation) -> float:
    """Return how much more often the error is below the tolerance than in the four as wide beside it."""
    given = Formula(relation.formula).evaluate(columns.values)
    off = np.abs(given - columns.values[relation.target]) / columns.tolerance(relation.target)
    off = off[np.isfinite(off)]
    inside, beside = (
        (float(np.mean((off > low) & (off <= high))) for low, high in pairwise((-1.0, 1.0, 5.0)))
        if len(off)
        else (0.0, 1.0)
    )
    return inside / max(beside / 4, 1e-9)
