"""Cells that encode numbers in a small private alphabet: a few symbols or words in varying order.

Ten digits, a point and a sign need no more. Names and words use more symbols, categories repeat, and genotype
calls have four letters. The code is unknown, so the cells cannot be compared with participants: they are sent
for manual review.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(2_000, "rows", "cost: a code is visible in the first rows")
    least_cells: int = threshold(5, "cells", "judgement: fewer cells are labels")
    least_coded_cells: int = threshold(20, "cells", "judgement: fewer cells cannot contain a person's record")
    least_signs: int = threshold(6, "symbols", "judgement: fewer symbols are categories")
    most_signs: int = threshold(13, "symbols", "derived: ten digits, a point, a sign and one more")
    least_length: float = threshold(3.0, "symbols per cell", "judgement: shorter cells are categories")
    different: float = threshold(
        0.7,
        "share of cells",
        "judgement: by trial on the benchmark: values of a measurement mostly differ, categories repeat",
    )
    shared_length: float = threshold(
        1.5,
        "symbols per cell",
        "judgement: columns that share one alphabet may be shorter: ages have two digits",
    )
    shared_different: float = threshold(
        0.5, "share of cells", "judgement: columns that share one alphabet may repeat more: ages do"
    )
    many: int = threshold(
        30,
        "different cells",
        "judgement: this many different cells of so few symbols are numbers; categories are fewer",
    )
    words: float = threshold(
        2.5, "words per cell", "judgement: from here on words represent digits, below it letters"
    )


LIMITS = _Limits()


_BASES = frozenset("ACGTUNacgtun-/|,.*")


@dataclass(frozen=True)
class _Column:
    """The symbols of a text column: letters, or words where cells have several."""

    cells: int
    different: int
    length: float
    signs: frozenset[str]
    in_words: bool

    def says(self, length: float, different: float) -> bool:
        return self.length >= length and self.different >= min(different * self.cells, LIMITS.many)


def is_coded(table: pa.Table) -> bool:
    """Return whether columns of a table, of at least twenty cells in all, are coded this way."""
    columns = [
        found
        for column in table.slice(0, LIMITS.most_rows).columns
        if pa.types.is_string(column.type)
        for found in _read([cell.strip() for cell in column.to_pylist() if cell and cell.strip()])
    ]
    alone = [
        each
        for each in columns
        if each.says(LIMITS.least_length, LIMITS.different) and len(each.signs) >= LIMITS.least_signs
    ]
    shared = [each for each in columns if each.says(LIMITS.shared_length, LIMITS.shared_different)]
    words = [each for each in shared if each.in_words]
    letters = [each for each in shared if not each.in_words]
    return _cells_in(alone) >= LIMITS.least_coded_cells or _share_signs(words) or _share_signs(letters)


def _share_signs(columns: Sequence[_Column]) -> bool:
    signs = frozenset[str]().union(*(each.signs for each in columns))
    few = LIMITS.least_signs <= len(signs) <= LIMITS.most_signs and not signs <= _BASES
    return few and len(columns) > 1 and _cells_in(columns) >= LIMITS.least_coded_cells


def _cells_in(columns: Sequence[_Column]) -> int:
    return sum(each.cells for each in columns)


def _read(cells: Sequence[str]) -> Iterator[_Column]:
    """Yield a column's symbols if they are few and include no digit."""
    if len(cells) < LIMITS.least_cells or any(letter.isdigit() for cell in cells for letter in cell):
        return
    words = [cell.split() for cell in cells]
    in_words = _spells_in(words)
    symbols = words if in_words else [list(cell) for cell in cells]
    signs = frozenset(sign for cell in symbols for sign in cell)
    if len(signs) <= LIMITS.most_signs and not signs <= _BASES:
        yield _Column(len(cells), len(set(cells)), sum(map(len, symbols)) / len(cells), signs, in_words)


def _spells_in(words: Sequence[Sequence[str]]) -> bool:
    """Return whether words represent digits: many per cell, or several of a very small vocabulary."""
    length = sum(map(len, words)) / len(words)
    few = len({word for cell in words for word in cell}) <= LIMITS.most_signs
    return length >= LIMITS.words or (few and length >= LIMITS.shared_length)
