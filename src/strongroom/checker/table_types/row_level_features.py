"""Measures of a table that tell one row per person from results, for `row_level_model`.

None depends on how a column's name is spelt or on a participant's value. They say how rows are laid out
(sorted, crossed, labelled), how cells are written (decimals, missing) and how columns relate. A column that
only counts the rows is ignored: whatever wrote the file may have added it.
At most `LIMITS.rows` neighbouring rows and `LIMITS.columns` columns are read.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.typed_columns import Column, ColumnKind
from strongroom.checker.table_types.typed_table import TypedTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rows: int = threshold(1_000, "rows", "cost: the first rows, kept neighbours; more do not sharpen a share")
    columns: int = threshold(40, "columns", "cost: columns of a wide table that are read")
    levels: int = threshold(
        20,
        "values",
        "judgement: a column with fewer values is a category, measured by repeats and not by ranks",
    )


LIMITS = _Limits()
Floats = NDArray[np.float64]


class _Read:
    """The columns of a table that hold values, cut to the rows and columns that are read."""

    def __init__(self, table: TypedTable) -> None:
        """Sort the columns by what can be measured of them."""
        self.rows = min(table.rows, LIMITS.rows)
        self.total_rows = table.total_rows
        self.total_columns = table.total_columns
        self.columns = [
            column
            for column in table.columns[: LIMITS.columns]
            if column.filled[: self.rows].any() and not _counts(column.numbers[: self.rows])
        ]
        most = min(LIMITS.levels, max(2, self.rows // 3))
        self.codes = [column.codes[: self.rows] for column in self.columns]
        self.levels = [len(np.unique(codes[codes >= 0])) for codes in self.codes]
        self.few = [
            codes for codes, levels in zip(self.codes, self.levels, strict=True) if 1 < levels <= most
        ]
        self.many = [
            column.numbers[: self.rows]
            for column, levels in zip(self.columns, self.levels, strict=True)
            if column.kind is ColumnKind.NUMBER and levels > most
        ]
        self.numbers = [column.numbers[: self.rows] for column in self.columns if column.number]
        self.decimals = [
            digits
            for column in self.columns
            if column.number and (digits := _decimals(_written(column, self.rows))).size and digits.max() > 0
        ]

    def share(self, found: Sequence[object]) -> float:
        """Return how large a part of the columns these are."""
        return len(found) / max(1, len(self.columns))

    def kind(self, test: Callable[[Column], bool]) -> float:
        """Return the share of columns that pass a test."""
        return self.share([column for column in self.columns if test(column)])


def row_level_features(table: TypedTable) -> dict[str, float]:
    """Return the measures by name, each finite; {} for a table of fewer than two rows or without values."""
    read = _Read(table)
    if read.rows < 2 or not read.columns:  # noqa: PLR2004 - two rows, or there is no order
        return {}
    return _size(read) | _cells(read) | _layout(read) | _relations(read)


def _size(read: _Read) -> dict[str, float]:
    return {
        "rows (log10)": float(np.log10(max(1, read.total_rows))),
        "columns (log10)": float(np.log10(max(1, read.total_columns))),
        "columns of numbers": read.kind(lambda column: column.number),
        "columns of words": read.kind(lambda column: column.kind is ColumnKind.TEXT and column.wordy > 0.5),  # noqa: PLR2004
        "columns of dates": read.kind(lambda column: column.kind is ColumnKind.DATE),
        "columns of few values": read.share(read.few),
        "columns of one value": read.share([one for one in read.levels if one == 1]),
        "two-valued columns": read.share([one for one in read.levels if one == 2]),  # noqa: PLR2004
    }


def _cells(read: _Read) -> dict[str, float]:
    missing = [1 - float(column.filled[: read.rows].mean()) for column in read.columns]
    return {
        "missing cells": float(np.mean(missing)),
        "columns partly missing": read.share([one for one in missing if 0 < one < 1]),
        "columns with decimals": read.share(read.decimals),
        "decimals": _mean([float(np.median(digits)) for digits in read.decimals]),
        "decimals vary": _mean([float(np.std(digits)) for digits in read.decimals]),
        "distinct values": _mean([levels / read.rows for levels in read.levels]),
        "fractions between 0 and 1": read.share([one for one in read.many if _within_one(one)]),
        "values of both signs": read.share([one for one in read.many if _both_signs(one)]),
        "magnitudes in a column": _mean([_span(one) for one in read.many]),
    }


def _layout(read: _Read) -> dict[str, float]:
    words = [
        codes
        for column, codes in zip(read.columns, read.codes, strict=True)
        if column.kind is not ColumnKind.NUMBER
    ]
    return {
        "neighbours alike": _mean([_neighbours(one) for one in read.many]),
        "sorted columns": read.share([one for one in read.codes if _sorted(one)]),
        "repeats of categories": _mean([_repeats(codes) for codes in read.few]),
        "uneven categories": _mean([_uneven(codes) for codes in read.few]),
        "rows named apart": _distinct_rows(words),
        "crossed categories": _crossed(read.few),
        "first column names rows": float(
            read.levels[0] >= read.rows and read.columns[0].kind is ColumnKind.TEXT
        ),
    }


def _relations(read: _Read) -> dict[str, float]:
    pairs = list(pairwise(read.numbers))
    typical = [float(np.nanmedian(np.abs(one))) for one in read.numbers if np.isfinite(one).any()]
    return {
        "columns in order": sum(_ordered(*pair) for pair in pairs) / max(1, len(pairs)),
        "columns correlated": _mean([_correlation(*pair) for pair in pairwise(read.many)]),
        "magnitudes between columns": float(np.std(np.log10(1e-6 + np.asarray(typical)))) if typical else 0.0,
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _written(column: Column, rows: int) -> Sequence[str]:
    """Return a column's first cells as text; a number from a binary format has no text of its own."""
    if any(column.texts[:rows]):
        return column.texts[:rows]
    return [repr(float(number)) for number in column.numbers[:rows] if np.isfinite(number)]


def _decimals(texts: Sequence[str]) -> Floats:
    """Return how many digits follow the point in each cell that is written without an exponent."""
    cells = [cell.strip().rstrip("%") for cell in texts]
    return np.array(
        [len(cell.partition(".")[2]) for cell in cells if cell and "e" not in cell.lower()], np.float64
    )


def _within_one(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size) and bool(known.min() >= 0 and known.max() <= 1)


def _both_signs(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size) and bool(known.min() < 0 < known.max())


def _span(values: Floats) -> float:
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if sizes.size < 3:  # noqa: PLR2004 - two quantiles need a third value between them
        return 0.0
    low, high = np.quantile(np.log10(np.clip(sizes, 1e-300, 1e300)), [0.05, 0.95])
    return float(min(high - low, 20.0))


def _neighbours(values: Floats) -> float:
    """Return the rank correlation of each value with the one below it."""
    known = values[np.isfinite(values)]
    ranks = np.unique(known, return_inverse=True)[1].astype(np.float64)
    return _correlation(ranks[:-1], ranks[1:])


def _correlation(one: Floats, other: Floats) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    one, other = one[both], other[both]
    if one.size < 3 or not (np.ptp(one) and np.ptp(other)):  # noqa: PLR2004 - two points always correlate
        return 0.0
    with np.errstate(all="ignore"):
        found = abs(float(np.corrcoef(one, other)[0, 1]))
    return found if np.isfinite(found) else 0.0


def _sorted(codes: NDArray[np.int64]) -> bool:
    steps = np.diff(codes[codes >= 0])
    return bool(steps.size) and bool(steps.any()) and bool((steps >= 0).all() or (steps <= 0).all())


def _repeats(codes: NDArray[np.int64]) -> float:
    """Return how much more often neighbours are equal than in shuffled rows, from -1 to 1."""
    known = codes[codes >= 0]
    if known.size < 3:  # noqa: PLR2004 - one pair of neighbours is no order
        return 0.0
    shares = np.unique(known, return_counts=True)[1] / known.size
    return float(np.mean(known[1:] == known[:-1]) - np.sum(shares**2))


def _uneven(codes: NDArray[np.int64]) -> float:
    """Return the coefficient of variation of the categories' counts: 0 in a design."""
    counts = np.unique(codes[codes >= 0], return_counts=True)[1]
    return float(np.std(counts) / np.mean(counts))


def _distinct_rows(columns: Sequence[NDArray[np.int64]]) -> float:
    if not columns:
        return 0.0
    return len(np.unique(np.column_stack(columns), axis=0)) / len(columns[0])


def _crossed(few: Sequence[NDArray[np.int64]]) -> float:
    """Return how many of the combinations of neighbouring categories occur, on average over pairs."""
    found = []
    for one, other in pairwise(few):
        possible = len(np.unique(one)) * len(np.unique(other))
        found.append(len(np.unique(np.column_stack([one, other]), axis=0)) / possible)
    return _mean(found)


def _counts(values: Floats) -> bool:
    """Return whether a column numbers the rows: 1, 2, 3 and so on."""
    return bool(values.size > 2 and np.all(np.diff(values) == 1))  # noqa: PLR2004 - 1, 2 is no count yet


def _ordered(one: Floats, other: Floats) -> bool:
    both = np.isfinite(one) & np.isfinite(other)
    gaps = (other - one)[both]
    return bool(gaps.size > 1 and gaps.any()) and bool((gaps >= 0).all() or (gaps <= 0).all())
