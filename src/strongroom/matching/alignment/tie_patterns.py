"""Identifies columns by their ties, which no monotonic function removes.

Ranks lose every value but keep which rows share one. Along the ranks, a coarse column has few distinct values
where people are many and many at its ends, so each column has a profile of its own.
"""

from collections.abc import Sequence

import numpy as np

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.recognised import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    parts: int = threshold(
        12,
        "parts of the ranks",
        "judgement: enough to show where values are dense, few enough to be well filled",
    )
    least_rows: int = threshold(100, "rows", "judgement: fewer rows repeat values by chance")
    all_different: float = threshold(0.98, "share of distinct values", "judgement: a few repeats are chance")
    times_larger: int = threshold(
        4, "cohort over file", "judgement: of a smaller cohort it is unknown which values others would have"
    )
    slack: float = threshold(
        0.08, "share of distinct values", "judgement: marks and selection change how many values are distinct"
    )
    trusted: float = threshold(
        0.9, "share of files", "judgement: in one of ten repeats come from rounding, or noise removed them"
    )
    most_nats: float = threshold(60.0, "nats", "judgement: keeps odds finite")
    least_parts: int = threshold(
        3, "distinct values", "judgement: two equally common values are any binary column"
    )
    most_parts: int = threshold(24, "distinct values", "judgement: more bins identify people by themselves")
    even: float = threshold(
        1.5,
        "largest over smallest part",
        "judgement: values heaped at a cut make quantile bins uneven; natural counts are seldom so even",
    )
    effective: int = threshold(
        150, "values", "judgement: as in column_hypotheses, a leaked subset is no random sample"
    )
    gap: float = threshold(
        0.03,
        "difference of cumulative shares",
        "judgement: marks, withdrawals and selection move a distribution by so much",
    )
    rounded: float = threshold(
        2.0, "bits", "judgement: rounding to a few values is rarer than leaving a column as it is"
    )
    cut_anyhow: float = threshold(
        8.0, "bits", "judgement: bins with cuts of any kind explain every distribution, at this price"
    )


LIMITS = _Limits()

_BITS = 2.885  # fixed: 2 / ln 2: bits per n d^2 in the bound 2 exp(-2 n d^2) (Massart 1990)


def tie_odds(present: Floats, names: Sequence[str], held: CohortColumns) -> Floats | None:
    """Return bits for each cohort column to have these sorted file values; None if ties say nothing.

    The best has 0. In one file of ten, ties are assumed to come from rounding, or to be lost in noise.
    """
    total = len(present)
    distinct, counts = np.unique(present, return_counts=True)
    # Of a small cohort it is not known which values others would have.
    if (
        total < LIMITS.least_rows
        or held.people < LIMITS.times_larger * total
        or len(distinct) >= LIMITS.all_different * total
    ):
        return None
    middle = (np.cumsum(counts) - counts / 2) / total
    seen = np.histogram(middle, LIMITS.parts, (0, 1))[0]
    misfit = np.array([_misfit(seen, total, name, held) for name in names])
    shares = np.exp(-np.minimum(misfit - misfit.min(), LIMITS.most_nats))
    odds = np.log2(LIMITS.trusted * shares / shares.sum() + (1 - LIMITS.trusted) / len(names))
    return np.asarray(odds - odds.max(), np.float64)


def is_quantile_binned(present: Floats) -> bool:
    """Tell whether sorted values are few and about equally common, as in quantile bins."""
    counts = np.unique(present, return_counts=True)[1]
    few = LIMITS.least_parts <= len(counts) <= LIMITS.most_parts and len(present) >= LIMITS.least_rows
    return bool(few and counts.max() <= LIMITS.even * max(int(counts.min()), 1))


def rounded_odds(present: Floats, names: Sequence[str], held: CohortColumns) -> dict[str, float] | None:
    """Return bits for each finer cohort column to give these sorted values when rounded to a few.

    Rounding keeps the number of people up to the midpoint between two values. None if there are too many
    values.
    """
    levels, counts = np.unique(present, return_counts=True)
    if not LIMITS.least_parts <= len(levels) <= LIMITS.most_parts or len(present) < LIMITS.least_rows:
        return None
    middles, shares = (levels[1:] + levels[:-1]) / 2, np.cumsum(counts)[:-1] / len(present)
    finer = [name for name in names if len(held.coded(name).distinct) > len(levels)]
    return {name: _as_rounded(middles, shares, name, held) for name in finer}


def _as_rounded(middles: Floats, shares: Floats, name: str, held: CohortColumns) -> float:
    coded = held.coded(name)
    before = np.concatenate([[0], np.cumsum(coded.counts)]) / max(int(coded.counts.sum()), 1)
    gap = float(np.max(np.abs(before[np.searchsorted(coded.distinct, middles)] - shares)))
    return -min(
        LIMITS.rounded + _BITS * LIMITS.effective * max(gap - LIMITS.gap, 0.0) ** 2, LIMITS.cut_anyhow
    )


def _misfit(seen: Floats, total: int, name: str, held: CohortColumns) -> float:
    """Return the log-likelihood misfit, in nats, of the numbers of distinct values, in either direction."""
    coded = held.coded(name)
    people = max(int(coded.counts.sum()), 1)
    counts = coded.counts.astype(np.float64)
    shown = -np.expm1(total * np.log1p(-np.minimum(counts / people, 1 - 1e-12)))
    place = np.minimum(
        ((np.cumsum(counts) - counts / 2) / people * LIMITS.parts).astype(np.int64), LIMITS.parts - 1
    )
    expected = np.bincount(place, shown, LIMITS.parts)
    spread = np.bincount(place, shown * (1 - shown), LIMITS.parts)
    spread = spread + 1 + (LIMITS.slack * expected) ** 2
    away = [np.sum((each - expected) ** 2 / spread) for each in (seen, seen[::-1])]
    return 0.5 * float(min(away) + np.sum(np.log(spread)))
