"""Which column is which, told by how values repeat: what no function that rises or falls undoes.

Ranks lose every value and keep which rows share one. Along the ranks, a coarse column has few distinct values
where people are many and as many as people at its ends, so each column has a profile of its own.
"""

from collections.abc import Sequence

import numpy as np

from strongroom.cohort.index import CohortColumns
from strongroom.tracer.alignment.model import Floats

_PARTS = 12
_FEWEST_ROWS = 100
_ALL_DIFFERENT = 0.98
_TIMES_LARGER = 4
_SLACK = 0.08
_TRUSTED = 0.9
_MOST_NATS = 60.0


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
