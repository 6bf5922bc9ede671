"""Separates the cells of a table of counts from its totals, which are found by their names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.typed_table import Column, TypedTable

_TOTAL = re.compile(r"\b(total|all|overall|sum|any|margin)\b", re.IGNORECASE)

Cells = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class CountsWithTotals:
    """Cells of shape (rows, columns), nan where there is no count, which are withheld, and their totals."""

    cells: Cells
    withheld: NDArray[np.bool_]
    row_totals: Cells | None
    column_totals: Cells | None

    def adds_up(self) -> bool:
        """Return whether the named totals are correct where nothing is suppressed, and never too small."""
        filled = np.nan_to_num(self.cells)
        for axis, totals in ((1, self.row_totals), (0, self.column_totals)):
            if totals is None:
                continue
            sums, full = filled.sum(axis=axis), ~self.withheld.any(axis=axis)
            known = np.isfinite(totals)
            if not np.all(sums[known] <= totals[known]):
                return False
            if not np.allclose(sums[known & full], totals[known & full]):
                return False
        return True


def with_totals(typed: TypedTable, counts: Sequence[Column]) -> CountsWithTotals | None:
    """Separate columns of counts from their total; None if there are several totals, or no other column."""
    across = [place for place, column in enumerate(counts) if _TOTAL.search(column.name)]
    down = [row for row in range(typed.rows) if _is_total_row(typed, row)]
    inside = [place for place in range(len(counts)) if place not in across]
    body = [row for row in range(typed.rows) if row not in down]
    if len(across) > 1 or len(down) > 1 or not body or not inside:
        return None
    cells = np.column_stack([column.numbers for column in counts])
    withheld = np.column_stack([column.withheld for column in counts])
    return CountsWithTotals(
        cells[np.ix_(body, inside)],
        withheld[np.ix_(body, inside)],
        cells[body, across[0]] if across else None,
        cells[down[0], inside] if down else None,
    )


def _is_total_row(typed: TypedTable, row: int) -> bool:
    return any(not column.number and bool(_TOTAL.search(column.texts[row])) for column in typed.columns[:2])
