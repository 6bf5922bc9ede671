"""One form for every value, so that a file's cell and a cohort's cell can be compared for equality.

A column becomes float64: numbers as they are, dates as days since 1970, texts as a 52-bit hash (which float64
holds exactly), and NaN for a missing value. Numbers and dates written as text are parsed.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.matching.values.number_spellings import numbers_of
from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_readable: float = threshold(
        0.95,
        "share of filled cells",
        "judgement: lower, and a column of codes becomes numbers; higher, and a few typing errors turn "
        "numbers into text",
    )
    least_cells: int = threshold(
        2,
        "cells",
        "judgement: all cells but one are readable by accident where only one is read",
    )
    most_texts: int = threshold(
        100_000,
        "distinct texts",
        "cost: each distinct text is parsed in Python on its own",
    )
    most_decimals: int = threshold(
        6,
        "decimals",
        "judgement: measurements have at most six; with more, rounding errors of sums would count as "
        "differences",
    )
    most_inspected: int = threshold(2_000, "cells", "cost: as many show how many decimals a column has")
    earliest_day: int = threshold(
        -150_000,
        "days since 1970-01-01",
        "judgement: the year 1559; what reads as earlier is a number such as 45, not a date",
    )
    latest_day: int = threshold(
        22_000,
        "days since 1970-01-01",
        "judgement: March 2030; a two-digit year that gives a later date means the century before",
    )


LIMITS = _Limits()


_DIGITS = 15  # fixed: decimal digits that a double holds
_DATE_STYLES = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%d-%m-%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d%b%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%d/%m/%Y %H:%M",
    "%A, %d %B %Y",
)
_MONTH_STYLES = ("%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y", "%d %Y/%m", "%d %m.%Y")
# What every style begins with; trying all styles is slow.
_DATE_BEGINS = r"(?i)^(?:[-+\d]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)"
_CENTURY = 36_525  # fixed: days from 1930 to 2030
_MISSING_WORDS = pa.array(["", "NA", "NaN", "nan", "null", "NULL", "None", ".", "N/A", "<NA>"])


class ValueKind(Enum):
    """Kinds of values; only values of one kind are compared."""

    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True)
class Values:
    """A column in comparable form; `decimals` is how many its numbers are written with, 0 for other kinds.

    `unrounded` are the numbers of a column that is written with more decimals than are compared.
    """

    kind: ValueKind
    keys: Floats = field(repr=False)
    decimals: int = 0
    unrounded: Floats | None = field(default=None, repr=False)

    def at(self, rows: NDArray[np.int64]) -> "Values":
        """Return the values in some rows."""
        unrounded = None if self.unrounded is None else self.unrounded[rows]
        return Values(self.kind, self.keys[rows], self.decimals, unrounded)

    def with_all_decimals(self) -> "Values":
        """Return the numbers as they are written, if they have at most 15 digits; otherwise as compared."""
        if self.unrounded is None:
            return self
        some = self.unrounded[~np.isnan(self.unrounded)][: LIMITS.most_inspected]
        for decimals in range(self.decimals + 1, _DIGITS + 1):
            if np.mean(round_to(some, decimals) == some) >= LIMITS.least_readable:
                return Values(self.kind, round_to(self.unrounded, decimals), decimals)
        return self


def canonical_values(column: pa.ChunkedArray | pa.Array) -> Values | None:
    """Return a column's values in comparable form, or None for types without single values, such as lists."""
    column = as_one_array(column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _numbers(column.cast(pa.float64(), safe=False))
    if pa.types.is_decimal(kind):
        return _numbers(column.cast(pa.float64()))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return Values(ValueKind.DATE, _days(column))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _from_text(column)
    return None


def as_one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column as one array, without copying where it is one already."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column's values are text, plain or dictionary-encoded."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def round_to(keys: Floats, decimals: int) -> Floats:
    """Round to `decimals` such that equal decimal numbers are equal bit for bit."""
    scale = 10.0**decimals
    rounded: Floats = np.round(keys * scale) / scale
    return rounded


def _numbers(column: pa.Array) -> Values:
    keys = column.to_numpy(zero_copy_only=False).astype(np.float64)
    keys = np.where(np.isfinite(keys), keys, np.nan)
    decimals = _decimals(keys)
    # The same decimal number may come from single precision, from text or from a sum: round all to one form.
    rounded = round_to(keys, decimals)
    # Rounding errors of a double are no further decimals.
    more = np.any(np.abs(rounded - keys) > 1e-12 * np.abs(keys))
    return Values(ValueKind.NUMBER, rounded, decimals, keys if more else None)


def _decimals(keys: Floats) -> int:
    present = keys[~np.isnan(keys)][: LIMITS.most_inspected]
    for decimals in range(LIMITS.most_decimals):
        tolerance = 1e-6 * np.maximum(np.abs(present), 1.0)
        if np.all(
            np.abs(round_to(present, decimals) - present) <= np.minimum(tolerance, 10.0 ** -(decimals + 2))
        ):
            return decimals
    return LIMITS.most_decimals


def _days(column: pa.Array) -> Floats:
    days = column.cast(pa.date32(), safe=False).cast(pa.int32())
    counted: Floats = days.to_numpy(zero_copy_only=False).astype(np.float64)
    return counted


def _from_text(column: pa.Array) -> Values:
    text = pc.utf8_trim_whitespace(column)
    text = pc.if_else(
        pc.is_in(text, value_set=_MISSING_WORDS.cast(text.type)), pa.scalar(None, text.type), text
    )
    present = len(text) - text.null_count
    readers: tuple[Callable[[pa.Array], Values | None], ...] = (
        _number_words,
        _date_words,
        _month_words,
        _respelled_numbers,
    )
    if present:
        for read in readers:
            values = read(text)
            if values is not None and _is_read(int(np.count_nonzero(~np.isnan(values.keys))), present):
                return values
    return Values(ValueKind.TEXT, _hashed(text))


def _is_read(cells: int, present: int) -> bool:
    """Tell whether so many readable cells make a column numbers or dates.

    All but 5 % must be readable, or all but one: a heading read as a row must not turn a short column into
    text.
    """
    return cells >= LIMITS.least_readable * present or (cells >= LIMITS.least_cells and cells == present - 1)


def _number_words(text: pa.Array) -> Values | None:
    is_number = pc.match_substring_regex(text, r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$")
    signed = pc.replace_substring_regex(pc.if_else(is_number, text, pa.scalar(None, text.type)), r"^\+", "")
    return _numbers(signed.cast(pa.float64()))


def _date_words(text: pa.Array) -> Values | None:
    begun = pc.sum(pc.match_substring_regex(text, _DATE_BEGINS)).as_py() or 0
    if not _is_read(begun, len(text) - text.null_count):
        return None
    return _dates(text, _DATE_STYLES)


def _month_words(text: pa.Array) -> Values | None:
    """Read months without a day as the first of the month."""
    if not pc.any(
        pc.match_substring_regex(text, r"^\d{4}\D\d{1,2}$|^\D*\d{1,2}\D\d{4}$|^[A-Za-z]+ \d{4}$")
    ).as_py():
        return None
    first = pc.binary_join_element_wise(pa.scalar("01", text.type), text, pa.scalar(" ", text.type))
    last = pc.binary_join_element_wise(text, pa.scalar("01", text.type), pa.scalar("-", text.type))
    slashed = pc.binary_join_element_wise(pa.scalar("01", text.type), text, pa.scalar("/", text.type))
    found = [
        values
        for form, styles in (
            (first, _MONTH_STYLES[2:]),
            (last, _MONTH_STYLES[:1]),
            (slashed, _MONTH_STYLES[1:2]),
        )
        for values in [_dates(form, styles)]
        if values is not None
    ]
    return max(found, key=lambda values: int(np.count_nonzero(~np.isnan(values.keys))), default=None)


def _dates(text: pa.Array, styles: Sequence[str]) -> Values | None:
    """Read dates in whichever of several styles reads most."""
    present = len(text) - text.null_count
    best: Floats | None = None
    most = 0
    for style in styles:
        if "%y" in style and most:
            break
        days = _days(pc.strptime(text, format=style, unit="s", error_is_null=True))
        # "45" is not the year 45.
        days = np.where(days < LIMITS.earliest_day, np.nan, days)
        read = int(np.count_nonzero(~np.isnan(days)))
        if read > most:
            best, most = days, read
        if most == present:
            break
    if best is None:
        return None
    return Values(ValueKind.DATE, np.where(best > LIMITS.latest_day, best - _CENTURY, best))


def _respelled_numbers(text: pa.Array) -> Values | None:
    """Read numbers in other notations; see `number_spellings`."""
    coded = text.dictionary_encode()
    if not 0 < len(coded.dictionary) <= LIMITS.most_texts:
        return None
    numbers = numbers_of(coded.dictionary.to_pylist())
    if numbers is None:
        return None
    found = np.array([np.nan if number is None else number for number in numbers])
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return _numbers(pa.array(np.where(places < 0, np.nan, found[np.maximum(places, 0)])))


def _hashed(text: pa.Array) -> Floats:
    coded = text.dictionary_encode()
    hashes = np.array([_hash(word) for word in coded.dictionary.to_pylist()] or [np.nan])
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.where(places < 0, np.nan, hashes[np.maximum(places, 0)])


def _hash(word: str) -> float:
    return float(int.from_bytes(hashlib.blake2b(word.casefold().encode(), digest_size=8).digest()) >> 12)
