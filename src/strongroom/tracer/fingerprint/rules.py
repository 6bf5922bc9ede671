"""How far each column may be nudged: little against its spread, on its grid, away from what must stand.

A value v becomes v + a for a 1 and v - a for a 0. `a` is at least one step of the grid the column is recorded
on; where one step is more than the strength asked for, fewer cells are marked, so that the root mean square
over the column stays at strength x SD.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Floats = NDArray[np.float64]

DEFAULT_STRENGTH = 0.01
_FEWEST_VALUES = 30
_FEWEST_DISTINCT = 12
_LEAST_DENSITY = 0.002
_EDGE = 0.001
_FARTHEST_SDS = 4.0
_HEAPED = 0.002
_NEIGHBOURS = 7
_TIMES_NEIGHBOURS = 2.5
_MOST_DECIMALS = 6
_GRID_SHARE = 0.99
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class MarkRule:
    """What is done to one column.

    `amplitude` is in the column's units and a multiple of `step`, its grid; a cell is marked with probability
    `density` when its value lies between `low` and `high`, both included, and is none of `kept`. Why a column
    is not marked at all says `reason`, and `density` is then 0.
    """

    column: str
    step: float = 0.0
    amplitude: float = 0.0
    density: float = 0.0
    low: float = 0.0
    high: float = 0.0
    kept: tuple[float, ...] = ()
    reason: str = ""

    def markable(self, values: Floats) -> NDArray[np.bool_]:
        """Tell which values may be nudged, shape as `values`."""
        return (
            (values >= self.low)
            & (values <= self.high)
            & ~np.isin(values, np.array(self.kept))
            & np.isfinite(values)
        )

    def nudged(self, values: Floats, bits: NDArray[np.bool_]) -> Floats:
        """Return values moved by the amplitude, up for a 1 and down for a 0, back on their grid."""
        moved = values + np.where(bits, self.amplitude, -self.amplitude)
        places = max(0, min(_MOST_DECIMALS, int(np.ceil(-np.log10(self.step) - 1e-9))))
        return np.asarray(np.round(moved, places), np.float64)


def plan_marks(column: str, values: Floats, *, strength: float = DEFAULT_STRENGTH) -> MarkRule:
    """Return the rule for a column of numbers, from all the values the cohort holds; NaN is no value.

    `strength` is the root mean square of the nudges as a share of the SD.
    """
    present = values[np.isfinite(values)]
    distinct, counts = np.unique(present, return_counts=True)
    if len(present) < _FEWEST_VALUES or len(distinct) < _FEWEST_DISTINCT:
        return MarkRule(column, reason="too few values, or a coded category")
    step = _grid(distinct, counts)
    body = present[(present >= np.quantile(present, _EDGE)) & (present <= np.quantile(present, 1 - _EDGE))]
    spread = float(np.std(body))
    if spread == 0 or step <= 0:
        return MarkRule(column, reason="no spread")
    amplitude = max(1, round(strength * spread / step)) * step
    density = min(1.0, (strength * spread / amplitude) ** 2)
    if density < _LEAST_DENSITY:
        return MarkRule(column, reason="its grid is too coarse for the strength asked for")
    centre = float(np.mean(body))
    low = max(float(np.quantile(present, _EDGE)), centre - _FARTHEST_SDS * spread) + amplitude
    high = min(float(np.quantile(present, 1 - _EDGE)), centre + _FARTHEST_SDS * spread) - amplitude
    # Heaps: zeros, sentinels, detection limits, round numbers. A value beside a heap would show the mark.
    heaps = distinct[_stands_out(counts, len(present))]
    near = np.unique(np.concatenate([heaps, heaps - amplitude, heaps + amplitude])) if len(heaps) else heaps
    return MarkRule(column, step, amplitude, density, low, high, tuple(near.tolist()))


def _stands_out(counts: NDArray[np.int64], total: int) -> NDArray[np.bool_]:
    """Tell which values are heaps: common, and much more so than their neighbours on either side."""
    around = median_filter(counts.astype(np.float64), size=_NEIGHBOURS, mode="constant")
    heaped: NDArray[np.bool_] = (counts > _HEAPED * total) & (counts > _TIMES_NEIGHBOURS * around)
    return heaped


def _grid(distinct: Floats, counts: NDArray[np.int64]) -> float:
    """Return the step nearly all values are multiples of: a power of ten, or 2 or 5 times one."""
    for exponent in range(3, -_MOST_DECIMALS - 1, -1):
        for factor in (5.0, 2.0, 1.0):
            step = factor * 10.0**exponent
            off = np.abs(distinct / step - np.round(distinct / step)) > 1e-6 * np.maximum(
                1, np.abs(distinct / step)
            )
            if np.sum(counts[~off]) >= _GRID_SHARE * np.sum(counts):
                return step
    return 10.0**-_MOST_DECIMALS
