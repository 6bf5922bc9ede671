"""How far each numeric column may be marked: little against its SD, on its grid, away from special values.

The root mean square over the column is strength x SD: between two whole numbers of steps, some cells move by
one step more; where one step is too much, fewer cells are marked. Where values are positive and skewed (an
assay), the amplitude is a share of the value, as the assay's own error is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.offsets import CENTRED, mean_square_offset, steps_for_strength
from strongroom.tracer.fingerprint.rules import DECIMAL, MarkRule
from strongroom.tracer.fingerprint.settings import DEFAULT_STRENGTH

Floats = NDArray[np.float64]
Counts = NDArray[np.integer]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(30, "values", "judgement: spread and grid of fewer values are unknown")
    least_distinct: int = threshold(
        12, "distinct values", "judgement: columns with fewer are coded categories"
    )
    least_density: float = threshold(
        0.002, "share of cells", "judgement: sparser marks name nobody: 85 cells are needed"
    )
    edge: float = threshold(
        0.001,
        "share of people at either end",
        "judgement: outliers are known to others, and a mark on them distorts most",
    )
    farthest: float = threshold(4.0, "SDs from the mean", "judgement: further out are outliers and errors")
    heap_share: float = threshold(
        0.002, "share of people", "judgement: rarer values do not show where a mark came from"
    )
    neighbours: int = threshold(
        7,
        "distinct values",
        "judgement: three on either side show how common a value would be without rounding",
    )
    heap_ratio: float = threshold(
        2.5,
        "times the median of its neighbours",
        "judgement: digit preference exceeds this; the shape of distributions does not",
    )
    grid_share: float = threshold(0.99, "share of people", "judgement: a few values off the grid are errors")
    tolerance: float = threshold(1e-6, "share of a value", "judgement: rounding errors of doubles")
    sampled_distinct: int = threshold(
        2_000, "distinct values", "cost: rules out most steps before all values are tested"
    )
    sampled_share: float = threshold(
        0.9, "share of people", "derived: below grid_share, since a sample varies"
    )
    skewed: float = threshold(
        1.5, "skewness", "judgement: assays are above it; heights, weights and pressures below"
    )
    log_skewed: float = threshold(
        0.5,
        "share of the skewness",
        "judgement: the logarithm must remove at least half of it before an error is taken for proportional",
    )
    least_step: float = threshold(
        0.71,
        "steps of the grid",
        "judgement: smaller amplitudes would all be rounded up to a step and exceed the strength",
    )
    least_heap_density: float = threshold(
        0.002, "share of the density", "judgement: so few marks on a heap are worth nothing"
    )
    most_heaped: float = threshold(
        0.6, "share of people", "judgement: the few others would show their marks beside round numbers"
    )


LIMITS = _Limits()

_FINEST = 6  # fixed: decimals; the index keeps six


@dataclass(frozen=True)
class Spared:
    """Values to leave unchanged besides those a column shows by itself.

    `sentinels` are not quantities; no mark crosses one of the `limits`: people below one stay below it.
    """

    sentinels: Sequence[float] = ()
    limits: Sequence[float] = ()


_NOTHING_SPARED = Spared()


def plan_marks(column: str, values: Floats, *, strength: float = DEFAULT_STRENGTH) -> MarkRule:
    """Return the rule for a column of numbers, from all the cohort's values; NaN is missing.

    `strength` is the root mean square of the changes as a share of the SD.
    """
    distinct, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    return plan_marks_of(column, distinct, counts, strength=strength)


def plan_marks_of(
    column: str,
    distinct: Floats,
    counts: Counts,
    *,
    strength: float = DEFAULT_STRENGTH,
    spared: Spared = _NOTHING_SPARED,
    form: str = DECIMAL,
) -> MarkRule:
    """Return the same from a column's distinct values, ascending, with the number of people who have each."""
    total = int(counts.sum())
    if total < LIMITS.least_values or len(distinct) < LIMITS.least_distinct:
        return MarkRule(column, reason="too few values, or a coded category")
    body = _Body.of(distinct, counts)
    if body.spread == 0:
        return MarkRule(column, reason="no spread")
    rule = _absolute(
        column, body, strength * body.spread, grid_of(distinct, counts) if form == DECIMAL else 0.0
    )
    rule = replace(rule, form=form)
    if body.skewed:
        rule = _relative(rule, body, strength)
    if rule.density < LIMITS.least_density or rule.low >= rule.high:
        return MarkRule(column, rule.step, reason="its grid is too coarse for the requested strength")
    rule = _with_kept(rule, distinct, counts, spared)
    if np.sum(counts[np.isin(distinct, rule.heaps)]) > LIMITS.most_heaped * total:
        return MarkRule(
            column, rule.step, reason="mostly round numbers, beside which a mark would be visible"
        )
    return rule


@dataclass(frozen=True)
class _Body:
    """A column without its tails: distinct values, their weights, mean and SD, and the range for marks."""

    values: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    centre: float
    spread: float
    low: float
    high: float

    @classmethod
    def of(cls, distinct: Floats, counts: Counts) -> "_Body":
        before = np.cumsum(counts)
        ranks = np.array([LIMITS.edge, 1 - LIMITS.edge]) * (before[-1] - 1)
        low, high = distinct[np.searchsorted(before, np.floor(ranks), side="right")]
        inside = slice(np.searchsorted(distinct, low), np.searchsorted(distinct, high, "right"))
        values, weights = distinct[inside], counts[inside] / counts[inside].sum()
        centre = float(values @ weights)
        spread = float(np.sqrt((values - centre) ** 2 @ weights))
        far = LIMITS.farthest * spread
        low, high = float(max(low, centre - far)), float(min(high, centre + far))
        return cls(values, weights, centre, spread, low, high)

    @property
    def skewed(self) -> bool:
        """Whether values are positive and their logarithms much more symmetric."""
        if self.values[0] <= 0:
            return False
        own = _skewness(self.values, self.weights)
        return (
            own > LIMITS.skewed
            and abs(_skewness(np.log(self.values), self.weights)) < LIMITS.log_skewed * own
        )


def _skewness(values: Floats, weights: Floats) -> float:
    apart = values - values @ weights
    spread = np.sqrt(apart**2 @ weights)
    return float(apart**3 @ weights / spread**3) if spread > 0 else 0.0


def _absolute(column: str, body: _Body, strength: float, grid: float) -> MarkRule:
    """Return the rule with equal changes for every value, of root mean square `strength`."""
    step = grid or strength
    steps, density, rise = (
        steps_for_strength(strength / step, CENTRED)
        if grid
        else (mean_square_offset(CENTRED) ** -0.5, 1.0, 0.0)
    )
    rule = MarkRule(column, step, steps * step, density, rise=rise, lean=CENTRED)
    reach = float(rule.farthest(body.values[:1]))
    return replace(rule, low=body.low + reach, high=body.high - reach)


def _relative(rule: MarkRule, body: _Body, strength: float) -> MarkRule:
    """Return a rule whose amplitude is proportional to the value, with no larger root mean square."""
    logs = np.log(body.values)
    of_logs = float(np.sqrt((logs - logs @ body.weights) ** 2 @ body.weights))
    asked = strength * min(of_logs, body.spread / float(np.sqrt(body.values**2 @ body.weights)))
    share = asked / mean_square_offset(rule.lean) ** 0.5
    low = max(body.low, LIMITS.least_step * rule.step / share if rule.form == DECIMAL else 0.0)
    wide = replace(rule, amplitude=0.0, density=1.0, low=low, high=body.high, relative=share, rise=0.0)
    sizes = np.asarray(wide.amplitudes(body.values)) * (body.values >= low)
    mean_square = mean_square_offset(rule.lean) * float(sizes**2 @ body.weights)
    if mean_square == 0:
        return rule
    density = min(1.0, (strength * body.spread) ** 2 / mean_square)
    median = float(body.values[np.searchsorted(np.cumsum(body.weights), 0.5)])
    amplitude = float(np.asarray(wide.amplitudes(np.array([max(median, low)])))[0])
    # A mark must not leave the observed range, even if rounded up by a step.
    farthest, more = (1 + rule.lean) * share, rule.step if rule.form == DECIMAL else 0.0
    low, high = (low + more) / (1 - farthest), (body.high - more) / (1 + farthest)
    return replace(wide, amplitude=amplitude, density=density, low=low, high=high)


def _with_kept(rule: MarkRule, distinct: Floats, counts: Counts, spared: Spared) -> MarkRule:
    """Add what stays unchanged: zero, sentinels, and values a mark would move onto them or past a limit."""
    stand = np.unique([0.0, *spared.sentinels])
    ends = rule.outcomes(distinct)
    hit = np.isin(distinct, stand) | np.isin(ends, stand).any(axis=0)
    for limit in spared.limits:
        hit |= (ends.min(axis=0) < limit) & (ends.max(axis=0) >= limit)
    inside = (distinct >= rule.low) & (distinct <= rule.high)
    beside = () if rule.relative else rule.outcomes(stand)
    kept = np.concatenate([distinct[hit & inside], stand, *beside])
    kept = np.unique(rule.recorded(kept[(kept >= rule.low) & (kept <= rule.high)]))
    heaps, shares = _heaps(rule, distinct, counts)
    alone = shares < LIMITS.least_heap_density
    kept = np.unique(np.concatenate([kept, heaps[alone]]))
    free = ~alone & ~np.isin(heaps, kept)
    return replace(
        rule,
        kept=tuple(kept.tolist()),
        heaps=tuple(heaps[free].tolist()),
        heap_shares=tuple(np.round(shares[free], 6).tolist()),
    )


def _heaps(rule: MarkRule, distinct: Floats, counts: Counts) -> tuple[Floats, Floats]:
    """Return values much more common than their neighbours, and how common these are as a share."""
    from scipy.ndimage import median_filter  # noqa: PLC0415 - it takes long to load

    around = median_filter(counts.astype(np.float64), size=LIMITS.neighbours, mode="constant")
    common = (counts > LIMITS.heap_share * int(counts.sum())) & (counts > LIMITS.heap_ratio * around)
    common &= (distinct >= rule.low) & (distinct <= rule.high)
    return distinct[common], around[common] / counts[common]


def grid_of(distinct: Floats, counts: Counts) -> float:
    """Return the step of which nearly all values are multiples: a power of ten, or 2 or 5 times one."""
    some = slice(None, None, max(1, len(distinct) // LIMITS.sampled_distinct))
    for exponent in range(3, -_FINEST - 1, -1):
        for factor in (5.0, 2.0, 1.0):
            step = factor * 10.0**exponent
            if (
                _share_on(step, distinct[some], counts[some]) >= LIMITS.sampled_share
                and _share_on(step, distinct, counts) >= LIMITS.grid_share
            ):
                return step
    return 10.0**-_FINEST


def _share_on(step: float, distinct: Floats, counts: Counts) -> float:
    steps = distinct / step
    on = np.abs(steps - np.rint(steps)) <= LIMITS.tolerance * np.maximum(1, np.abs(steps))
    return float(np.sum(counts[on]) / np.sum(counts))
