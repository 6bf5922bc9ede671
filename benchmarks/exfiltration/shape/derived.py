"""Tables derived from row-level ones, as examples of people whose values were changed.

Scores, residuals, ranks and rescaled values of people are person-level data, but data sets are published as
recorded, and whole. So the fit is given such tables too: extracts of some rows and columns, and a few columns
of numbers, combined or changed, perhaps sorted, without the original's names and labels.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.typed_columns import Column
from strongroom.checker.table_types.typed_table import TypedTable, typed_from_texts

Floats = NDArray[np.float64]
_ROWS, _LEAST_ROWS, _LEAST_COLUMNS, _LEAST_LEVELS = 400, 20, 3, 5  # fixed: what is derived from
_DECIMALS = (1, 2, 3, 4, 6, 15)  # fixed: as programs write numbers, the last unrounded
_SIZES = (8, 12, 20, 40, 100, 400)  # fixed: rows of a derived table, as many of each
_LEAST_KNOWN = 0.7  # fixed: share of filled cells; the others are set to the column's mean


def derived_tables(table: TypedTable, draw: np.random.Generator) -> Iterator[tuple[str, TypedTable]]:
    """Yield each form's name and table: none of fewer than 20 rows, only an extract of few numbers."""
    if table.rows < _LEAST_ROWS:
        return
    yield "extract", _extract(table, draw)
    columns = [column.numbers[:_ROWS] for column in table.columns if _is_measured(column)]
    if len(columns) < _LEAST_COLUMNS:
        return
    values = np.array(columns).T
    values = np.where(np.isfinite(values), values, np.nanmean(values, axis=0))
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    standard = standard[:, draw.permutation(standard.shape[1])[: draw.integers(2, 8)]]
    for form, derive in _FORMS.items():
        some = standard[draw.permutation(len(standard))[: draw.choice(_SIZES)]]
        yield form, _labelled(derive(some, draw), draw)


def _extract(table: TypedTable, draw: np.random.Generator) -> TypedTable:
    """Return some rows in their order and up to ten columns, as recorded."""
    rows = np.sort(draw.permutation(min(table.rows, _ROWS))[: draw.choice(_SIZES)]).tolist()
    chosen = np.sort(draw.permutation(len(table.columns))[: draw.integers(2, 11)]).tolist()
    columns = [table.columns[place] for place in chosen]
    cells = [[column.texts[row] for row in rows] for column in columns]
    return typed_from_texts([column.name for column in columns], cells, Origin.TABLE)


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
    return standard @ draw.normal(size=(standard.shape[1], draw.integers(1, 11)))


def _scaled(standard: Floats, draw: np.random.Generator) -> Floats:
    width = standard.shape[1]
    return standard * 10.0 ** draw.integers(-1, 2, size=width) + draw.integers(-3, 4, size=width)


def _ranks(standard: Floats, draw: np.random.Generator) -> Floats:
    del draw
    return standard.argsort(axis=0).argsort(axis=0) + 1.0


def _residuals(standard: Floats, draw: np.random.Generator) -> Floats:
    return np.column_stack([standard[:, 0] + draw.normal(0, 0.1, len(standard)), standard[:, -1]])


def _sorted(standard: Floats, draw: np.random.Generator) -> Floats:
    del draw
    return standard[standard[:, 0].argsort()]


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
    decimals = int(draw.choice(_DECIMALS))
    cells = [[str(round(float(value), decimals)) for value in column] for column in values.T]
    first = ["row", "label", "", ""][draw.integers(4)]
    if first:
        prefix = "" if first == "row" else "item "
        names.insert(0, first)
        cells.insert(0, [f"{prefix}{place + 1}" for place in range(len(values))])
    return typed_from_texts(names, cells, Origin.TABLE)
