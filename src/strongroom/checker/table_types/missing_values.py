"""Where values are missing: results lack whole blocks and tails, person-level data single cells."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import autocorrelation, rises_or_falls
from strongroom.checker.table_types.typed_table import Column
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_gaps: int = threshold(
        3,
        "runs of missing cells",
        "judgement: one or two gaps are a missing block or tail, as results have",
    )
    least_share_of_chance: float = threshold(
        0.5,
        "share of the runs expected by chance",
        "judgement: half of it leaves room for people sorted by one of their values; blocks have far "
        "fewer runs",
    )
    most_autocorrelation: float = threshold(
        0.6,
        "rank correlation of neighbours",
        "judgement: columns above are curves, which lack values where another curve has its times",
    )


LIMITS = _Limits()


def has_scattered_gaps(columns: list[Column]) -> bool:
    """Return whether two columns or more have scattered gaps, each in rows where another has values.

    Columns ordered by row do not count: curves joined by time lack each other's times.
    """
    gaps = [
        missing
        for column in columns
        if _scattered(missing := _missing(column))
        and abs(autocorrelation(column)) < LIMITS.most_autocorrelation
        and not rises_or_falls(column.numbers)
    ]
    return any((one & ~other).any() and (other & ~one).any() for one, other in combinations(gaps, 2))


def _missing(column: Column) -> NDArray[np.bool_]:
    """Return which cells are empty; a suppressed count is not empty."""
    return ~column.filled & ~column.withheld


def _scattered(missing: NDArray[np.bool_]) -> bool:
    """Return whether missing cells form at least half as many runs as they would by chance.

    In a random order m of n cells form m (n - m + 1) / n runs (Wald and Wolfowitz, 1940).
    """
    many, rows = int(missing.sum()), len(missing)
    apart = int((missing[1:] & ~missing[:-1]).sum()) + int(missing[:1].sum())
    return apart >= max(LIMITS.least_gaps, LIMITS.least_share_of_chance * many * (rows - many + 1) / rows)
