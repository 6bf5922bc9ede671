"""Square tables of distances between rows: from these, and a few known people, everybody's values follow."""

import numpy as np

from strongroom.checker.table_types.typed_table import TypedTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tolerance: float = threshold(
        1e-6, "share of the largest distance", "judgement: programs write both halves with equal digits"
    )
    most_zeros: float = threshold(
        0.5, "share of cells", "judgement: with more it is a network, not distances"
    )


LIMITS = _Limits()


def pairwise_distances(typed: TypedTable) -> bool:
    """Tell whether a table's last columns are a symmetric matrix with zeros on its diagonal alone.

    Correlations have ones there; the variables of a model, its variances.
    """
    numbers = typed.columns[-typed.rows :] if typed.rows > 1 else ()
    if len(numbers) < typed.rows or typed.rows < typed.total_rows or not all(each.number for each in numbers):
        return False
    cells = np.column_stack([each.numbers for each in numbers])
    largest = float(np.nanmax(cells, initial=0.0))
    within = LIMITS.tolerance * largest
    symmetric = bool(np.allclose(cells, cells.T, rtol=0, atol=within))
    zero = np.abs(cells) <= within
    return symmetric and bool(zero.diagonal().all()) and float(zero.mean()) <= LIMITS.most_zeros
