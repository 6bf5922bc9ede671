"""Matrices, lists of codes, and short tables of a few values for each named thing."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.row_order import counter, identifier_like
from strongroom.checker.table_types.typed_table import ColumnKind, TypedTable
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        300,
        "rows",
        "judgement: regions, studies and predictors are fewer; longer lists of names with values are of"
        " people",
    )
    most_values: int = threshold(
        4,
        "columns",
        "judgement: more columns of values for each name are a record",
    )
    most_whole: int = threshold(
        3,
        "columns",
        "judgement: code lists carry a level, an order and a count; more whole numbers are answers",
    )
    most_texts: int = threshold(
        6,
        "columns of text to one that describes",
        "judgement: with more the descriptions are free text in a table of records",
    )
    least_rows: int = threshold(
        3,
        "rows, and columns of a matrix",
        "judgement: two rows are symmetric, or different, by chance",
    )
    most_matrix: int = threshold(
        5_000,
        "columns",
        "cost: a matrix is compared with its mirror image, 200 MB for as many",
    )


LIMITS = _Limits()


def recognise_matrix(typed: TypedTable) -> Recognised:
    """Recognise a symmetric matrix (correlation, covariance, LD, distance), with or without its names."""
    if typed.total_columns > len(typed.columns):
        return NOTHING
    values = [column for column in typed.numbers if not counter(column)]
    if len(values) < LIMITS.least_rows or len(values) != typed.rows or len(typed.columns) - len(values) > 1:
        return NOTHING
    if not _is_symmetric(np.column_stack([column.numbers for column in values])):
        return NOTHING
    return Recognised(RecognisedType.MATRIX, 0.95, dict.fromkeys(range(len(typed.columns)), Role.VALUE))


def is_large_matrix(found: FoundTable) -> bool:
    """Return whether a table wider than the columns read is a symmetric matrix."""
    table = found.table
    numbers = [
        column
        for column in table.columns
        if pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
    ]
    names = table.num_columns - len(numbers)
    if (
        found.rows is not None
        or names > 1
        or len(numbers) != table.num_rows
        or len(numbers) > LIMITS.most_matrix
    ):
        return False
    return _is_symmetric(np.column_stack([column.cast(pa.float64()).to_numpy() for column in numbers]))


def _is_symmetric(cells: NDArray[np.float64]) -> bool:
    """Return whether a square of numbers is its own mirror image, or half of one, with a level diagonal."""
    both = np.isfinite(cells) & np.isfinite(cells.T)
    triangular = not np.isfinite(np.tril(cells, -1)).any() or not np.isfinite(np.triu(cells, 1)).any()
    diagonal = np.diag(cells)
    symmetric = both.any() and np.allclose(cells[both], cells.T[both], rtol=1e-3, atol=1e-6)
    level = np.allclose(diagonal, diagonal[0]) or bool(
        (diagonal >= np.abs(np.nan_to_num(cells)).max(axis=1) * 0.5).all()
    )
    return bool((symmetric or triangular) and level) or bool(symmetric and _of_covariances(cells))


def _of_covariances(cells: NDArray[np.float64]) -> bool:
    """Return whether no covariance exceeds what its two variances allow (Cauchy and Schwarz)."""
    variances = np.diag(cells)
    if not np.isfinite(cells).all() or variances.min() <= 0:
        return False
    return bool(np.all(np.abs(cells) <= np.sqrt(np.outer(variances, variances)) * (1 + 1e-6)))


def recognise_list(typed: TypedTable) -> Recognised:
    """Recognise code lists and descriptions: distinct words, hardly a number."""
    texts = [place for place, column in enumerate(typed.columns) if column.kind is ColumnKind.TEXT]
    described = [
        place
        for place in texts
        if typed.columns[place].wordy > 0.7 and typed.columns[place].distinct > 0.5 * typed.rows  # noqa: PLR2004 - most
    ]
    values = [column for column in typed.numbers if not counter(column) and not column.whole]
    integers = [column for column in typed.numbers if not counter(column) and column.whole]
    dates = [column for column in typed.columns if column.kind is ColumnKind.DATE]
    if (
        not described
        or typed.rows < LIMITS.least_rows
        or values
        or dates
        or len(integers) > LIMITS.most_whole
    ):
        return NOTHING
    if len(texts) > LIMITS.most_texts * len(described):
        return NOTHING
    return Recognised(RecognisedType.CODE_LIST, 0.8, dict.fromkeys(range(len(typed.columns)), Role.LABEL))


def recognise_named(typed: TypedTable) -> Recognised:
    """Recognise a short table of values for named things: importances, studies, regions."""
    labels = [
        place
        for place, column in enumerate(typed.columns)
        if column.kind is ColumnKind.TEXT and column.wordy > 0.6 and not identifier_like(column)  # noqa: PLR2004
    ]
    distinct = [place for place in labels if typed.columns[place].distinct >= 0.95 * typed.rows]
    values = [
        place for place, column in enumerate(typed.columns) if place not in labels and not counter(column)
    ]
    if not distinct or typed.total_rows > LIMITS.most_rows or len(values) > LIMITS.most_values:
        return NOTHING
    roles = dict.fromkeys(labels, Role.LABEL) | dict.fromkeys(values, Role.VALUE)
    return Recognised(RecognisedType.NAMED_VALUES, 0.7, roles)


def recognise_model(typed: TypedTable) -> Recognised:
    """Recognise the arrays of a model by where they were found; other checks cover the content of models."""
    if typed.origin is not Origin.MODEL:
        return NOTHING
    return Recognised(RecognisedType.MODEL, 0.7, dict.fromkeys(range(len(typed.columns)), Role.VALUE))
