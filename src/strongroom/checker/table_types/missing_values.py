"""Where values are missing: results lack whole blocks and tails, people whatever nobody asked of each."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import autocorrelation, rises_or_falls
from strongroom.checker.table_types.typed_table import Column

_LEAST_GAPS = 3
_BY_CHANCE = 0.5
_SMOOTH = 0.6


def missing_here_and_there(columns: list[Column]) -> bool:
    """Tell whether two columns or more lack values here and there, each in rows where another has them.

    Columns that follow the rows do not count: curves joined by their times lack those of each other.
    """
    gaps = [
        missing
        for column in columns
        if _strewn(missing := _missing(column))
        and abs(autocorrelation(column)) < _SMOOTH
        and not rises_or_falls(column.numbers)
    ]
    return any((one & ~other).any() and (other & ~one).any() for one, other in combinations(gaps, 2))


def _missing(column: Column) -> NDArray[np.bool_]:
    """Return which cells hold nothing; a count that is withheld is there."""
    return ~column.filled & ~column.withheld


def _strewn(missing: NDArray[np.bool_]) -> bool:
    """Tell whether missing cells stand apart at least half as often as they would by chance.

    In a random order m of n cells stand in m (n - m + 1) / n runs (Wald and Wolfowitz, 1940).
    """
    many, rows = int(missing.sum()), len(missing)
    apart = int((missing[1:] & ~missing[:-1]).sum()) + int(missing[:1].sum())
    return apart >= max(_LEAST_GAPS, _BY_CHANCE * many * (rows - many + 1) / rows)
