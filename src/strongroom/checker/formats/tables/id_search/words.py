"""Cells that may be participants' ids that are words: of the same length and first letters."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.id_query import IdQuery
from strongroom.thresholds import Thresholds, threshold

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Words = NDArray[np.bytes_]

_SPACE, _QUOTE, _RETURN = (np.uint8(ord(letter)) for letter in ' "\r')


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_spaces: int = threshold(64, "characters", "cost: blanks before a word that are skipped")


LIMITS = _Limits()


class IdWords:
    """Finds the cells that have the form of an id."""

    def __init__(self, id_query: IdQuery) -> None:
        self._allowed: dict[int, list[NDArray[np.bool_]]] = {}
        for length, places in zip(id_query.lengths, id_query.spellings, strict=True):
            tables = [np.isin(np.arange(256), np.frombuffer(each, np.uint8)) for each in places]
            self._allowed[length] = tables

    def find(self, text: Bytes, cell_ends: Callable[[], Places], width: int) -> Iterator[tuple[int, Words]]:
        """Yield words of one length and their columns; `cell_ends` are in order."""
        if not self._allowed or len(ends := cell_ends()) == 0:
            return
        starts = np.concatenate([np.ones(1, np.int64), ends[:-1] + 1])
        starts, stops = _trimmed(text, starts, ends)
        for length, allowed in self._allowed.items():
            cells = np.flatnonzero(stops - starts == length)
            for place, letters in enumerate(allowed):
                cells = cells[letters[text[starts[cells] + place]]]
            columns = cells % width
            for column in np.unique(columns).tolist():
                at = starts[cells[columns == column]]
                letters = np.ascontiguousarray(text[at[:, None] + np.arange(length)])
                yield column, np.unique(letters.view(f"S{length}").ravel())


def _trimmed(text: Bytes, starts: Places, stops: Places) -> tuple[Places, Places]:
    """Return where cells begin and end without spaces and quotes around them."""
    stops = stops - (text[stops - 1] == _RETURN)
    for _ in range(LIMITS.most_spaces):
        before = (starts < stops) & np.isin(text[starts], (_SPACE, _QUOTE))
        after = (starts < stops) & np.isin(text[stops - 1], (_SPACE, _QUOTE))
        if not before.any() and not after.any():
            break
        starts, stops = starts + before, stops - after
    return starts, np.maximum(starts, stops)
