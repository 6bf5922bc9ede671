"""All that may be an id in delimited text, block by block: bytes are searched, and nothing is converted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from strongroom.checker.readers.cell_ends import Bytes, Places, cell_ends
from strongroom.checker.readers.digit_runs import MARGIN, DigitRuns
from strongroom.checker.readers.id_words import IdWords, Words
from strongroom.checker.readers.lines import pieces
from strongroom.checker.readers.seen_ids import SeenIds
from strongroom.checker.sought import Seen, Sought

_THREADS = 2
_FEED = np.uint8(ord("\n"))


@dataclass(frozen=True)
class _Piece:
    """What a piece of a block held: where its lines end, numbers with their columns, words by column."""

    line_ends: Places
    columns: Places
    numbers: Places
    words: list[tuple[int, Words]] = field(default_factory=list)


class IdSearch:
    """Searches a table of `width` columns; use it as a context, for it has threads."""

    def __init__(self, sought: Sought, delimiter: str, width: int) -> None:
        self._delimiter, self._width = delimiter, width
        self._runs = None if sought.high < sought.low else DigitRuns(*_digits(sought))
        self._words = IdWords(sought)
        self._seen = SeenIds(sought)
        self._threads = ThreadPoolExecutor(_THREADS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def search(self, text: Bytes) -> Places:
        """Search a block of whole lines and return where they end; raise UnreadableError for uneven ones."""
        found = list(self._threads.map(lambda cut: self._search_piece(text, *cut), pieces(text)))
        columns, numbers = ([getattr(each, name) for each in found] for name in ("columns", "numbers"))
        self._seen.add_numbers(np.concatenate(columns), np.concatenate(numbers))
        for each in found:
            for column, words in each.words:
                self._seen.add_words(column, words)
        self._seen.require_room()
        return np.concatenate([each.line_ends for each in found])

    def found(self) -> tuple[Seen, ...]:
        """Return what was seen in each column."""
        return tuple(self._seen.found())

    def _search_piece(self, text: Bytes, start: int, end: int) -> _Piece:
        size = end - start + 1
        padded = np.full(size + 1 + MARGIN, _FEED)
        padded[1:size] = text[start:end]
        # Only the file's last line may come without its end.
        size += int(text[end - 1] != _FEED)
        ends = cell_ends(padded[:size], self._delimiter, self._width)
        columns = numbers = np.empty(0, np.int64)
        if self._runs is not None:
            places, numbers = self._runs.find(padded, size, ends)
            columns = np.searchsorted(ends, places) % self._width
        words = list(self._words.find(padded, ends, self._width))
        return _Piece(ends[self._width - 1 :: self._width] + (start - 1), columns, numbers, words)


def _digits(sought: Sought) -> tuple[int, int]:
    return len(str(max(sought.low, 0))), len(str(sought.high))
