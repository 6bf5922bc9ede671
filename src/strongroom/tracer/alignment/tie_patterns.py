"""Which column is which, told by how values repeat: what no function that rises or falls undoes.

Ranks lose every value and keep which rows share one. Along the ranks, a coarse column has few distinct values
where people are many and as many as people at its ends, so each column has a profile of its own.
"""

from collections.abc import Sequence

import numpy as np

from strongroom.matching import CohortColumns
from strongroom.tracer.alignment.model import Floats

_PARTS = 12
_FEWEST_ROWS = 100
_ALL_DIFFERENT = 0.98
_TIMES_LARGER = 4
_SLACK = 0.08
_TRUSTED = 0.9
_MOST_NATS = 60.0
# Values heaped at a cut make parts uneven; of what people are counted in seldom so many are as common.
_FEWEST_PARTS, _MOST_PARTS, _EVEN = 3, 24, 1.5
# Two cumulative shares of so many values are more than d apart with chance 2 exp(-2 n d^2) (Massart 1990).
_BITS, _EFFECTIVE, _GAP = 2.885, 150, 0.03
_ROUNDED, _CUT_ANYHOW = 2.0, 8.0


def repeat_odds(present: Floats, names: Sequence[str], held: CohortColumns) -> Floats | None:
    """Return bits for each cohort column to be a file's of these sorted values; None if they say nothing.

    The best has 0. In one file of ten repeats are taken to come from rounding, or to be lost in noise.
    """
    total = len(present)
    distinct, counts = np.unique(present, return_counts=True)
    # Of a small cohort it is not known which values others would have.
    if total < _FEWEST_ROWS or held.people < _TIMES_LARGER * total or len(distinct) >= _ALL_DIFFERENT * total:
        return None
    middle = (np.cumsum(counts) - counts / 2) / total
    seen = np.histogram(middle, _PARTS, (0, 1))[0]
    misfit = np.array([_misfit(seen, total, name, held) for name in names])
    shares = np.exp(-np.minimum(misfit - misfit.min(), _MOST_NATS))
    odds = np.log2(_TRUSTED * shares / shares.sum() + (1 - _TRUSTED) / len(names))
    return np.asarray(odds - odds.max(), np.float64)


def cut_in_even_parts(present: Floats) -> bool:
    """Tell whether sorted values are a few, all about as common, as of quantile bins."""
    counts = np.unique(present, return_counts=True)[1]
    few = _FEWEST_PARTS <= len(counts) <= _MOST_PARTS and len(present) >= _FEWEST_ROWS
    return bool(few and counts.max() <= _EVEN * max(int(counts.min()), 1))


def rounded_odds(present: Floats, names: Sequence[str], held: CohortColumns) -> dict[str, float] | None:
    """Return bits for each finer cohort column to be these sorted values before they were rounded to a few.

    Up to the middle between two values rounding leaves as many people as there were. None of too many values.
    """
    levels, counts = np.unique(present, return_counts=True)
    if not _FEWEST_PARTS <= len(levels) <= _MOST_PARTS or len(present) < _FEWEST_ROWS:
        return None
    middles, shares = (levels[1:] + levels[:-1]) / 2, np.cumsum(counts)[:-1] / len(present)
    finer = [name for name in names if len(held.coded(name).distinct) > len(levels)]
    return {name: _as_rounded(middles, shares, name, held) for name in finer}


def _as_rounded(middles: Floats, shares: Floats, name: str, held: CohortColumns) -> float:
    coded = held.coded(name)
    before = np.concatenate([[0], np.cumsum(coded.counts)]) / max(int(coded.counts.sum()), 1)
    gap = float(np.max(np.abs(before[np.searchsorted(coded.distinct, middles)] - shares)))
    return -min(_ROUNDED + _BITS * _EFFECTIVE * max(gap - _GAP, 0.0) ** 2, _CUT_ANYHOW)


def _misfit(seen: Floats, total: int, name: str, held: CohortColumns) -> float:
    """Return by how many nats the distinct values of so many people, rising or falling, are others."""
    coded = held.coded(name)
    people = max(int(coded.counts.sum()), 1)
    counts = coded.counts.astype(np.float64)
    shown = -np.expm1(total * np.log1p(-np.minimum(counts / people, 1 - 1e-12)))
    place = np.minimum(((np.cumsum(counts) - counts / 2) / people * _PARTS).astype(np.int64), _PARTS - 1)
    expected = np.bincount(place, shown, _PARTS)
    spread = np.bincount(place, shown * (1 - shown), _PARTS)
    spread = spread + 1 + (_SLACK * expected) ** 2
    away = [np.sum((each - expected) ** 2 / spread) for each in (seen, seen[::-1])]
    return 0.5 * float(min(away) + np.sum(np.log(spread)))
