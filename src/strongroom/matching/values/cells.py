"""Read single cells in comparable form, each on its own: a transposed record mixes kinds in one column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.matching.values.comparable import (
    Floats,
    ValueKind,
    Values,
    as_one_array,
    canonical_values,
    round_to,
)
from strongroom.thresholds import Thresholds, threshold

NUMBER, DATE, TEXT, EMPTY = 0, 1, 2, -1  # fixed: places in KINDS; an empty cell has none
KINDS = (ValueKind.NUMBER, ValueKind.DATE, ValueKind.TEXT)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_decimals: int = threshold(
        6,
        "decimals",
        "derived: the six decimals of comparable values (values/comparable)",
    )
    longest_word: int = threshold(
        40,
        "characters",
        "judgement: longer cells are sentences, which hold values but are none",
    )
    read_singly: int = threshold(
        48,
        "columns",
        "cost: more are read together by type; a transposed table has thousands, and each costs as much "
        "as many cells",
    )
    most_bytes: int = threshold(
        1 << 28,
        "bytes",
        "cost: columns of one type are joined into an array of at most 256 MiB",
    )
    largest: float = threshold(
        1e15,
        "value",
        "derived: float64 holds whole numbers exactly only below 2^53, about 9e15",
    )


LIMITS = _Limits()


_IS_NUMBER = r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$"
_IS_DATE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]00:00.*)?$"
_TOKEN = re.compile(
    r"(?<![\w.])(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[A-Z]\d\d(?:\.?\d)?)"
    r"(?![\w]|\.\d)"
)


@dataclass(frozen=True, repr=False)
class Cells:
    """Values, one entry a cell; all of shape (cells,).

    `kind` is a place in `KINDS`, -1 for an empty cell; `decimals` is how many decimals the number is written
    with.
    """

    kind: NDArray[np.int8]
    value: Floats
    decimals: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.kind)

    def at(self, places: NDArray[np.int64]) -> "Cells":
        """Return the cells at these places."""
        return Cells(self.kind[places], self.value[places], self.decimals[places])

    @classmethod
    def joined(cls, parts: Sequence["Cells"]) -> "Cells":
        """Return the cells of several parts, concatenated."""
        kinds, values, decimals = zip(
            *((part.kind, part.value, part.decimals) for part in parts), strict=True
        )
        return cls(np.concatenate(kinds), np.concatenate(values), np.concatenate(decimals))


def column_cells(column: pa.ChunkedArray | pa.Array, values: Values | None = None) -> Cells:
    """Read each cell of a column; cells of types without single values, such as lists, are EMPTY.

    `values` is the column in comparable form where it was computed before; a column of text does without.
    """
    column = as_one_array(column)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _words(column)
    values = values or canonical_values(column)
    if values is None:
        return _empty(len(column))
    known = ~np.isnan(values.keys)
    if values.kind is ValueKind.DATE:
        return Cells(
            np.where(known, DATE, EMPTY).astype(np.int8), values.keys, np.zeros(len(column), np.int8)
        )
    # Rounded to six decimals as cohort values are, not to the decimals of the column.
    exact = np.asarray(column.cast(pa.float64(), safe=False), np.float64)
    single = pa.types.is_float32(column.type) or pa.types.is_float16(column.type)
    decimals = written_decimals(np.where(known, exact, 0.0), 1e-6 if single else 1e-9)
    scale = 10.0 ** decimals.astype(np.float64)
    numbers = np.round(np.where(known, exact, 0.0) * scale) / scale
    return Cells(np.where(known, NUMBER, EMPTY).astype(np.int8), numbers, decimals)


def columns_cells(columns: Sequence[pa.ChunkedArray | pa.Array]) -> list[Cells]:
    """Read the cells of columns of equal length; very many columns are read together, by type.

    A transposed table has thousands of columns, and reading each costs as much as many cells. Dates in text
    are then read in the one style that reads most.
    """
    if len(columns) <= LIMITS.read_singly:
        return [column_cells(column) for column in columns]
    found: dict[int, Cells] = {}
    kinds: dict[pa.DataType, list[int]] = {}
    for place, column in enumerate(columns):
        kinds.setdefault(column.type, []).append(place)
    for kind, places in kinds.items():
        parts = [as_one_array(columns[place]) for place in places]
        single = pa.types.is_nested(kind) or pa.types.is_dictionary(kind)
        if single or sum(part.nbytes for part in parts) > LIMITS.most_bytes:
            found |= {place: column_cells(part) for place, part in zip(places, parts, strict=True)}
            continue
        cells, length = column_cells(pa.concat_arrays(parts)), len(parts[0])
        for number, place in enumerate(places):
            found[place] = cells.at(np.arange(number * length, (number + 1) * length))
    return [found[place] for place in range(len(columns))]


def text_cells(text: str) -> tuple[Cells, NDArray[np.int64]]:
    """Return the numbers, dates and codes in a text that are words of their own, and the line of each."""
    words, lines = [], []
    for number, line in enumerate(text.split("\n")):
        for word in _TOKEN.findall(line):
            words.append(word)
            lines.append(number)
    return _words(pa.array(words, pa.string())), np.array(lines, np.int64)


def written_decimals(numbers: Floats, relative: float = 1e-9) -> NDArray[np.int8]:
    """Return the fewest decimals that write each number exactly, at most six."""
    decimals = np.full(len(numbers), LIMITS.most_decimals, np.int8)
    tolerance = relative * np.maximum(np.abs(numbers), 1.0)
    for places in range(LIMITS.most_decimals - 1, -1, -1):
        decimals[np.abs(np.round(numbers, places) - numbers) <= tolerance] = places
    return decimals


def _words(column: pa.Array) -> Cells:
    text = pc.utf8_trim_whitespace(column)
    found = _empty(len(text))
    kept = pc.fill_null(pc.less_equal(pc.utf8_length(text), LIMITS.longest_word), fill_value=False)
    is_number = pc.and_(kept, pc.fill_null(pc.match_substring_regex(text, _IS_NUMBER), fill_value=False))
    is_date = pc.and_(kept, pc.fill_null(pc.match_substring_regex(text, _IS_DATE), fill_value=False))
    is_word = pc.and_not(kept, pc.or_(is_number, is_date))
    for kind, chosen in ((NUMBER, is_number), (DATE, pc.and_not(is_date, is_number)), (TEXT, is_word)):
        places = np.flatnonzero(chosen.to_numpy(zero_copy_only=False))
        if len(places):
            whole_text = kind == TEXT and len(places) == len(text)
            _put(found, places, _read(column if whole_text else text.take(pa.array(places)), kind))
    return found


def _read(text: pa.Array, kind: int) -> Cells:
    total = len(text)
    if kind == NUMBER:
        signed = pc.replace_substring_regex(text, r"^\+", "")
        numbers = np.asarray(signed.cast(pa.float64()), np.float64)
        finite = np.isfinite(numbers) & (np.abs(numbers) < LIMITS.largest)
        fraction = pc.struct_field(pc.extract_regex(text, r"\.(?P<digits>\d*)$"), "digits")
        written = pc.fill_null(pc.utf8_length(fraction), 0).to_numpy(zero_copy_only=False)
        numbers = round_to(np.where(finite, numbers, 0.0), LIMITS.most_decimals)
        exponent = pc.match_substring_regex(text, "[eE]").to_numpy(zero_copy_only=False)
        decimals = np.where(exponent, written_decimals(numbers), np.minimum(written, LIMITS.most_decimals))
        return Cells(np.where(finite, NUMBER, EMPTY).astype(np.int8), numbers, decimals.astype(np.int8))
    values = canonical_values(text)
    if values is None or values.kind is ValueKind.NUMBER:
        return _empty(total)
    known = ~np.isnan(values.keys)
    place = KINDS.index(values.kind)
    return Cells(np.where(known, place, EMPTY).astype(np.int8), values.keys, np.zeros(total, np.int8))


def _put(into: Cells, places: NDArray[np.int64], cells: Cells) -> None:
    into.kind[places], into.decimals[places] = cells.kind, cells.decimals
    into.value[places] = np.where(cells.kind == EMPTY, 0.0, cells.value)


def _empty(total: int) -> Cells:
    return Cells(np.full(total, EMPTY, np.int8), np.zeros(total), np.zeros(total, np.int8))
