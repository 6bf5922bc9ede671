"""How the cells of a released table are written: as in the original, unless their spelling can carry data.

The same number can be written as 0.5, 0.50 or 5e-1, and a missing value as NA or as nothing. Detectors judge
values, so a choice of spelling for each cell would leave unexamined. A column keeps its spelling where a
format explains it (the same decimals, the same significant digits, shortest form), or where the choices have
few bits (entropy, Shannon 1948, Bell Syst. Tech. J. 27:379). Any other column is written in shortest form.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute

from strongroom.thresholds import Thresholds, threshold

Codes = NDArray[np.int64]
Spellings = Callable[[list[int]], Sequence[pa.ChunkedArray]]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_bits: float = threshold(
        512.0,
        "bits of a file",
        "judgement: what a file may choose in spelling, 64 bytes; tables that mix decimals in some hundred "
        "cells need less, a value for each of 500 people needs more",
    )


LIMITS = _Limits()

_BLANKS = " \t\r"
_SIGNS, _EITHER_CASE = "+-", r"[eE].*$"


class SpelledCells:
    """Decides column by column, in all batches of one file, which spellings are kept."""

    def __init__(self) -> None:
        self._left = LIMITS.most_bits
        self.changed: set[int] = set()
        """The places of the columns that were written in shortest form."""

    def kept(self, table: pa.Table, spellings: Spellings) -> pa.Table:
        """Return a table with its columns as text where their spelling is kept.

        `spellings` gives the cells of columns, named by their places, as they are in the file.
        """
        typed = [place for place, kind in enumerate(table.schema.types) if not _is_text(kind)]
        if not typed:
            return table
        for place, cells in zip(typed, spellings(typed), strict=True):
            written = compute.utf8_trim(compute.fill_null(cells, ""), characters=_BLANKS)
            column = table.column(place)
            bits = spelling_bits(column, written)
            if bits <= self._left:
                self._left -= bits
                table = table.set_column(place, table.schema.names[place], written)
            else:
                self.changed.add(place)
        return table

    def change(self) -> str:
        """Return in words what was changed, "" if nothing was."""
        if not self.changed:
            return ""
        return (
            f"numbers, dates and missing values of {len(self.changed)} columns in shortest form, because "
            "their spelling varies from cell to cell"
        )


def spelling_bits(column: pa.ChunkedArray, written: pa.ChunkedArray) -> float:
    """Return how many bits the spelling of a column's cells has beyond its values.

    `written` are the cells as text, without blanks around them.
    """
    there = column.is_valid()
    missing = written.filter(compute.invert(there))
    bits = _entropy(_codes(missing))
    cells, values = written.filter(there), column.filter(there)
    if not len(cells) or pa.types.is_null(column.type):
        return bits
    if compute.all(compute.equal(cells, compute.cast(values, pa.string()))).as_py():
        return bits
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return bits + _number_bits(cells)
    if pa.types.is_boolean(column.type):
        return bits + _beyond(_codes(cells), _codes(values))
    shapes = compute.replace_substring_regex(cells, r"\d", "9")
    return bits + _entropy(_codes(shapes))


def _number_bits(cells: pa.ChunkedArray) -> float:
    """Return the bits of a column's numbers as text: ends, beginnings, signs and powers of ten."""
    odd = compute.match_substring_regex(cells, "[^0-9eE.+-]")
    bits = 0.0
    if compute.any(odd).as_py():  # inf, hexadecimal numbers
        bits = _entropy(_codes(cells.filter(odd))) + _entropy(np.asarray(odd).astype(np.int64))
        cells = cells.filter(compute.invert(odd))
    powered = np.asarray(compute.match_substring_regex(cells, "[eE]")).astype(np.int64)
    some = bool(powered.any())
    mantissas = compute.replace_substring_regex(cells, _EITHER_CASE, "") if some else cells
    shape = _shape(mantissas)
    # Trailing zeros follow from the same decimals, from the same figures, or there are none; Python
    # writes whole numbers as 20.0.
    with_point = np.where(shape.decimals == 1, 0, np.where(shape.decimals < 0, -1, shape.zeros))
    ends = (shape.decimals, shape.figures, shape.zeros, with_point)
    bits += min(_beyond(end, powered) for end in ends) + _entropy(shape.sign)
    above = np.minimum(shape.whole, 1)
    bits += min(_beyond(start, above) for start in (shape.lead, shape.lead + shape.whole))
    return bits + (_power_bits(cells, powered, shape) if some else 0.0)


class _Shape(NamedTuple):
    """What numbers without their powers of ten look like, a count for each of them."""

    sign: Codes
    """1 for a plus sign."""
    lead: Codes
    """Zeros before the first figure and the point."""
    whole: Codes
    """Figures before the point."""
    below: Codes
    """Zeros between the point and the first figure."""
    decimals: Codes
    """Digits after the point, -1 for no point."""
    zeros: Codes
    """Zeros at the end of the digits after a point."""
    figures: Codes
    """Figures, zeros at the end included."""


def _shape(mantissas: pa.ChunkedArray) -> _Shape:
    unsigned = compute.ascii_ltrim(mantissas, characters=_SIGNS)
    stripped = compute.ascii_ltrim(unsigned, characters="0")
    size, point = _lengths(stripped), _numbers(compute.find_substring(stripped, "."))
    whole = np.where(point < 0, size, point)
    decimals = np.where(point < 0, -1, size - point - 1)
    shown = _lengths(compute.ascii_ltrim(stripped, characters=".0"))
    below = np.where(whole > 0, 0, np.maximum(decimals, 0) - shown)
    zeros = np.where(point < 0, 0, size - _lengths(compute.ascii_rtrim(stripped, characters="0")))
    figures = np.where(whole > 0, whole + np.maximum(decimals, 0), shown)
    return _Shape(
        sign=_numbers(compute.starts_with(mantissas, "+")),
        lead=_lengths(unsigned) - size,
        whole=whole,
        below=below,
        decimals=decimals,
        zeros=zeros,
        figures=figures,
    )


def _power_bits(cells: pa.ChunkedArray, powered: Codes, shape: _Shape) -> float:
    """Return the bits of writing powers of ten: programs decide by a number's size and its figures."""
    chosen = cells.filter(pa.array(powered > 0))
    powers = compute.replace_substring_regex(chosen, "^[^eE]*", "")
    digits = compute.ascii_ltrim(powers, characters="eE+-0")
    spelled = compute.replace_substring_regex(powers, r"[1-9]\d*$", "9")
    bits = _beyond(_codes(spelled), _lengths(digits))
    if powered.all():
        return bits
    sizes = np.array([int(each[:4] or 0) for each in digits.to_pylist()], np.int64)
    place = np.where(shape.whole > 0, shape.whole - 1, -1 - shape.below)
    place[powered > 0] += np.where(np.asarray(compute.match_substring(powers, "-")), -sizes, sizes)
    return bits + _beyond(powered, _joined(place, shape.figures - shape.zeros))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _lengths(cells: pa.ChunkedArray) -> Codes:
    return _numbers(compute.binary_length(cells))


def _numbers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column).astype(np.int64)


def _codes(cells: pa.ChunkedArray) -> Codes:
    """Return a number for each cell, the same for equal cells."""
    if not len(cells):
        return np.empty(0, np.int64)
    return _numbers(cells.combine_chunks().dictionary_encode().indices)


def _joined(one: Codes, other: Codes) -> Codes:
    """Return a number for each pair."""
    low = int(other.min(initial=0))
    return one * (int(other.max(initial=0)) - low + 1) + other - low


def _entropy(codes: Codes) -> float:
    """Return the bits of all codes together, coded by their frequencies."""
    if not len(codes) or (codes == codes[0]).all():
        return 0.0
    counts = np.unique(codes, return_counts=True)[1]
    return float((counts * np.log2(len(codes) / counts)).sum())


def _beyond(codes: Codes, known: Codes) -> float:
    """Return the bits of codes for a reader who knows other codes of the same cells."""
    return _entropy(_joined(codes, known)) - _entropy(known)
