"""Columns that contain ranks of the rows: the same even steps, each in a different order.

Ranks and quantiles still show each person's position among the others.
"""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import autocorrelation
from strongroom.checker.table_types.typed_table import Column, TypedTable
from strongroom.checker.table_types.unlabelled_rows import labelled_by_others
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        3,
        "columns",
        "judgement: two columns that are permutations of each other may be an order and its inverse",
    )
    least_rows: int = threshold(
        6,
        "rows",
        "judgement: of five rows three columns are permutations of each other now and then: small "
        "counts, answers, designs",
    )
    most_misplaced: float = threshold(
        0.25,
        "steps between ranks",
        "judgement: rounded ranks are off by less than a quarter of a step; measured values by more",
    )
    least_distinct: float = threshold(
        0.8,
        "share of filled cells",
        "judgement: columns with more ties are ratings or counts, not ranks",
    )
    least_filled: float = threshold(
        0.5,
        "share of rows",
        "judgement: ranks of fewer rows are of a subgroup and cannot be compared",
    )
    least_correlation: float = threshold(
        0.9,
        "Spearman correlation",
        "judgement: columns that rise together, or with the rows, are one axis written twice",
    )
    most_ends_apart: int = threshold(
        2,
        "steps between ranks",
        "judgement: ties and missing cells leave as much between the ends of two columns",
    )


LIMITS = _Limits()


Scale = tuple[float, float, float]


def ranks_of_rows(typed: TypedTable) -> bool:
    """Return whether three columns or more contain ranks of the unlabelled rows, in different orders."""
    if not LIMITS.least_rows <= typed.rows == typed.total_rows:
        return False
    scales = [(column, _scale(column)) for column in typed.numbers]
    ranks = [(column, scale) for column, scale in scales if scale is not None]
    if len(ranks) < LIMITS.least_columns:
        return False
    _, reference = max(ranks, key=lambda each: len(each[0].values))
    alike = [column for column, scale in ranks if _same(scale, reference)]
    return len(_uncorrelated(alike)) >= LIMITS.least_columns and not labelled_by_others(typed, alike)


def _scale(column: Column) -> Scale | None:
    """Return the first, the last and the step of a column that is evenly spaced but for ties, else None."""
    values, counts = np.unique(column.values, return_counts=True)
    filled = int(counts.sum())
    if (
        filled < max(LIMITS.least_rows, LIMITS.least_filled * len(column.numbers))
        or len(values) < LIMITS.least_distinct * filled
    ):
        return None
    last = np.cumsum(counts)
    # Tied ones get the lowest, the highest or the mean of their ranks, or share one place.
    for places in (last - counts, last, last - counts / 2, np.arange(len(values))):
        step = _step(values, places.astype(np.float64))
        if step:
            return float(values[0]), float(values[-1]), step
    return None


def _step(values: NDArray[np.float64], places: NDArray[np.float64]) -> float:
    """Return the step between values at successive ranks, 0 if there is no constant step."""
    step = float((values[-1] - values[0]) / (places[-1] - places[0]))
    wrong = np.abs(values - values[0] - step * (places - places[0]))
    return step if float(wrong.max()) <= LIMITS.most_misplaced * step else 0.0


def _same(one: Scale, other: Scale) -> bool:
    """Return whether two begin alike, and end alike or go on in the same steps.

    Where values are missing fewer are ranked: ranks end earlier, quantiles go in larger steps.
    """
    step = max(one[2], other[2])
    if abs(one[0] - other[0]) > step:
        return False
    return (
        abs(one[1] - other[1]) <= LIMITS.most_ends_apart * step
        or abs(one[2] - other[2]) <= LIMITS.most_misplaced * step
    )


def _uncorrelated(columns: list[Column]) -> list[Column]:
    """Return columns that are uncorrelated with each other; at most one is ordered by row."""
    kept: list[Column] = []
    for column in columns:
        ordered = abs(autocorrelation(column)) >= LIMITS.least_correlation
        if ordered and any(abs(autocorrelation(each)) >= LIMITS.least_correlation for each in kept):
            continue
        if not any(_correlated(column, each) for each in kept):
            kept.append(column)
    return kept


def _correlated(one: Column, other: Column) -> bool:
    """Return whether two columns of ranks are correlated (Spearman, 1904)."""
    both = one.filled & other.filled
    first, second = one.numbers[both], other.numbers[both]
    if len(first) < LIMITS.least_rows or not np.ptp(first) or not np.ptp(second):
        return True
    return abs(float(np.corrcoef(first, second)[0, 1])) >= LIMITS.least_correlation
