"""Fits how a column was transformed, from mostly correct pairs: lines, logarithms, ranks, bins, curves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.disguised.fitting import fit_transform
from strongroom.matching.disguised.known_transforms import KnownTransform
from strongroom.matching.recognised import SAME, Floats, Transform
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_pairs: int = threshold(4, "pairs", "judgement: a line with noise has three parameters")
    least_curved: int = threshold(60, "pairs", "judgement: fewer pairs bend by chance")
    pairs_per_knot: int = threshold(40, "pairs", "judgement: the median of 40 is stable against wrong pairs")
    most_knots: int = threshold(400, "knots", "cost: more follow no further bend")
    few_levels: int = threshold(24, "distinct values", "judgement: more levels are fitted as well by a line")
    binned: float = threshold(
        0.85, "share of pairs", "judgement: wrong pairs and marks at the cuts leave fewer right"
    )
    simpler: float = threshold(
        1.3,
        "ratio of costs",
        "judgement: a simpler transform is preferred unless another fits clearly better",
    )
    linear: float = threshold(1e-9, "relative deviation", "judgement: rounding errors of doubles")
    explained: float = threshold(
        0.8, "share of pairs", "judgement: unchanged values agree within a mark's reach for all right pairs"
    )
    expected: float = threshold(
        0.5,
        "share of pairs",
        "judgement: less is needed if the shape already says that the column is unchanged",
    )
    some_stayed: float = threshold(0.1, "share of pairs", "judgement: fewer exact values occur by chance")
    peaked: float = threshold(
        0.6,
        "share of nearby values",
        "judgement: values that stayed lie within a mark's reach; noise has no such peak",
    )
    beside: float = threshold(
        4.0, "reaches of a mark", "judgement: a window in which noise is about as dense as at its centre"
    )


LIMITS = _Limits()

_SIGMA = 1.4826  # fixed: SD over median absolute deviation of a normal distribution


@dataclass(frozen=True, repr=False)
class Sample:
    """Pairs of a cohort value and a file value, both of shape (pairs,) and none missing.

    `reach` is how far a mark moves each cohort value at most, `half` half the file's step.
    """

    theirs: Floats
    mine: Floats
    reach: Floats
    half: float


def fitted_transform(sample: Sample, everybody: Floats, transform: KnownTransform | None) -> Transform | None:
    """Return the simplest transform that explains the pairs about as well as any; None if none does."""
    if len(sample.mine) < LIMITS.least_pairs or np.ptp(sample.mine) == 0 or np.ptp(sample.theirs) == 0:
        return None
    away = np.abs(sample.mine - sample.theirs)
    unchanged = transform is not None and transform.name == "same"
    near = sample.reach + 2.02 * sample.half + 1e-9
    exact = float(np.mean(away <= near))
    if exact >= (LIMITS.expected if unchanged else LIMITS.explained):
        return SAME
    # Unchanged values lie within a mark's reach and replaced ones far off: noise has no such gap.
    if unchanged and exact >= max(
        LIMITS.some_stayed, LIMITS.peaked * float(np.mean(away <= LIMITS.beside * near))
    ):
        return SAME
    found = list(_candidates(sample, everybody, transform))
    if not found:
        return None
    best = min(cost for cost, _ in found)
    return next(each for cost, each in found if cost <= LIMITS.simpler * best)


def _candidates(
    sample: Sample, everybody: Floats, transform: KnownTransform | None
) -> Iterator[tuple[float, Transform]]:
    """Yield transforms with their residuals, the simplest first."""
    floor = max(sample.half, 1e-9)

    def judged(transform: Transform, price: float = 1.0) -> tuple[float, Transform]:
        away = np.abs(sample.mine - transform(sample.theirs))
        return price * max(float(np.median(away)), 0.5 * floor), transform

    yield judged(SAME)
    known = _undone(transform)
    if known is not None:
        yield judged(known)
    line = fit_transform(sample.mine, sample.theirs, unit=sample.half, all_values=everybody)
    straight = None if line is None or "curve" in line.transform.name else line.transform
    binned = _binned(sample)
    # Bins show marks only at their edges, where a rounded line is inaccurate.
    if binned is not None and (
        straight is None or _off(binned, sample, 0.0) < 0.5 * _off(straight, sample, sample.half)
    ):
        yield judged(binned, LIMITS.simpler**-2)
    if straight is not None:
        yield judged(straight)
    if len(sample.mine) >= LIMITS.least_curved:
        curve = _curve(sample)
        if curve is not None:
            yield judged(curve, 1.1)


def _off(transform: Transform, sample: Sample, half: float) -> float:
    """Return the share of pairs further apart than `half` a step, whichever bit they carry."""
    ends = transform(sample.theirs - sample.reach), transform(sample.theirs + sample.reach)
    low, high = np.minimum(*ends) - half, np.maximum(*ends) + half
    return float(np.mean((sample.mine < low) | (sample.mine > high)))


def _undone(transform: KnownTransform | None) -> Transform | None:
    """Return the forward transform where the inverse is linear, such as a change of units."""
    if transform is None or transform.name == "same":
        return None
    zero, half, one = transform.invert(np.array([0.0, 0.5, 1.0]))
    slope = one - zero
    if not np.isfinite(slope) or slope == 0 or abs(half - (zero + one) / 2) > LIMITS.linear * abs(slope):
        return None
    return Transform(transform.name, lambda values: (values - zero) / slope)


def _binned(sample: Sample) -> Transform | None:
    """Return a step function between levels, with cuts where fewest pairs are on the wrong side."""
    levels, counts = np.unique(sample.mine, return_counts=True)
    levels = levels[counts >= 2]  # noqa: PLR2004 - one value shows no range
    if not 1 < len(levels) <= LIMITS.few_levels or len(counts) > LIMITS.few_levels:
        return None
    middles = np.array([np.median(sample.theirs[sample.mine == level]) for level in levels])
    order = np.argsort(middles)
    if np.any(np.diff(middles[order]) <= 0):
        return None
    # Within a mark's reach of a cut a value may be on either side of it.
    up_to, from_on = sample.theirs - sample.reach, sample.theirs + sample.reach
    cuts = np.array(
        [
            _cut(up_to[sample.mine == low], from_on[sample.mine == high])
            for low, high in zip(levels[order][:-1], levels[order][1:], strict=True)
        ]
    )
    if np.any(np.diff(cuts) <= 0):
        return None
    steps = _steps(cuts, levels[order])
    if np.mean(steps(sample.theirs) == sample.mine) < LIMITS.binned:
        return None
    return Transform(f"{len(levels)} levels", steps)


def _steps(cuts: Floats, levels: Floats) -> Callable[[Floats], Floats]:
    return lambda values: np.where(np.isnan(values), np.nan, levels[np.searchsorted(cuts, values, "right")])


def _cut(below: Floats, above: Floats) -> float:
    """Return the point with fewest values of `below` above it and of `above` below it."""
    both = np.concatenate([below, above])
    order = np.argsort(both, kind="stable")
    high = np.concatenate([np.zeros(len(below)), np.ones(len(above))])[order]
    wrong = np.concatenate([[0], np.cumsum(high)]) + len(below) - np.concatenate([[0], np.cumsum(1 - high)])
    least = np.flatnonzero(wrong == wrong.min())
    place = int(least[len(least) // 2])
    ordered = both[order]
    low_end, high_end = ordered[max(place - 1, 0)], ordered[min(place, len(both) - 1)]
    return float((low_end + high_end) / 2)


def _curve(sample: Sample) -> Transform | None:
    """Return a monotonic piecewise-linear curve through local means, outliers left out."""
    order = np.argsort(sample.theirs, kind="stable")
    knots = int(np.clip(len(order) // LIMITS.pairs_per_knot, 4, LIMITS.most_knots))
    groups = [each for each in np.array_split(order, knots) if len(each)]
    at = np.array([np.mean(sample.theirs[each]) for each in groups])
    value = np.array([np.median(sample.mine[each]) for each in groups])
    at, value = _distinct(at, value)
    if len(at) < LIMITS.least_pairs:
        return None
    for _ in range(2):
        away = sample.mine - _line(at, value)(sample.theirs)
        near = np.abs(away) <= 4 * _SIGMA * np.median(np.abs(away)) + sample.half
        kept = [each[near[each]] for each in groups]
        kept = [each for each in kept if len(each) >= LIMITS.least_pairs]
        if len(kept) < LIMITS.least_pairs:
            return None
        at = np.array([np.mean(sample.theirs[each]) for each in kept])
        value = np.array([np.mean(sample.mine[each]) for each in kept])
        at, value = _distinct(at, value)
    rising = value[-1] >= value[0]
    value = np.maximum.accumulate(value) if rising else np.minimum.accumulate(value)
    return Transform("rising curve" if rising else "falling curve", _line(at, value))


def _distinct(at: Floats, value: Floats) -> tuple[Floats, Floats]:
    kept, first = np.unique(at, return_index=True)
    return kept, value[first]


def _line(at: Floats, value: Floats) -> Callable[[Floats], Floats]:
    """Return the piecewise-linear function through points, extrapolated at its ends."""
    first = (value[1] - value[0]) / (at[1] - at[0]) if len(at) > 1 else 0.0
    last = (value[-1] - value[-2]) / (at[-1] - at[-2]) if len(at) > 1 else 0.0

    def forward(values: Floats) -> Floats:
        inside = np.interp(values, at, value)
        below = value[0] + first * (values - at[0])
        above = value[-1] + last * (values - at[-1])
        bent: NDArray[np.float64] = np.where(values < at[0], below, np.where(values > at[-1], above, inside))
        return bent

    return forward
