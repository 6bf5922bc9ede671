"""Where the cells of a delimited text end, and whether its lines have equally many."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_LINE_FEED, _RETURN, _QUOTE = (np.uint8(ord(letter)) for letter in '\n\r"')
_ASCII = 128  # fixed: the first byte that is no ASCII character


class ListedCells:
    """The cells of lines of `width`, from where each ends; positions are those of the text's bytes."""

    def __init__(self, ends: Places, width: int) -> None:
        self._ends = ends
        self._width = width

    @property
    def line_ends(self) -> Places:
        """Where lines end."""
        return self._ends[self._width - 1 :: self._width]

    def columns(self, places: Places) -> Places:
        """Return the columns of bytes."""
        columns: Places = np.searchsorted(self._ends, places) % self._width
        return columns

    def begin(self, places: Places) -> Places:
        """Return where the cells of bytes begin."""
        cell = np.searchsorted(self._ends, places)
        return np.where(cell > 0, self._ends[cell - 1] + 1, 1)

    def end(self, places: Places) -> Places:
        """Return where the cells of bytes end."""
        return self._ends[np.minimum(np.searchsorted(self._ends, places), len(self._ends) - 1)]

    def ends(self) -> Places:
        """Return where every cell ends, in order."""
        return self._ends


def cell_ends(text: Bytes, delimiter: str, width: int) -> Places:
    """Return where each cell of whole lines ends, `width` to a line; empty lines are skipped.

    `text` begins with a line feed that belongs to no line, and ends with one. Raises UnreadableError if a
    line has another number of cells, if there is a quote inside a cell, and for text that is not UTF-8.
    """
    _require_text(text)
    feeds, parts = text == _LINE_FEED, text == np.uint8(ord(delimiter))
    quotes = text == _QUOTE
    if quotes.any():
        outside = _outside_quotes(text, quotes, feeds | parts)
        feeds &= outside
        parts &= outside
    ends = np.flatnonzero(feeds | parts)
    if not _is_even(text, ends, int(np.count_nonzero(feeds)), width):
        ends = np.concatenate([ends[:1], _of_filled_lines(text, ends)])
        if not _is_even(text, ends, int(np.count_nonzero(text[ends] == _LINE_FEED)), width):
            raise UnreadableError(
                ProblemKind.UNREADABLE, "a table of uneven rows, too large to be read as text"
            )
    return ends[1:]


def _require_text(text: Bytes) -> None:
    if text.min() == 0:
        raise UnreadableError(ProblemKind.UNREADABLE, "a text with NUL bytes")
    if text.max() >= _ASCII:
        try:
            text.tobytes().decode()
        except UnicodeDecodeError as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "is not UTF-8 text") from error
    returns = np.flatnonzero(text[:-1] == _RETURN)
    if len(returns) and (text[returns + 1] != _LINE_FEED).any():
        raise UnreadableError(ProblemKind.UNREADABLE, "a table with two kinds of line endings")


def _is_even(text: Bytes, ends: Places, lines: int, width: int) -> bool:
    """Return whether exactly every `width`-th end after the first is a line feed."""
    last = ends[width::width]
    even = (len(ends) - 1) % width == 0 and len(last) == lines - 1
    return even and bool((text[last] == _LINE_FEED).all())


def _of_filled_lines(text: Bytes, ends: Places) -> Places:
    """Return the ends after the first, without those of empty lines."""
    before = text[ends[:-1]]
    length = np.diff(ends) - (text[ends[1:] - 1] == _RETURN)
    empty = (before == _LINE_FEED) & (text[ends[1:]] == _LINE_FEED) & (length == 1)
    filled: Places = ends[1:][~empty]
    return filled


def _outside_quotes(text: Bytes, quotes: NDArray[np.bool_], ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which bytes are outside quotes; a quote inside a cell could hide its end."""
    inside = np.bitwise_xor.accumulate(quotes.view(np.uint8)).view(np.bool_)
    places = np.flatnonzero(quotes)
    opening = places[inside[places]]
    closing = places[~inside[places]]
    fits_before = ends[opening - 1] | quotes[opening - 1]
    after = np.minimum(closing + 1, len(text) - 1)
    fits_after = ends[after] | quotes[after] | (text[after] == _RETURN)
    if inside[-1] or not fits_before.all() or not fits_after.all():
        raise UnreadableError(ProblemKind.UNREADABLE, "a table with a quote inside a cell")
    outside: NDArray[np.bool_] = ~inside
    return outside
