"""Tables of component scores: columns computed from others so that they are exactly uncorrelated.

The scores of principal components have no column of the cohort to be compared with, so nobody can be
recognised by them, and nobody can be excluded. Measured columns are never uncorrelated to the last digit.
"""

import numpy as np
import pyarrow as pa

from strongroom.matching.sampled_table import comparable_columns
from strongroom.matching.values.comparable import ValueKind
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        3, "columns", "derived: two columns are so close to uncorrelated in one table of 125, three in 10^6"
    )
    least_rows: int = threshold(30, "rows", "judgement: fewer rows of small numbers cancel by chance")
    exactly: float = threshold(
        0.01, "standard errors of a correlation", "judgement: rounding to four digits leaves less"
    )


LIMITS = _Limits()


def has_component_scores(table: pa.Table) -> bool:
    """Tell whether all numeric columns of a table, or those after the first, are exactly uncorrelated.

    A first row of numbers may be a heading.
    """
    found = comparable_columns(ComparableTable.of(table)).values()
    columns = [
        each.keys
        for each in found
        if each.kind is ValueKind.NUMBER and not np.isnan(each.keys).any() and np.ptp(each.keys) > 0
    ]
    below = [each[1:] for each in columns]
    return any(map(_uncorrelated, (columns, columns[1:], below, below[1:])))


def _uncorrelated(columns: list[np.ndarray[tuple[int], np.dtype[np.float64]]]) -> bool:
    if len(columns) < LIMITS.least_columns or len(columns[0]) < LIMITS.least_rows:
        return False
    limit = LIMITS.exactly / np.sqrt(len(columns[0]))
    # Two columns show nearly always that a table has none.
    if abs(np.corrcoef(columns[0], columns[1])[0, 1]) > limit:
        return False
    return bool(np.abs(np.corrcoef(columns) - np.eye(len(columns))).max() <= limit)
