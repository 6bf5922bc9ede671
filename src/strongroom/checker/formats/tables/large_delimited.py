"""Large delimited tables, a block of lines at a time: memory does not grow with the file.

Types are those of the first block, widened where a later one needs it. A table with uneven rows after its
first block is a problem: it is too large to be read as text.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Kind, Part, UnreadableError
from strongroom.checker.formats.streams import compressed, gz
from strongroom.checker.formats.streams.blocks import Blocks, Source, Unpacker
from strongroom.checker.formats.streams.formats import BZIP2, GZIP, XZ, ZSTD
from strongroom.checker.formats.tables import delimited
from strongroom.checker.formats.tables.formats import DELIMITED
from strongroom.checker.formats.tables.lines import single_spaced
from strongroom.checker.formats.text.formats import PLAIN_TEXT
from strongroom.thresholds import Thresholds, threshold

_ASCII = 128  # fixed: the first byte that is no ASCII character


class _Limits(Thresholds):
    """The numbers this module decides by."""

    streamed_bytes: int = threshold(
        1 << 26, "bytes", "cost: larger tables are read in blocks instead of whole"
    )
    streamed_gzip_bytes: int = threshold(
        1 << 23, "bytes", "cost: compressed text unpacks to about eight times as much"
    )
    head_bytes: int = threshold(1 << 18, "bytes", "cost: the layout shows at the beginning")
    packed_head_bytes: int = threshold(
        1 << 20, "bytes", "standard: bzip2 gives a block of up to 900 kB all at once"
    )
    arrow_block: int = threshold(1 << 20, "bytes", "cost: memory of one block as it is parsed")
    fewest_columns: int = threshold(2, "columns", "judgement: one column is read as text")
    start_bytes: int = threshold(1 << 24, "bytes", "cost: what is fed to zstd at once may unpack to as much")


LIMITS = _Limits()
STREAMED_BYTES = LIMITS.streamed_bytes
STREAMED_GZIP_BYTES = LIMITS.streamed_gzip_bytes
HEAD_BYTES = LIMITS.head_bytes
PACKED_HEAD_BYTES = LIMITS.packed_head_bytes


_QUOTE = re.compile(rb'"')
_COMPRESSED = (BZIP2, XZ, ZSTD)
_Packing = tuple[Kind, Callable[[Callable[[], bytes], int], Unpacker], Callable[[str], str]]


@dataclass(frozen=True)
class TableBatch:
    """Some consecutive rows of the table at `where`."""

    where: str
    table: pa.Table = field(repr=False)


@dataclass(frozen=True)
class Layout:
    """The layout of a table of `width` columns; `spaced` if runs of spaces separate them."""

    delimiter: str
    header: bool
    width: int
    spaced: bool = False


class StreamedTable:
    """A file that is one large table: iterate over its batches, once."""

    def __init__(self, part: Part, blocks: Blocks, layout: Layout, packing: Kind | None = None) -> None:
        self.part = part
        self.packing = packing
        self.blocks = blocks
        self.layout = layout
        self._names: list[str] = []
        self._types: list[pa.DataType] = []
        self._data = pa.py_buffer(b"")
        self._skipped = 0  # rows of the current block that hold names
        self._plain = True

    @property
    def type(self) -> str:
        """The MIME type of the file."""
        return (self.packing or DELIMITED).mime

    def __iter__(self) -> Iterator[TableBatch]:
        for block in self.blocks:
            table = self._parse(block)
            if table.num_rows:
                yield TableBatch(self.part.where, table)
        self.require_end()

    def require_end(self) -> None:
        """Raise UnreadableError if bytes follow the last compressed stream; all must have been read."""
        if self.blocks.left:
            detail = f"{self.blocks.left} bytes after the last packed stream"
            raise UnreadableError(ProblemKind.TRAILING_BYTES, detail)

    def spellings(self, places: list[int]) -> list[pa.ChunkedArray]:
        """Return columns of the current batch as their original text."""
        table = self._read([pa.string()] * len(self._names))
        return [table.column(place) for place in places]

    def _parse(self, block: memoryview) -> pa.Table:
        codes = np.frombuffer(block, np.uint8)
        if codes.min() == 0:
            raise UnreadableError(ProblemKind.UNREADABLE, "a text with NUL bytes")
        self._plain = bool(codes.max() < _ASCII)
        self._data = pa.py_buffer(single_spaced(codes) if self.layout.spaced else block)
        try:
            if self._names:
                self._skipped = 0
            else:
                self._names = self._read_names()
                self._skipped = int(self.layout.header)
            return self._typed().rename_columns(self._names)
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            detail = "a table of uneven rows, too large to be read as text"
            raise UnreadableError(ProblemKind.UNREADABLE, detail) from error

    def _read_names(self) -> list[str]:
        end = self._data.to_pybytes().find(b"\n") + 1
        options = arrow_csv.ReadOptions(autogenerate_column_names=not self.layout.header)
        names: list[str] = arrow_csv.read_csv(
            self._data.slice(0, end or self._data.size), options, self._parse_options(quoted=True)
        ).column_names
        return names

    def _typed(self) -> pa.Table:
        if self._types:
            try:
                return self._read(self._types)
            except pa.ArrowInvalid:
                inferred = self._read(None).schema.types
                self._types = [wider(*pair) for pair in zip(self._types, inferred, strict=True)]
        table = self._read(self._types or None)
        self._types = table.schema.types
        if any(pa.types.is_binary(kind) for kind in self._types):
            raise UnreadableError(ProblemKind.UNREADABLE, "is not UTF-8 text")
        return table

    def _read(self, types: list[pa.DataType] | None) -> pa.Table:
        # Names may repeat; positions do not.
        unique = [f"f{number}" for number in range(len(self._names))]
        quoted = _QUOTE.search(self._data) is not None
        return arrow_csv.read_csv(
            self._data,
            arrow_csv.ReadOptions(
                column_names=unique, skip_rows=self._skipped, block_size=LIMITS.arrow_block
            ),
            self._parse_options(quoted=quoted),
            arrow_csv.ConvertOptions(
                column_types=dict(zip(unique, types, strict=True)) if types else None,
                check_utf8=not self._plain,
            ),
        )

    def _parse_options(self, *, quoted: bool) -> arrow_csv.ParseOptions:
        return arrow_csv.ParseOptions(
            delimiter=self.layout.delimiter, newlines_in_values=quoted, quote_char='"' if quoted else False
        )


def open_table(file: int, size: int, part: Part, context: Context) -> StreamedTable | None:
    """Return a file's large table, or None if it has to be read whole; nothing has been consumed then.

    `part.data` is not used.
    """
    if size < STREAMED_GZIP_BYTES:
        return None
    head = os.pread(file, HEAD_BYTES, 0)
    kind = context.formats.identify(head, part.name)
    if kind is GZIP and not gz.hidden_header(head):
        return _packed(file, size, head, part, context, (kind, gz.Inflater, gz.inner_name))
    if kind in _COMPRESSED and head.startswith(compressed.CONTAINED):
        head = os.pread(file, PACKED_HEAD_BYTES, 0)
        return _packed(file, size, head, part, context, (kind, compressed.Unpacker, compressed.inner_name))
    return open_stream(_source(file), head, size, part, context)


def open_stream(source: Source, head: bytes, size: int, part: Part, context: Context) -> StreamedTable | None:
    """Return the large table that `source` gives, `head` its first bytes, or None for anything else."""
    layout = _layout(head, part.name, context) if size >= STREAMED_BYTES else None
    return None if layout is None else StreamedTable(part, Blocks(source), layout)


def _source(file: int) -> Source:
    return lambda into: os.readv(file, [into])


def _packed(  # noqa: PLR0917 - all that a packed file is
    file: int, size: int, head: bytes, part: Part, context: Context, packing: _Packing
) -> StreamedTable | None:
    kind, unpacker, inner_name = packing
    if context.formats.disagreement(kind, part.name):
        return None
    inner = part.inner(b"", inner_name(part.name))
    layout = _layout(start_of(head, unpacker), inner.name, context)
    limit = context.unpack_limit(size)
    blocks = Blocks(_source(file), lambda read: unpacker(read, limit))
    return None if layout is None else StreamedTable(inner, blocks, layout, kind)


def start_of(packed: bytes, unpacker: Callable[[Callable[[], bytes], int], Unpacker]) -> bytes:
    """Return what the first bytes of a packed file unpack to."""
    once = iter((packed,))
    unpacking = unpacker(lambda: next(once, b""), LIMITS.start_bytes)
    start = b""
    try:
        while len(start) < HEAD_BYTES and (piece := unpacking.unpack(HEAD_BYTES)):
            start += piece
    except UnreadableError:  # cut or damaged, which reading it whole will report
        return start
    return start


def _layout(head: bytes, name: str, context: Context) -> Layout | None:
    head = head[: head.rfind(b"\n") + 1]
    kind = context.formats.identify(head, name)
    if kind not in (DELIMITED, PLAIN_TEXT) or context.formats.disagreement(kind, name):
        return None
    delimiter, rows = delimited.sniff(head)
    if rows and len(rows[0]) >= LIMITS.fewest_columns:
        return Layout(delimiter, delimited.has_header(rows), len(rows[0]))
    rows = [line.split() for line in head.decode("utf-8-sig", errors="replace").splitlines()[:-1]]
    if (
        not rows
        or len(rows[0]) < LIMITS.fewest_columns
        or len({len(row) for row in rows}) != 1
        or b'"' in head
    ):
        return None
    return Layout(" ", delimited.has_header(rows), len(rows[0]), spaced=True)


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type that holds the values of both."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    numbers = (pa.int64(), pa.float64())
    return pa.float64() if one in numbers and other in numbers else pa.string()
