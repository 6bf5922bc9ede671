"""A block of a delimited text, cut into pieces of whole lines for threads to search."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Bytes = NDArray[np.uint8]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    piece_bytes: int = threshold(1 << 20, "bytes", "cost: a thread's share of a block")
    look: int = threshold(
        1 << 8, "bytes", "cost: the first window in which a line's end is looked for; it doubles"
    )


LIMITS = _Limits()


_FEED, _RETURN, _SPACE, _TAB, _QUOTE = (np.uint8(ord(letter)) for letter in '\n\r \t"')


def pieces(text: Bytes) -> Iterator[tuple[int, int]]:
    """Yield where pieces of whole lines begin and end in a text without quotes."""
    start = 0
    while start < len(text):
        end = _next_line(text, start + LIMITS.piece_bytes, lambda places: text[places] == _FEED)
        yield start, end
        start = end


def quoted_pieces(text: Bytes) -> Iterator[tuple[int, int]]:
    """Yield where pieces of whole lines begin and end; a line feed inside quotes does not end a line."""
    start = 0
    while start < len(text):
        end = _next_line(text, start + LIMITS.piece_bytes, lambda places: text[places] == _FEED)
        while np.count_nonzero(text[start:end] == _QUOTE) % 2 and end < len(text):
            closed = _next_line(text, end, lambda places: text[places] == _QUOTE)
            end = _next_line(text, closed, lambda places: text[places] == _FEED)
        yield start, end
        start = end


def single_spaced(text: Bytes) -> Bytes:
    """Return lines with runs of spaces and tabs collapsed to one space, and stripped."""
    blank = (text == _SPACE) | (text == _TAB)
    starts = blank | (text == _FEED)
    dropped = blank.copy()
    dropped[1:] &= starts[:-1]
    text, blank = text[~dropped], blank[~dropped]
    text = np.where(blank, _SPACE, text)
    last = np.zeros(len(text), np.bool_)
    last[:-1] = blank[:-1] & ((text[1:] == _FEED) | (text[1:] == _RETURN))
    last[-1:] = blank[-1:]
    kept: Bytes = text[~last]
    return kept


def _next_line(text: Bytes, at: int, ends: Callable[[slice], NDArray[np.bool_]]) -> int:
    for times in itertools.count():
        if at >= len(text):
            return len(text)
        look = LIMITS.look << min(2 * times, 16)
        found = np.flatnonzero(ends(slice(at, at + look)))
        if len(found):
            return at + int(found[0]) + 1
        at += look
    return len(text)
