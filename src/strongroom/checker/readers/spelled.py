"""Cells that spell numbers in letters of their own: a few signs, or a few words, in ever other orders.

Ten digits, a point and a sign need no more. Names and words of a language have more signs, categories
come again, and calls of genotypes have four letters. Which sign is which digit is not known, so nobody can be
compared; a person has to look.
"""

from collections.abc import Sequence

import pyarrow as pa

_MOST_ROWS = 2_000
_LEAST_CELLS, _LEAST_HELD = 5, 20
_LEAST_SIGNS, _MOST_SIGNS = 6, 13
_LEAST_LENGTH, _DIFFERENT = 3.0, 0.7
_BASES = frozenset("ACGTUNacgtun-/|,.*")
_WORDS = 2.5  # words to a cell, from which on it is words that stand for digits and not letters


def is_spelled(table: pa.Table) -> bool:
    """Tell whether columns of a table are spelled so, twenty cells in all or more."""
    held = 0
    for column in table.slice(0, _MOST_ROWS).columns:
        if pa.types.is_string(column.type):
            cells = [cell.strip() for cell in column.to_pylist() if cell and cell.strip()]
            held += len(cells) if _is_spelled(cells) else 0
    return held >= _LEAST_HELD


def _is_spelled(cells: Sequence[str]) -> bool:
    if len(cells) < _LEAST_CELLS or len(set(cells)) < _DIFFERENT * len(cells):
        return False
    if any(letter.isdigit() for cell in cells for letter in cell):
        return False
    words = [cell.split() for cell in cells]
    told = words if sum(map(len, words)) >= _WORDS * len(cells) else [list(cell) for cell in cells]
    signs = {sign for cell in told for sign in cell}
    if not _LEAST_SIGNS <= len(signs) <= _MOST_SIGNS or signs <= _BASES:
        return False
    return sum(map(len, told)) >= _LEAST_LENGTH * len(cells)
