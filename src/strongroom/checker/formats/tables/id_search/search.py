"""Searches delimited text for possible ids, block by block: bytes are searched, nothing is parsed."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np

from strongroom.checker.contents.id_query import IdQuery, PossibleIds
from strongroom.checker.formats.tables.cell_ends import Bytes, ListedCells, Places, cell_ends
from strongroom.checker.formats.tables.id_search.digit_runs import MARGIN, DigitRuns
from strongroom.checker.formats.tables.id_search.id_counts import PossibleIdColumns
from strongroom.checker.formats.tables.id_search.scratch import Scratch
from strongroom.checker.formats.tables.id_search.unquoted_lines import PlainLines, plain_lines
from strongroom.checker.formats.tables.id_search.words import IdWords, Words
from strongroom.checker.formats.tables.lines import pieces, quoted_pieces
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    threads: int = threshold(2, "threads", "cost: a confined reader has two processors")


LIMITS = _Limits()


_FEED = np.uint8(ord("\n"))


class _QuotedError(Exception):
    """A block that was split as if it had no quotes has some."""


@dataclass(frozen=True, repr=False)
class _Piece:
    """The content of a piece of a block: its line ends, numbers with their columns, words by column."""

    line_ends: Places
    columns: Places
    numbers: Places
    words: list[tuple[int, Words]]
    quoted: bool


@dataclass(frozen=True, repr=False)
class Begun:
    """A block that is being searched and must not change until that is finished."""

    text: Bytes
    found: list[Future[_Piece]]


class IdSearch:
    """Searches a table of `width` columns; use it as a context manager, for it has threads."""

    def __init__(self, id_query: IdQuery, delimiter: str, width: int) -> None:
        self._delimiter, self._width = delimiter, width
        self._runs = None if id_query.high < id_query.low else DigitRuns(*_digits(id_query))
        self._words = IdWords(id_query)
        self._seen = PossibleIdColumns(id_query)
        self._quoted = False
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(LIMITS.threads)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def search(self, text: Bytes) -> Places:
        """Search a block of whole lines and return where they end; raise UnreadableError for uneven ones."""
        return self.finish(self.begin(text))

    def begin(self, text: Bytes) -> Begun:
        """Start searching a block of whole lines, so that the previous one can be finished meanwhile."""
        quoted = self._quoted
        cuts = quoted_pieces(text) if quoted else pieces(text)
        return Begun(text, [self._threads.submit(self._search_piece, text, *cut, quoted) for cut in cuts])

    def finish(self, begun: Begun) -> Places:
        """Return where the lines of a block end; raise UnreadableError for uneven ones."""
        try:
            found = [each.result() for each in begun.found]
        except _QuotedError:
            self._quoted = True  # cells may contain line feeds: lines are split with more care
            found = [each.result() for each in self.begin(begun.text).found]
        self._quoted = any(each.quoted for each in found)
        columns, numbers = ([getattr(each, name) for each in found] for name in ("columns", "numbers"))
        self._seen.add_numbers(np.concatenate(columns), np.concatenate(numbers))
        for each in found:
            for column, words in each.words:
                self._seen.add_words(column, words)
        self._seen.require_room()
        return np.concatenate([each.line_ends for each in found])

    def found(self) -> tuple[PossibleIds, ...]:
        """Return what was found in each column."""
        return tuple(self._seen.found())

    def _search_piece(self, text: Bytes, start: int, end: int, quoted: bool) -> _Piece:  # noqa: FBT001 - submitted by place
        piece, size = _framed(text, start, end)
        content = piece[1:size].tobytes()
        has_quotes = b'"' in content
        if has_quotes and not quoted:
            raise _QuotedError
        scratch = self._scratch()
        cells = self._cells(piece[:size], content, scratch)
        columns = numbers = np.empty(0, np.int64)
        if self._runs is not None:
            places, numbers = self._runs.find(piece, size, content, cells, scratch)
            columns = cells.columns(places)
        words = list(self._words.find(piece, cells.ends, self._width))
        return _Piece(cells.line_ends + (start - 1), columns, numbers, words, has_quotes)

    def _cells(self, text: Bytes, content: bytes, scratch: Scratch) -> PlainLines | ListedCells:
        plain = plain_lines(text, content, self._delimiter, self._width, scratch)
        return plain or ListedCells(cell_ends(text, self._delimiter, self._width), self._width)

    def _scratch(self) -> Scratch:
        """Return the calling thread's memory."""
        if not hasattr(self._own, "scratch"):
            self._own.scratch = Scratch()
        scratch: Scratch = self._own.scratch
        return scratch


def _framed(text: Bytes, start: int, end: int) -> tuple[Bytes, int]:
    """Return a piece of whole lines after one line feed and before a margin, and its size with that feed.

    It is copied only if the block itself ends before the margin.
    """
    size = end - start + 1
    if start and end + MARGIN <= len(text):
        return text[start - 1 : end + MARGIN], size
    padded = np.full(size + 1 + MARGIN, _FEED)
    padded[1:size] = text[start:end]
    # Only the file's last line may lack its line end.
    return padded, size + int(text[end - 1] != _FEED)


def _digits(id_query: IdQuery) -> tuple[int, int]:
    return len(str(max(id_query.low, 0))), len(str(id_query.high))
