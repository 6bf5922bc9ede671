"""A table that is safe to publish, after suppression, rounding or perturbation."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import InputTable, Numbers

_TOTAL = "total"


@dataclass(frozen=True)
class SafeTable:
    """Publishable counts, nan where suppressed: shape (rows, columns), and their totals, if any.

    `secondary` tells which cells were suppressed only to protect others.
    """

    given: InputTable
    cells: Numbers
    row_totals: Numbers | None
    column_totals: Numbers | None
    secondary: NDArray[np.bool_]

    @property
    def hidden(self) -> NDArray[np.bool_]:
        """Which cells are suppressed."""
        return np.isnan(self.cells)

    def to_arrow(self) -> Any:
        """Return a pyarrow table: labels, counts, and totals as a last column and row named 'total'."""
        import pyarrow as pa  # noqa: PLC0415 - arrays need none of it

        names = list(self.given.names) or [f"column {place + 1}" for place in range(self.cells.shape[1])]
        counts = {name: self.cells[:, place] for place, name in enumerate(names)}
        if self.row_totals is not None:
            counts[_TOTAL] = self.row_totals
        labels = {
            name: [label[place] for label in self.given.labels]
            for place, name in enumerate(self.given.label_names)
        }
        if self.column_totals is not None:
            last = [*self.column_totals, *([np.nan] if self.row_totals is not None else [])]
            counts = {
                name: np.append(column, each)
                for (name, column), each in zip(counts.items(), last, strict=True)
            }
            labels = {name: [*column, _TOTAL] for name, column in labels.items()}
        whole = {name: pa.array(column, from_pandas=True) for name, column in counts.items()}
        return pa.table({**labels, **whole})
