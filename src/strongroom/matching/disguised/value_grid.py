"""The grid that a column's values lie on, which any scaling of numbers with fixed decimals preserves.

170.5 cm and 67.126 inches differ, but values 0.1 cm apart stay one step apart. Counted in steps, a scaled
column has the spread of the original, whatever the factor and the offset.
"""

from dataclasses import dataclass

import numpy as np

from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_values: int = threshold(600, "distinct values", "cost: a grid is visible in 600 of them")
    most_off: float = threshold(
        0.2,
        "steps",
        "judgement: values farther from the nearest grid point lie on no grid",
    )
    most_steps: int = threshold(
        200_000,
        "steps",
        "judgement: a finer grid fits any values at the precision they are written with",
    )
    most_strays: float = threshold(
        0.02,
        "share of distinct values",
        "judgement: a missing value replaced by the mean is off the grid; more show that there is none",
    )
    usual_gap: float = threshold(
        0.1,
        "quantile of the differences",
        "judgement: a value off the grid makes two small differences; most of the small ones are a step",
    )
    least_values: int = threshold(4, "distinct values", "judgement: three values lie on a grid by chance")


LIMITS = _Limits()


# Parts of the smallest difference that are tried as the step (judgement: a grid point may be missing).
_DIVISORS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Grid:
    """Values are `start + step * k` for whole k."""

    start: float
    step: float

    def steps(self, values: Floats) -> Floats:
        """Return the whole numbers k."""
        counted: Floats = np.round((values - self.start) / self.step)
        return counted


def grid_of(present: Floats, *, unit: float) -> Grid | None:
    """Return the grid of sorted values, None if they have none; `unit` is half their last written digit.

    The step is searched among the smallest difference and its parts, then the same of a usual small
    difference, and refined from small to large differences, so that its error stays below a step.
    """
    distinct = np.unique(present)
    if len(distinct) > LIMITS.most_values:
        distinct = distinct[np.linspace(0, len(distinct) - 1, LIMITS.most_values).astype(int)]
    noise = 2 * unit + 1e-9 * float(np.max(np.abs(distinct), initial=0.0))
    gaps = np.diff(distinct)
    # Counted from where values are dense: the first step is refined by values few steps away.
    start = float(distinct[int(np.argmin(np.where(gaps > noise, gaps, np.inf)))]) if len(gaps) else 0.0
    gaps = gaps[gaps > noise]
    if len(gaps) < LIMITS.least_values - 1:
        return None
    for gap in dict.fromkeys((float(gaps.min()), float(np.quantile(gaps, LIMITS.usual_gap, method="lower")))):
        for divisor in _DIVISORS:
            step = _refined(gap / divisor, distinct - start, noise)
            if step is not None:
                return Grid(start, step)
    return None


def _refined(step: float, heights: Floats, noise: float) -> float | None:
    if step <= 2.5 * noise:
        return None
    uncertain = noise / step
    for _ in range(40):
        counts = heights / step
        if np.ptp(counts) > LIMITS.most_steps:
            return None
        # Up to here the accumulated error of the step is below a fifth of it.
        near = np.abs(counts) * uncertain <= LIMITS.most_off
        on_grid = near & (np.abs(counts - np.round(counts)) <= LIMITS.most_off + noise / step)
        if np.count_nonzero(on_grid) < (1 - LIMITS.most_strays) * np.count_nonzero(near):
            return None
        multiples = np.round(counts[on_grid])
        weight = float(np.sum(multiples**2))
        if weight == 0:
            return None
        step = float(np.sum(multiples * heights[on_grid]) / weight)
        uncertain = noise / step / max(float(np.abs(multiples).max()), 1.0)
        if near.all():
            break
    counts = heights / step
    off = np.abs(counts - np.round(counts))
    limit = min(0.05 + noise / step, 0.3)
    return step if np.quantile(off, 0.98) <= limit else None
