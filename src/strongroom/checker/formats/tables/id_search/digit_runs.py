"""Finds whole numbers in a text that may be ids.

Every step works on all bytes of a block at once, so that a gigabyte takes a second: which bytes are digits,
where enough of them are together, and only then which number they are.
"""

from functools import reduce
from operator import or_
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.tables.id_search.bits import Bits, where_digits, where_equal
from strongroom.checker.formats.tables.id_search.scratch import Scratch
from strongroom.thresholds import Thresholds, threshold

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    margin: int = threshold(
        96, "bytes", "derived: steps look ahead by the longest run of noughts and the widest word"
    )
    most_noughts: int = threshold(64, "digits", "cost: leading noughts that are skipped")
    widest: int = threshold(40, "characters", "judgement: ids are shorter")


LIMITS = _Limits()
MARGIN = LIMITS.margin


_NOUGHT, _POINT, _MINUS, _PLUS, _QUOTE, _SPACE = (np.uint8(ord(each)) for each in '0.-+" ')
_TEN = np.uint8(10)
_OF_A_NUMBER = np.isin(np.arange(256), np.frombuffer(b"0123456789.+-eE \r", np.uint8))


class Cells(Protocol):
    """Where the cells of bytes begin and end."""

    def begin(self, places: Places) -> Places:
        """Return where cells begin."""

    def end(self, places: Places) -> Places:
        """Return where cells end."""


class DigitRuns:
    """Finds whole numbers of `fewest` to `most` digits, not counting leading zeros.

    A run of digits after a point is a fraction; so is one before a point and a digit other than 0.
    """

    def __init__(self, fewest: int, most: int) -> None:
        self._fewest = fewest
        self._most = most

    def find(
        self, text: Bytes, size: int, content: bytes, cells: Cells, scratch: Scratch
    ) -> tuple[Places, Places]:
        """Return positions and values of the numbers in the first `size` bytes of `text`.

        The first byte and the last of the `size` must not be digits; `content` is what follows the first.
        Numbers with an exponent are read cell by cell.
        """
        digits = where_digits(text[:size], scratch)
        starts = self._starts(text[:size], digits, scratch)
        places, values = _integers(text, starts, self._fewest, self._most)
        letters = [letter for letter in b"eE" if letter in content]
        if not letters:
            return places, values
        found = [where_equal(text[:size], np.uint8(letter), scratch) for letter in letters]
        exponents = (reduce(or_, found) & digits.behind()).places()
        if len(exponents) == 0:
            return places, values
        more = _with_exponent(text, exponents, cells, self._fewest)
        return np.concatenate([places, more[0]]), np.concatenate([values, more[1]])

    def _starts(self, text: Bytes, digits: Bits, scratch: Scratch) -> Places:
        """Return where runs of enough digits begin, and not too many unless they start with 0."""
        runs_of = digits.runs_of(1, self._fewest)
        before = where_equal(text, _POINT, scratch) | digits
        # A longer run fits only with leading zeros.
        long = runs_of.runs_of(self._fewest, self._most + 1).but(where_equal(text, _NOUGHT, scratch))
        return runs_of.but(before.behind()).but(long).places()


def _integers(text: Bytes, at: Places, fewest: int, most: int) -> tuple[Places, Places]:
    """Return which of the runs that start at `at` are whole numbers of a suitable length."""
    if (text[at] == _NOUGHT).any():
        at = _after_noughts(text, at)
    values, ends = _values(text, at, most)
    fits = (ends - at >= fewest) & ((text[ends] - _NOUGHT) >= _TEN)
    at, values, ends = at[fits], values[fits], ends[fits]
    integral = ~_is_fraction(text, ends)
    return at[integral], values[integral]


def _after_noughts(text: Bytes, at: Places) -> Places:
    at = at.copy()
    for _ in range(LIMITS.most_noughts):
        more = (text[at] == _NOUGHT) & ((text[at + 1] - _NOUGHT) < _TEN)
        if not more.any():
            return at
        at += more
    raise UnreadableError(ProblemKind.HIDDEN_CONTENT, "numbers with many leading zeros")


def _values(text: Bytes, at: Places, most: int) -> tuple[Places, Places]:
    """Return the numbers that start at positions and where their digits, up to `most`, end."""
    values, ends = np.zeros(len(at), np.int64), at.copy()
    for _ in range(most):
        digit = text[ends] - _NOUGHT
        more = digit < _TEN
        values = np.where(more, values * 10 + digit, values)
        ends += more
    return values, ends


def _is_fraction(text: Bytes, ends: Places) -> NDArray[np.bool_]:
    """Return which numbers are followed by a point and, after any zeros, another digit."""
    pointed = text[ends] == _POINT
    after = ends + pointed
    for _ in range(LIMITS.most_noughts):
        nought = pointed & (text[after] == _NOUGHT)
        if not nought.any():
            break
        after += nought
    found: NDArray[np.bool_] = pointed & ((text[after] - np.uint8(ord("1"))) < np.uint8(9))
    return found


def _with_exponent(text: Bytes, at: Places, cells: Cells, fewest: int) -> tuple[Places, Places]:
    """Return positions and values of whole numbers written as 1.234567e+06; `at` is that of the e."""
    starts = cells.begin(at)
    small = text[at + 1] == _MINUS
    pointed = (text[starts + 1] == _POINT) | (text[starts + 2] == _POINT)
    may = np.where(small, at - starts, 99) >= fewest
    kept = may & ~(small & pointed)
    shift = _exponents(text, at)
    kept &= np.where(pointed, 2, at - starts) + shift >= fewest
    if not kept.any():
        return at[:0], at[:0]
    starts = starts[kept]
    numbers = _as_numbers(text, starts, cells.end(at[kept]))
    integral = (np.abs(numbers) < 2.0**53) & (numbers == np.floor(numbers))
    return starts[integral], numbers[integral].astype(np.int64)


def _exponents(text: Bytes, at: Places) -> Places:
    signed = (text[at + 1] == _PLUS) | (text[at + 1] == _MINUS)
    values, _ = _values(text, at + 1 + signed, 3)
    return np.where(text[at + 1] == _MINUS, -values, values)


def _as_numbers(text: Bytes, starts: Places, stops: Places) -> NDArray[np.float64]:
    """Return cells as numbers, NaN if they are not."""
    window = text[np.minimum(starts[:, None] + np.arange(LIMITS.widest), len(text) - 1)]
    beyond = np.arange(LIMITS.widest) >= (stops - starts)[:, None]
    window = np.where(beyond, np.uint8(0), np.where(window == _QUOTE, _SPACE, window))
    numeric = _OF_A_NUMBER[window].all(axis=1, where=window > 0)
    words = np.ascontiguousarray(window).view(f"S{LIMITS.widest}").ravel()
    found = np.full(len(starts), np.nan)
    try:
        found[numeric] = words[numeric].astype(np.float64)
    except ValueError:
        for place in np.flatnonzero(numeric):
            try:
                found[place] = float(words[place])
            except ValueError:
                continue
    return found
