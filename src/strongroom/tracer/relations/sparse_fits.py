"""Columns that are sums of few others: pursuit of the best input, one after another, then an exact fit.

On logarithms the same finds products, ratios and powers.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.plain_numbers import simplest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    pursued: int = threshold(2_000, "people", "cost: bounds the search; the fit is made on the whole sample")
    most_inputs: int = threshold(40, "columns", "cost: bounds the pursuit; sums of items rarely have more")
    people_an_input: int = threshold(
        50, "people", "judgement: fewer people a column, and the columns fit what is chance in these people"
    )
    slight: float = threshold(
        0.03,
        "SDs of the target",
        "judgement: an input that moves the target by less must be needed for the digit",
    )
    patience: int = threshold(
        8, "inputs", "cost: a column that eight others explain badly is not pursued further"
    )
    promising: float = threshold(
        0.55,
        "share of variance",
        "judgement: eight of the items of a score explain more; unrelated columns less",
    )
    least_gain: float = threshold(
        0.01, "share of the residual variance", "judgement: an input that gains less is none"
    )
    answered: float = threshold(
        0.6, "share of people", "judgement: inputs that fewer have do not determine a column"
    )
    least_people: int = threshold(50, "people", "judgement: fewer satisfy a relation by chance")
    close: float = threshold(
        0.98,
        "share of variance",
        "judgement: less explained leaves an error of a seventh of an SD, which hides a mark",
    )
    barely: float = threshold(
        0.5, "share of variance", "cost: gross errors in a tenth of people leave more; the rest is not fitted"
    )
    trimmed: float = threshold(
        0.05, "SDs", "judgement: of three quarters of people; in the others a relation may fail altogether"
    )
    kept_share: float = threshold(
        0.75, "share of people", "judgement: a fit is not led by the quarter in whom a relation fails"
    )
    refits: int = threshold(4, "fits", "cost: the set of people who obey is stable after three")
    much_worse: float = threshold(
        1.6, "times the error", "judgement: what a slight input must gain to be none of chance"
    )
    worse: float = threshold(
        1.1, "times the error", "judgement: an input whose absence changes the error by less is none"
    )


LIMITS = _Limits()

_ROUNDED = 0.65  # fixed: a rounding error's root mean square is 0.58 of the largest; the rest is for chance


@dataclass(frozen=True, repr=False)
class SparseFit:
    """A column as `constant` plus `weights` x `inputs`."""

    inputs: Ints
    weights: Floats = field(repr=False)
    constant: float

    def plain(self, margin: float) -> Floats:
        """Return the plainest weights that differ by at most that share."""
        return np.array([simplest(each, margin * abs(each)) for each in self.weights])


def pursue(values: Floats, features: Floats, allowed: NDArray[np.bool_], noise: float) -> SparseFit | None:
    """Return how few of the `features`, shape (people, features), give `values`; None where they do not.

    `allowed` (features,) are those that may be inputs; `noise` is the error of recorded values.
    """
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < LIMITS.least_people:
        return None
    some = known[:: max(1, len(known) // LIMITS.pursued)]
    chosen, left = _pursued(values[some], features[some], allowed, noise)
    if not chosen or left > 1 - LIMITS.barely:
        return None
    fit = _trimmed(values, features, chosen)
    if fit is None:
        return None
    if left > 1 - LIMITS.close and _error(values, features, fit) > LIMITS.trimmed * float(np.nanstd(values)):
        return None
    return _without_idle(values, features, fit, noise)


def _pursued(
    values: Floats, features: Floats, allowed: NDArray[np.bool_], noise: float
) -> tuple[list[int], float]:
    """Return the chosen features and the share of variance they leave."""
    known = np.isfinite(features)
    with np.errstate(all="ignore"):
        counts = known.sum(axis=0)
        filled = np.where(known, features, 0.0)
        mean = filled.sum(axis=0) / np.maximum(counts, 1)
        scores = np.where(known, features - mean, 0.0)
        size = np.sqrt((scores**2).sum(axis=0) / np.maximum(counts, 1))
    able = allowed & (counts >= LIMITS.answered * len(values)) & (size > 0)
    scores = np.where(able, scores / np.where(size > 0, size, 1), 0.0)
    squares, answered = scores**2, known.astype(np.float64)
    enough = max(LIMITS.least_people, LIMITS.answered * len(values))
    rows = np.ones(len(values), bool)
    residual = values - values.mean()
    total = float(residual @ residual)
    chosen: list[int] = []
    history = [1.0]
    if total == 0:
        return [], 1.0
    most = min(LIMITS.most_inputs, len(values) // LIMITS.people_an_input)
    while len(chosen) < most and able.any():
        # Products with whole columns, where those left out count nothing: choosing rows copies every column.
        held = rows.astype(np.float64)
        able &= held @ answered >= enough
        inner = np.abs(residual @ scores)
        size = np.sqrt(held @ squares)
        inner = np.where(able & (size > 0), inner / np.where(size > 0, size, 1), -1.0)
        best = int(np.argmax(inner))
        if inner[best] <= 0:
            break
        able[best] = False
        chosen.append(best)
        rows &= known[:, best]
        design = np.column_stack([scores[rows][:, chosen], np.ones(int(rows.sum()))])
        weights = np.linalg.lstsq(design, values[rows], rcond=None)[0]
        residual = np.zeros(len(values))
        residual[rows] = values[rows] - design @ weights
        own = values[rows] - values[rows].mean()
        left = float(residual @ residual) / max(float(own @ own), 1e-300)
        history.append(left)
        if left * float(own @ own) <= (_ROUNDED * noise) ** 2 * rows.sum():
            break
        stalled = len(history) > 3 and history[-1] > history[-4] * (1 - LIMITS.least_gain)  # noqa: PLR2004 - three steps back
        if stalled or (len(chosen) >= LIMITS.patience and left > 1 - LIMITS.promising):
            break
    return chosen, history[-1]


def _trimmed(values: Floats, features: Floats, chosen: list[int]) -> SparseFit | None:
    """Fit by least squares those people who obey best, so that others' errors do not bend it."""
    rows = np.flatnonzero(np.isfinite(values) & np.isfinite(features[:, chosen]).all(axis=1))
    if len(rows) < max(LIMITS.least_people, 4 * len(chosen)):
        return None
    design = np.column_stack([features[rows][:, chosen], np.ones(len(rows))])
    centre = np.append(design[:, :-1].mean(axis=0), 0.0)
    spread = np.append(design[:, :-1].std(axis=0), 1.0)
    if np.any(spread == 0):
        return None
    design, own = (design - centre) / spread, values[rows]
    used = np.arange(len(rows))
    for _ in range(LIMITS.refits):
        weights = np.linalg.lstsq(design[used], own[used], rcond=None)[0]
        off = np.abs(own - design @ weights)
        used = np.flatnonzero(off <= np.quantile(off, LIMITS.kept_share))
    scaled = weights[:-1] / spread[:-1]
    return SparseFit(np.array(chosen), scaled, float(weights[-1] - scaled @ centre[:-1]))


def _without_idle(values: Floats, features: Floats, fit: SparseFit, noise: float) -> SparseFit:
    """Leave out inputs, the least useful first, as long as the error hardly grows."""
    spread = np.nanstd(features[:, fit.inputs], axis=0)
    order = np.argsort(np.abs(fit.weights) * spread)
    chosen = fit.inputs.tolist()
    error = max(_error(values, features, fit), 0.25 * noise)
    slight = (np.abs(fit.weights) * spread)[order] < LIMITS.slight * float(np.nanstd(values))
    for place, is_slight in zip(fit.inputs[order].tolist(), slight.tolist(), strict=True):
        if len(chosen) == 1:
            break
        without = _trimmed(values, features, [each for each in chosen if each != place])
        worse = LIMITS.much_worse if is_slight else LIMITS.worse
        if without is not None and _error(values, features, without) <= error * worse:
            chosen.remove(place)
            fit = without
    return fit


def _error(values: Floats, features: Floats, fit: SparseFit) -> float:
    off = np.abs(values - features[:, fit.inputs] @ fit.weights - fit.constant)
    off = off[np.isfinite(off)]
    return float(np.quantile(off, LIMITS.kept_share)) if len(off) else np.inf
