"""A column read as values: numbers where its cells are numbers, in any notation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.checker.table_types.cell_values import (
    days,
    is_date,
    is_missing,
    is_percentage,
    is_withheld,
    number,
    parts,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_numeric: float = threshold(
        0.9,
        "share of filled cells",
        "judgement: columns of numbers contain notes and units in a few cells; codes that are partly "
        "numbers have more",
    )
    most_dates_tried: int = threshold(
        40,
        "cells",
        "cost: a column whose first cells are dates is one of dates",
    )
    most_words_tried: int = threshold(400, "cells", "cost: how wordy a column is shows in its first cells")
    least_compound: float = threshold(
        0.6,
        "share of filled cells",
        'judgement: cells such as "34 (12.5 %)" stand among headings and blanks, which are fewer',
    )


LIMITS = _Limits()


_WORD = re.compile(r"[A-Za-z]{3,}")
_TRIPLE = 3  # fixed: an estimate and its two bounds


class ColumnKind(Enum):
    """The type of a column's cells, read as values."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    EMPTY = "empty"


@dataclass(frozen=True, eq=False, repr=False)
class Column:
    """One column of a table: `numbers` and `texts` have shape (rows,); a number that is missing is nan.

    `numbers` counts days for dates and is all nan for text; `withheld` flags suppressed counts.
    """

    name: str
    kind: ColumnKind
    numbers: NDArray[np.float64]
    texts: Sequence[str]
    withheld: NDArray[np.bool_]
    percent: bool = False

    @cached_property
    def filled(self) -> NDArray[np.bool_]:
        """Which cells have a value."""
        if self.kind is ColumnKind.TEXT:
            return np.array([not is_missing(cell) for cell in self.texts], bool)
        return np.isfinite(self.numbers)

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """The cells as whole numbers, equal where the cells are equal, -1 where missing."""
        if self.kind is ColumnKind.TEXT:
            _, codes = np.unique(np.asarray(self.texts, object).astype(str), return_inverse=True)
        else:
            _, codes = np.unique(self.numbers, return_inverse=True)
        return np.where(self.filled, codes, -1).astype(np.int64)

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(np.unique(self.codes[self.filled]))

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The numbers that are there."""
        return self.numbers[np.isfinite(self.numbers)]

    @cached_property
    def whole(self) -> bool:
        """Whether all its numbers are whole."""
        return bool(len(self.values)) and bool(np.all(self.values == np.floor(self.values)))

    @cached_property
    def wordy(self) -> float:
        """The share of its first cells that are words of a language rather than codes or hashes."""
        cells = [cell for cell in self.texts[: LIMITS.most_words_tried] if cell.strip()]
        return sum(map(_letters, cells)) / len(cells) if cells else 0.0

    @property
    def number(self) -> bool:
        """Whether it is a column of numbers."""
        return self.kind is ColumnKind.NUMBER


def _letters(cell: str) -> bool:
    """Return whether a cell is mostly letters; an identifier mixes in digits."""
    return bool(_WORD.search(cell)) and sum(map(str.isdigit, cell)) <= 0.3 * len(cell)


def typed_column(name: str, column: pa.ChunkedArray, texts: Sequence[str]) -> Column:
    """Return an Arrow column read as values; `texts` are its cells as text."""
    kind = column.type
    none = np.zeros(len(column), bool)
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        numbers = np.asarray(pc.cast(column, pa.float64(), safe=False).to_numpy(), np.float64)
        numbers = np.where(np.isinf(numbers), np.nan, numbers)
        known = ColumnKind.NUMBER if np.isfinite(numbers).any() else ColumnKind.EMPTY
        return Column(name, known, numbers, texts, none)
    if pa.types.is_temporal(kind) and not pa.types.is_time(kind) and not pa.types.is_duration(kind):
        stamps = pc.cast(column, pa.timestamp("s"), safe=False)
        days = np.asarray(pc.cast(stamps, pa.int64()).cast(pa.float64()).to_numpy(), np.float64) / 86_400
        return Column(name, ColumnKind.DATE, days, texts, none)
    return column_of_texts(name, texts)


def column_of_texts(name: str, texts: Sequence[str]) -> Column:
    """Read a column of texts: numbers or dates where nearly all its cells are."""
    parsed = [number(cell) for cell in texts]
    withheld = np.array([is_withheld(cell) for cell in texts], bool)
    present = np.array([not is_missing(cell) for cell in texts], bool) & ~withheld
    if not present.any() and not withheld.any():
        return Column(name, ColumnKind.EMPTY, np.full(len(texts), np.nan), texts, withheld)
    numbers = np.array([np.nan if each is None else each for each in parsed], np.float64)
    numbers[withheld] = np.nan
    percent = sum(map(is_percentage, texts)) * 2 > len(texts)
    if (
        np.isfinite(numbers[present]).sum() >= LIMITS.least_numeric * max(int(present.sum()), 1)
        and present.any()
    ):
        return Column(name, ColumnKind.NUMBER, numbers, texts, withheld, percent)
    head = [cell for cell, there in zip(texts, present, strict=True) if there][: LIMITS.most_dates_tried]
    if head and all(map(is_date, head)):
        stamps = np.array([days(cell) for cell in texts], np.float64)
        return Column(name, ColumnKind.DATE, stamps, texts, withheld)
    return Column(name, ColumnKind.TEXT, np.full(len(texts), np.nan), texts, withheld)


def split(column: Column) -> list[Column]:
    """Return the parts of cells such as "1.10 (0.98, 1.21)" or "34 (12.5%)" as columns, or the column."""
    if column.kind is not ColumnKind.TEXT:
        return [column]
    found = [parts(cell) for cell in column.texts]
    filled = int(column.filled.sum() - (column.withheld & column.filled).sum())
    if sum(map(bool, found)) < max(2, LIMITS.least_compound * filled):
        return [column]
    width = max(map(len, found))
    names = (
        [column.name, f"{column.name} lower", f"{column.name} upper"]
        if width == _TRIPLE
        else [column.name, f"{column.name} in brackets"]
    )
    pieces = [
        [
            (each[place] if place < len(each) else "") if each else cell
            for each, cell in zip(found, column.texts, strict=True)
        ]
        for place in range(width)
    ]
    return [column_of_texts(name, piece) for name, piece in zip(names, pieces, strict=True)]
