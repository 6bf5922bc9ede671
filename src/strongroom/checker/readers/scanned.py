"""A large delimited table judged where it is read: ids are looked for in every row, a sample is kept.

Nothing is converted but the sample: the bytes themselves are searched, and every line must have as many cells
as the first.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from strongroom.checker.artefacts import FoundTable, ProblemKind
from strongroom.checker.gathering import EvenDraw, rows_to_keep
from strongroom.checker.readers.cell_ends import Bytes, Places, cell_ends
from strongroom.checker.readers.digit_runs import MARGIN, DigitRuns
from strongroom.checker.readers.id_words import IdWords, Words
from strongroom.checker.readers.lines import pieces, single_spaced
from strongroom.checker.readers.part import UnreadableError
from strongroom.checker.readers.seen_ids import SeenIds
from strongroom.checker.readers.streamed import StreamedTable
from strongroom.checker.sought import Sought

_THREADS = 2
_FEED = np.uint8(ord("\n"))
_LEAST_BLOCK = 1 << 22


@dataclass(frozen=True)
class _Piece:
    """What a piece of a block held: where its lines end, numbers with their columns, words by column."""

    line_ends: Places
    columns: Places
    numbers: Places
    words: list[tuple[int, Words]] = field(default_factory=list)


class ScannedTable:
    """Reads a large table through, once; `found` is then what is judged of it."""

    def __init__(self, large: StreamedTable, sought: Sought) -> None:
        self._large = large
        self._layout = large.layout
        self._runs = None if sought.high < sought.low else DigitRuns(*_digits(sought))
        self._words = IdWords(sought)
        self._seen = SeenIds(sought)
        self._sample = _SampledLines(sought.seed, self._layout.width)
        self._header = b""

    def read(self) -> FoundTable:
        """Return the sample with all that may be ids; raise UnreadableError for what is no even table."""
        with ThreadPoolExecutor(_THREADS) as threads:
            for block in self._large.blocks:
                self._read_block(np.frombuffer(block, np.uint8), threads)
        self._large.require_end()
        return FoundTable(
            self._large.part.where,
            self._table(),
            rows=self._sample.rows,
            seen=tuple(self._seen.found()),
        )

    def _read_block(self, text: Bytes, threads: ThreadPoolExecutor) -> None:
        if self._layout.spaced:
            text = single_spaced(text)
        cuts = list(pieces(text))
        found = list(threads.map(lambda cut: self._read_piece(text, *cut), cuts))
        line_ends = np.concatenate([each.line_ends for each in found])
        self._keep_lines(text, line_ends)
        self._seen.add_numbers(
            np.concatenate([each.columns for each in found]), np.concatenate([each.numbers for each in found])
        )
        for each in found:
            for column, words in each.words:
                self._seen.add_words(column, words)
        self._seen.require_room()

    def _read_piece(self, text: Bytes, start: int, end: int) -> _Piece:
        size = end - start + 1
        padded = np.full(size + 1 + MARGIN, _FEED)
        padded[1:size] = text[start:end]
        # Only the file's last line may come without its end.
        size += int(text[end - 1] != _FEED)
        width = self._layout.width
        ends = cell_ends(padded[:size], self._layout.delimiter, width)
        columns = numbers = np.empty(0, np.int64)
        if self._runs is not None:
            places, numbers = self._runs.find(padded, size, ends)
            columns = np.searchsorted(ends, places) % width
        words = list(self._words.find(padded, ends, width))
        return _Piece(ends[width - 1 :: width] + (start - 1), columns, numbers, words)

    def _keep_lines(self, text: Bytes, line_ends: Places) -> None:
        starts = np.concatenate([np.zeros(1, np.int64), line_ends[:-1] + 1])
        if self._layout.header and not self._header and len(line_ends):
            self._header = text[: line_ends[0] + 1].tobytes()
            starts, line_ends = starts[1:], line_ends[1:]
        self._sample.feed(text, starts, line_ends)

    def _table(self) -> pa.Table:
        data = self._header + self._sample.lines()
        if not data:
            return pa.table({})
        quoted = b'"' in data
        try:
            table = arrow_csv.read_csv(
                pa.py_buffer(data),
                arrow_csv.ReadOptions(
                    autogenerate_column_names=not self._layout.header,
                    block_size=max(_LEAST_BLOCK, len(data) // 16),
                ),
                arrow_csv.ParseOptions(
                    delimiter=self._layout.delimiter,
                    newlines_in_values=quoted,
                    quote_char='"' if quoted else False,
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            detail = "a table of uneven rows, too large to be read as text"
            raise UnreadableError(ProblemKind.UNREADABLE, detail) from error
        if table.num_columns != self._layout.width or table.num_rows != self._sample.kept:
            raise UnreadableError(ProblemKind.DISAGREEMENT, "rows that can be read in two ways")
        return table


class _SampledLines:
    """The lines that are kept, as the bytes they are."""

    def __init__(self, seed: int, columns: int) -> None:
        self._draw = EvenDraw(seed, rows_to_keep(columns))
        self._places: list[Places] = []
        self._lines: list[list[bytes]] = []

    @property
    def rows(self) -> int:
        return self._draw.rows

    @property
    def kept(self) -> int:
        return sum(map(len, self._lines))

    def feed(self, text: Bytes, starts: Places, ends: Places) -> None:
        first, stretch = self._draw.rows, self._draw.stretch
        places = self._draw.next(len(ends))
        if self._draw.stretch > stretch:
            self._thin()
        drawn = zip(starts[places - first].tolist(), ends[places - first].tolist(), strict=True)
        self._places.append(places)
        self._lines.append([text[start:end].tobytes() for start, end in drawn])

    def _thin(self) -> None:
        for number, places in enumerate(self._places):
            keep = self._draw.still(places)
            self._places[number] = places[keep]
            self._lines[number] = [line for line, kept in zip(self._lines[number], keep, strict=True) if kept]

    def lines(self) -> bytes:
        """Return the lines, each with its end."""
        lines: Sequence[bytes] = [line for lines in self._lines for line in lines]
        return b"\n".join([*lines, b""]) if lines else b""


def _digits(sought: Sought) -> tuple[int, int]:
    return len(str(max(sought.low, 0))), len(str(sought.high))
