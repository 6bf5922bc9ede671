"""Read CSV and TSV in blocks of whole records; Arrow parses each directly into the dictionary's types.

The fast path trusts the file; only a block that Arrow refuses is read again, slowly, to locate the error.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.csv as pa_csv

from strongroom.cohort.ingest.parse_errors import Block, diagnose, refuse_nul
from strongroom.cohort.ingest.plan import TablePlan
from strongroom.cohort.ingest.record_blocks import BLOCK_BYTES, split_header, whole_records
from strongroom.cohort.ingest.source import Chunk
from strongroom.cohort.ingest.type_conversion import MISSING
from strongroom.errors import IngestError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    parsed_at_once: int = threshold(4 * 1024 * 1024, "bytes", "cost: pieces that Arrow parses in parallel")


LIMITS = _Limits()


_DELIMITERS = (b",", b";", b"\t", b"|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class DelimitedSource:
    """A CSV or TSV file, possibly gzipped; `size` is in bytes of the text, unknown (0) if gzipped.

    `delimiter` is the one that is usual for its suffix; `header` recognises another.
    """

    def __init__(self, path: Path, *, delimiter: bytes, gzipped: bool, block: int = BLOCK_BYTES) -> None:
        self.path = path
        self.size = 0 if gzipped else path.stat().st_size
        self._delimiter, self._gzipped, self._block = delimiter, gzipped, block

    def header(self) -> tuple[str, ...]:
        """Return the names in the first record."""
        with self._opened() as file:
            record, _ = split_header(file.read(self._block))
        if record.startswith(_UTF16):
            raise IngestError("is UTF-16 text.", file=self.path, row=0, hint="Save it as UTF-8.")
        if b"\0" in record:
            raise IngestError("contains NUL bytes, so it is not text.", file=self.path, row=0)
        try:
            text = record.decode("utf-8-sig")
            self._delimiter = _recognised(text, self._delimiter)
            names = _cells(text, self._delimiter)
        except (UnicodeDecodeError, csv.Error) as error:
            raise IngestError(
                "the header is not UTF-8 text in columns.", file=self.path, row=0, hint="Save it as UTF-8."
            ) from error
        if not names:
            raise IngestError(
                "begins with an empty line.", file=self.path, row=0, hint="Begin with a header."
            )
        return tuple(names)

    def chunks(self, plan: TablePlan) -> Iterator[Chunk]:
        """Yield the rows, a block of the file at a time."""
        columns = len(plan.columns) + 1
        row, exact = 1, True
        with self._opened() as file:
            _, begin = split_header(file.read(self._block))
            records = whole_records(file.read, begin=begin, block=self._block)
            while (content := self._next(records, row)) is not None:
                block = Block(self.path, content, self._delimiter, row, columns)
                refuse_nul(block, plan)
                if not content.strip():
                    continue
                table, exact = self._parse(block, plan, exact=exact)
                arrays = tuple(_one_array(column) for column in table.columns)
                yield Chunk(arrays, first_row=row, done=len(content))
                row += table.num_rows

    def _next(self, records: Iterator[bytes], row: int) -> bytes | None:
        try:
            return next(records, None)
        except ValueError as error:
            raise IngestError(
                "a quoted value is not closed.",
                file=self.path,
                row=row,
                hint="Look for an unmatched quote.",
            ) from error

    def _parse(self, block: Block, plan: TablePlan, *, exact: bool) -> tuple[pa.Table, bool]:
        """Return the block's table, and whether all whole numbers were written as such (5, not 5.0)."""
        if exact:
            try:
                return _read(block, plan, exact=True, at_once=LIMITS.parsed_at_once), True
            except pa.ArrowInvalid:
                # Perhaps 5.0 for 5, as pandas writes in columns with missing values, or a very long record.
                pass
        try:
            return _read(block, plan, exact=False, at_once=len(block.content) + 1), False
        except (pa.ArrowInvalid, UnicodeDecodeError):
            raise diagnose(block, plan) from None

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self.path.open("rb") as file:
                if self._gzipped:
                    with gzip.open(file, "rb") as text:
                        yield cast(BinaryIO, text)
                else:
                    yield file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise IngestError(
                "is an incomplete gzip file.", file=self.path, hint="Check that it was copied completely."
            ) from error


def _read(block: Block, plan: TablePlan, *, exact: bool, at_once: int) -> pa.Table:
    # If a coding gives a meaning to a spelling of a missing value, each column has its own spellings.
    by_column = any(column.missing != MISSING for column in plan.columns)
    types = {str(plan.id.position): pa.string()}
    for column in plan.columns:
        loose = not exact and pa.types.is_integer(column.type)
        text = by_column or column.field.format
        types[str(column.position)] = pa.string() if text else pa.float64() if loose else column.type
    return pa_csv.read_csv(
        pa.BufferReader(block.content),
        read_options=pa_csv.ReadOptions(column_names=block.names, block_size=at_once),
        parse_options=block.parse_options(),
        convert_options=pa_csv.ConvertOptions(
            column_types=types,
            null_values=[] if by_column else list(MISSING),
            strings_can_be_null=not by_column,
        ),
    )


def _recognised(header: str, usual: bytes) -> bytes:
    """Return the delimiter: the one usual for the file's suffix, unless only another makes columns."""
    if len(_cells(header, usual)) > 1:
        return usual
    counts = {usual: 1}
    for each in _DELIMITERS:
        with suppress(csv.Error):  # quotes that do not fit this delimiter
            counts[each] = len(_cells(header, each))
    return max(counts, key=lambda each: counts[each])


def _cells(header: str, delimiter: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(header), delimiter=delimiter.decode(), strict=True), [])


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)
