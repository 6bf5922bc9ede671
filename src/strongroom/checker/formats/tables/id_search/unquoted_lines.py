"""Lines of a delimited text without quotes: where they end, and which cell a byte stands in.

Listing where every cell ends costs more than the search itself. Here delimiters are bits and are counted,
which shows whether every line has as many cells as the first.
"""

import numpy as np

from strongroom.checker.formats.tables.cell_ends import Bytes, ListedCells, Places
from strongroom.checker.formats.tables.id_search.bits import Bits, where_equal
from strongroom.checker.formats.tables.id_search.scratch import Scratch
from strongroom.thresholds import Thresholds, threshold

_LINE_FEED, _RETURN = (np.uint8(ord(letter)) for letter in "\n\r")
_ASCII = 128  # fixed: the first byte that is no ASCII character


class _Limits(Thresholds):
    """The numbers this module decides by."""

    steps: int = threshold(
        4, "words of 64 bytes", "cost: looked at around a byte before all cells are listed"
    )


LIMITS = _Limits()


class PlainLines:
    """Lines of `width` cells in a text, from its delimiters and line ends."""

    def __init__(self, width: int, parts: Bits, feeds: Bits) -> None:
        self.line_ends = feeds.places()[1:]
        self._width = width
        self._parts = parts
        self._either = parts | feeds

    @property
    def even(self) -> bool:
        """Whether each line has the right number of cells."""
        parts = np.arange(1, len(self.line_ends) + 1) * (self._width - 1)
        return bool((self._parts.before(self.line_ends) == parts).all())

    def columns(self, places: Places) -> Places:
        """Return the columns of bytes."""
        lines = np.searchsorted(self.line_ends, places)
        columns: Places = self._parts.before(places) - lines * (self._width - 1)
        return columns

    def begin(self, places: Places) -> Places:
        """Return where the cells of bytes begin."""
        last = self._either.last_before(places, LIMITS.steps)
        return self._listed().begin(places) if last is None else last + 1

    def end(self, places: Places) -> Places:
        """Return where the cells of bytes end."""
        return self._listed().end(places)

    def ends(self) -> Places:
        """Return where every cell ends, in order."""
        return self._either.places()[1:]

    def _listed(self) -> ListedCells:
        return ListedCells(self.ends(), self._width)


def plain_lines(
    text: Bytes, content: bytes, delimiter: str, width: int, scratch: Scratch
) -> PlainLines | None:
    """Return the lines of `text`, or None if they have quotes, are uneven, or are not text.

    `text` begins with a line feed that belongs to no line, and ends with one; `content` is what follows that
    first byte. Other lines may still be a table, which `cell_ends` decides.
    """
    size = len(text)
    if b'"' in content or b"\0" in content or not _is_text(text, content):
        return None
    if b"\r" in content:
        returns = np.equal(text[:-1], _RETURN, out=scratch.bools("returns", size - 1))
        if np.greater(returns, text[1:] == _LINE_FEED, out=returns).any():
            return None
    parts = where_equal(text, np.uint8(ord(delimiter)), scratch)
    lines = PlainLines(width, parts, where_equal(text, _LINE_FEED, scratch))
    return lines if lines.even else None


def _is_text(text: Bytes, content: bytes) -> bool:
    if text.max() < _ASCII:
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
