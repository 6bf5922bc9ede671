"""Scans a large delimited table: every row is searched for ids, a sample is kept.

Only the sample is parsed: the bytes themselves are searched, and every line must have as many cells as the
first.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from strongroom.checker.contents.found import FoundTable, ProblemKind
from strongroom.checker.contents.id_query import IdQuery
from strongroom.checker.contents.row_sample import EvenDraw, rows_to_keep
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.tables.cell_ends import Bytes, Places
from strongroom.checker.formats.tables.id_search.search import Begun, IdSearch
from strongroom.checker.formats.tables.large_delimited import StreamedTable
from strongroom.checker.formats.tables.lines import single_spaced
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_block: int = threshold(1 << 22, "bytes", "cost: Arrow parses blocks of at least this size")


LIMITS = _Limits()


class ScannedTable:
    """Reads a large table once."""

    def __init__(self, large: StreamedTable, id_query: IdQuery) -> None:
        self._large = large
        self._layout = large.layout
        self._id_query = id_query
        self._sample = _SampledLines(id_query.seed, self._layout.width)
        self._header = b""

    def read(self) -> FoundTable:
        """Return the sample with all possible ids; raise UnreadableError for uneven rows."""
        with IdSearch(self._id_query, self._layout.delimiter, self._layout.width) as search:
            begun: Begun | None = None
            for block in self._large.blocks:
                text = np.frombuffer(block, np.uint8)
                last, begun = begun, search.begin(single_spaced(text) if self._layout.spaced else text)
                if last is not None:
                    self._keep_lines(last.text, search.finish(last))
            if begun is not None:
                self._keep_lines(begun.text, search.finish(begun))
            self._large.require_end()
            table, rows = self._table(), self._sample.rows
            return FoundTable(self._large.part.where, table, rows=rows, possible_ids=search.found())

    def _keep_lines(self, text: Bytes, line_ends: Places) -> None:
        names = 0
        if self._layout.header and not self._header and len(line_ends):
            self._header = text[: line_ends[0] + 1].tobytes()
            names = 1
        self._sample.feed(text, line_ends, names)

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
                    block_size=max(LIMITS.least_block, len(data) // 16),
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
            raise UnreadableError(ProblemKind.DISAGREEMENT, "rows that can be parsed in two ways")
        return table


class _SampledLines:
    """The sampled lines, as bytes."""

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

    def feed(self, text: Bytes, ends: Places, skipped: int) -> None:
        """Keep the sampled ones of the lines that end at positions, skipping some at the beginning."""
        first, stretch = self._draw.rows, self._draw.stretch
        places = self._draw.next(len(ends) - skipped)
        if self._draw.stretch > stretch:
            self._thin()
        lines = places - first + skipped
        starts = np.where(lines > 0, ends[lines - 1] + 1, 0)
        drawn = zip(starts.tolist(), ends[lines].tolist(), strict=True)
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
