"""Cells that spell numbers in letters of their own: a few signs, or a few words, in ever other orders.

Ten digits, a point and a sign need no more. Names and words of a language have more signs, categories
come again, and calls of genotypes have four letters. Which sign is which digit is not known, so nobody can be
compared; a person has to look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

_MOST_ROWS = 2_000
_LEAST_CELLS, _LEAST_HELD = 5, 20
_LEAST_SIGNS, _MOST_SIGNS = 6, 13
_LEAST_LENGTH, _DIFFERENT = 3.0, 0.7
# Columns that share one small alphabet need say less each: ages are two digits, and come again.
_SHARED_LENGTH, _SHARED_DIFFERENT = 1.5, 0.5
_MANY = 30  # different cells of so few signs are numbers in a column of any length; categories are fewer
_BASES = frozenset("ACGTUNacgtun-/|,.*")
_WORDS = 2.5  # words to a cell, from which on it is words that stand for digits and not letters


@dataclass(frozen=True)
class _Column:
    """What a column of text is made of: letters, or words where its cells have several."""

    cells: int
    different: int
    length: float
    signs: frozenset[str]
    in_words: bool

    def says(self, length: float, different: float) -> bool:
        return self.length >= length and self.different >= min(different * self.cells, _MANY)


def is_spelled(table: pa.Table) -> bool:
    """Tell whether columns of a table are spelled so, twenty cells in all or more."""
    columns = [
        found
        for column in table.slice(0, _MOST_ROWS).columns
        if pa.types.is_string(column.type)
        for found in _read([cell.strip() for cell in column.to_pylist() if cell and cell.strip()])
    ]
    alone = [
        each for each in columns if each.says(_LEAST_LENGTH, _DIFFERENT) and len(each.signs) >= _LEAST_SIGNS
    ]
    shared = [each for each in columns if each.says(_SHARED_LENGTH, _SHARED_DIFFERENT)]
    words = [each for each in shared if each.in_words]
    letters = [each for each in shared if not each.in_words]
    return _held(alone) >= _LEAST_HELD or _share_signs(words) or _share_signs(letters)


def _share_signs(columns: Sequence[_Column]) -> bool:
    signs = frozenset[str]().union(*(each.signs for each in columns))
    few = _LEAST_SIGNS <= len(signs) <= _MOST_SIGNS and not signs <= _BASES
    return few and len(columns) > 1 and _held(columns) >= _LEAST_HELD


def _held(columns: Sequence[_Column]) -> int:
    return sum(each.cells for each in columns)


def _read(cells: Sequence[str]) -> Iterator[_Column]:
    """Yield what a column is made of, if of few signs and no digits."""
    if len(cells) < _LEAST_CELLS or any(letter.isdigit() for cell in cells for letter in cell):
        return
    words = [cell.split() for cell in cells]
    in_words = _spells_in(words)
    told = words if in_words else [list(cell) for cell in cells]
    signs = frozenset(sign for cell in told for sign in cell)
    if len(signs) <= _MOST_SIGNS and not signs <= _BASES:
        yield _Column(len(cells), len(set(cells)), sum(map(len, told)) / len(cells), signs, in_words)


def _spells_in(words: Sequence[Sequence[str]]) -> bool:
    """Tell whether it is words that stand for digits: many to a cell, or several of very few."""
    length = sum(map(len, words)) / len(words)
    few = len({word for cell in words for word in cell}) <= _MOST_SIGNS
    return length >= _WORDS or (few and length >= _SHARED_LENGTH)
