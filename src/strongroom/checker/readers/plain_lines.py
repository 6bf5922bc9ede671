"""Lines of a delimited text without quotes: where they end, and which cell a byte stands in.

Listing where every cell ends costs more than all that is looked for in them. Here delimiters are bits, and
counted: so many stand before each line's end if every line has as many cells as the first.
"""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.readers.cell_ends import Bytes, ListedCells, Places
from strongroom.checker.readers.scratch import Scratch

_LINE_FEED, _RETURN = (np.uint8(ord(letter)) for letter in "\n\r")
_ASCII = 128
_WORD, _SHIFT, _WITHIN = 64, 6, 63
_ONE = np.uint64(1)
_STEPS = 4  # words of 64 bytes that are looked at around a byte, before all cells are listed


class PlainLines:
    """Lines of `width` cells in a text; `line_ends` are in order."""

    def __init__(self, line_ends: Places, width: int, parts: "_Bits", feeds: NDArray[np.bool_]) -> None:
        self.line_ends = line_ends
        self._width = width
        self._parts = parts
        self._feeds = feeds
        self._either: NDArray[np.uint64] | None = None

    def columns(self, places: Places) -> Places:
        """Return the columns that bytes stand in."""
        lines = np.searchsorted(self.line_ends, places)
        columns: Places = self._parts.before(places) - lines * (self._width - 1)
        return columns

    def begin(self, places: Places) -> Places:
        """Return where the cells begin that bytes stand in."""
        words, either = places >> _SHIFT, self._ends()
        bits = either[words] & _below(places)
        for _ in range(_STEPS):
            empty = np.flatnonzero(bits == 0)
            if len(empty) == 0:
                break
            words[empty] -= 1
            bits[empty] = either[words[empty]]
        if not bits.all():
            return self._listed().begin(places)
        # Without the bits below the highest, rounding to a float cannot carry.
        highest = np.frexp((bits & ~(bits >> _ONE)).astype(np.float64))[1] - 1
        begin: Places = words * _WORD + highest + 1
        return begin

    def end(self, places: Places) -> Places:
        """Return where the cells end that bytes stand in."""
        return self._listed().end(places)

    def ends(self) -> Places:
        """Return where every cell ends, in order."""
        return np.flatnonzero(np.unpackbits(self._ends().view(np.uint8), bitorder="little"))[1:]

    def _listed(self) -> ListedCells:
        return ListedCells(self.ends(), self._width)

    def _ends(self) -> NDArray[np.uint64]:
        if self._either is None:
            self._either = self._parts.words | _packed(self._feeds)
        return self._either


class _Bits:
    """Truth values as bits, and how many are true before a place."""

    def __init__(self, values: NDArray[np.bool_]) -> None:
        self.words = _packed(values)
        self._before = np.zeros(len(self.words) + 1, np.int64)
        np.cumsum(np.bitwise_count(self.words), out=self._before[1:])

    def before(self, places: Places) -> Places:
        word = places >> _SHIFT
        counted: Places = self._before[word] + np.bitwise_count(self.words[word] & _below(places))
        return counted


def _packed(values: NDArray[np.bool_]) -> NDArray[np.uint64]:
    return np.packbits(values, bitorder="little").view(np.uint64)


def _below(places: Places) -> NDArray[np.uint64]:
    """Return words in which the bits before a place's own are set."""
    return (_ONE << (places & _WITHIN).astype(np.uint64)) - _ONE


def plain_lines(
    text: Bytes, content: bytes, delimiter: str, width: int, scratch: Scratch
) -> PlainLines | None:
    """Return the lines of `text`, or None where they have quotes, are not even, or are no text.

    `text` begins with a line feed that belongs to no line, and ends with one; `content` is what follows that
    first byte. What is not plain may still be a table, which `cell_ends` tells.
    """
    size = len(text)
    if b'"' in content or b"\0" in content or not _is_text(text, content):
        return None
    whole_words = -(-size // _WORD) * _WORD
    feeds, parts = scratch.bools("feeds", whole_words), scratch.bools("parts", whole_words)
    feeds[size:] = parts[size:] = False
    np.equal(text, _LINE_FEED, out=feeds[:size])
    np.equal(text, np.uint8(ord(delimiter)), out=parts[:size])
    if b"\r" in content:
        returns = np.equal(text[:-1], _RETURN, out=scratch.bools("returns", size - 1))
        if np.greater(returns, feeds[1:size], out=returns).any():
            return None
    line_ends, bits = np.flatnonzero(feeds)[1:], _Bits(parts)
    if (bits.before(line_ends) != np.arange(1, len(line_ends) + 1) * (width - 1)).any():
        return None
    return PlainLines(line_ends, width, bits, feeds)


def _is_text(text: Bytes, content: bytes) -> bool:
    if text.max() < _ASCII:
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
