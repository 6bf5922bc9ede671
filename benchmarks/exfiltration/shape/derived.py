"""Tables derived from row-level ones, as examples of people whose values were changed.

Scores, residuals, ranks and rescaled values of people are person-level data, but data sets are published as
recorded. So the fit is given such tables too: a few columns of numbers, combined or changed, perhaps sorted,
without the original's names and labels.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.typed_columns import Column
from strongroom.checker.table_types.typed_table import TypedTable, typed_from_texts

Floats = NDArray[np.float64]
_ROWS, _LEAST_ROWS, _LEAST_COLUMNS, _LEAST_LEVELS = 400, 20, 3, 5  # fixed: what is derived from
_LEAST_KNOWN = 0.7  # fixed: share of filled cells; the others are set to the column's mean


def derived_tables(table: TypedTable, draw: np.random.Generator) -> Iterator[tuple[str, TypedTable]]:
    """Yield each form's name and table; nothing for a table of fewer than 20 rows or 3 columns of numbers."""
    columns = [column.numbers[:_ROWS] for column in table.columns if _is_measured(column)]
    if len(columns) < _LEAST_COLUMNS or table.rows < _LEAST_ROWS:
        return
    values = np.array(columns).T
    values = np.where(np.isfinite(values), values, np.nanmean(values, axis=0))
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    standard = standard[:, draw.permutation(standard.shape[1])[: draw.integers(2, 8)]]
    for form, derive in _FORMS.items():
        yield form, _labelled(derive(standard, draw), draw)


def _is_measured(column: Column) -> bool:
    numbers = column.numbers[:_ROWS]
    known = numbers[np.isfinite(numbers)]
    return (
        column.number
        and len(known) > _LEAST_KNOWN * len(numbers)
        and len(np.unique(known)) > _LEAST_LEVELS
        and float(known.std()) > 0
    )


def _scores(standard: Floats, draw: np.random.Generator) -> Floats:
    return np.round(standard @ draw.normal(size=(standard.shape[1], draw.integers(1, 6))), 4)


def _scaled(standard: Floats, draw: np.random.Generator) -> Floats:
    width = standard.shape[1]
    return np.round(standard * 10.0 ** draw.integers(-1, 2, size=width) + draw.integers(-3, 4, size=width), 3)


def _ranks(standard: Floats, draw: np.random.Generator) -> Floats:
    del draw
    return standard.argsort(axis=0).argsort(axis=0) + 1.0


def _residuals(standard: Floats, draw: np.random.Generator) -> Floats:
    return np.round(
        np.column_stack([standard[:, 0] + draw.normal(0, 0.1, len(standard)), standard[:, -1]]), 5
    )


def _sorted(standard: Floats, draw: np.random.Generator) -> Floats:
    del draw
    return np.round(standard[standard[:, 0].argsort()], 3)


_FORMS: Mapping[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "scores": _scores,
    "scaled": _scaled,
    "ranks": _ranks,
    "residuals": _residuals,
    "sorted": _sorted,
}


def _labelled(values: Floats, draw: np.random.Generator) -> TypedTable:
    """Return numbers as a table; a quarter each have a column of row numbers and one of invented labels."""
    names = [f"V{place + 1}" for place in range(values.shape[1])]
    cells = [[f"{value:.10g}" for value in column] for column in values.T]
    first = ["row", "label", "", ""][draw.integers(4)]
    if first:
        prefix = "" if first == "row" else "item "
        names.insert(0, first)
        cells.insert(0, [f"{prefix}{place + 1}" for place in range(len(values))])
    return typed_from_texts(names, cells, Origin.TABLE)
