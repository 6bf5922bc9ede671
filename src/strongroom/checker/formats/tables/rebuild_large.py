"""Rebuilds a large table batch by batch as it is read, compressed again if it was compressed."""

import bz2
import lzma
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from isal import isal_zlib

from strongroom.checker.contents.frames import write_frame
from strongroom.checker.formats.part import Kind
from strongroom.checker.formats.streams.formats import BZIP2, GZIP, XZ, ZSTD
from strongroom.checker.formats.tables.cell_spellings import SpelledCells
from strongroom.checker.formats.tables.formulas import without_formulas
from strongroom.checker.formats.tables.large_delimited import StreamedTable, TableBatch
from strongroom.checker.formats.tables.rebuild_tables import change_of, text_of
from strongroom.thresholds import Thresholds, threshold

_GZIP_WINDOW = 31  # fixed: zlib: a window of 15 bits, plus 16 for the gzip header


class _Limits(Thresholds):
    """The numbers this module decides by."""

    gzip_level: int = threshold(2, "level", "cost: higher levels take longer than the check")
    xz_level: int = threshold(1, "level", "cost: higher levels take longer than the check")


LIMITS = _Limits()


def write_copy(large: StreamedTable, answer: BinaryIO) -> None:
    """Write the copy of a large table; raise UnreadableError for what cannot be read to its end."""
    copy = StreamedCopy(large, answer)
    for batch in large:
        copy.write(batch)
    copy.finish()


class StreamedCopy:
    """Writes the copy of a large table as frames of kind "piece", in the order of the rows."""

    def __init__(self, large: StreamedTable, answer: BinaryIO) -> None:
        self._large = large
        self._answer = answer
        self._packer = None if large.packing is None else _PACKERS[large.packing]()
        self._header = large.layout.header
        self._spelled = SpelledCells()
        self._formulas = 0

    def write(self, batch: TableBatch) -> None:
        """Write some rows; the header, if there is one, before the first."""
        table, formulas = without_formulas(self._spelled.kept(batch.table, self._large.spellings))
        self._formulas += formulas
        text = text_of(table, delimiter=self._large.layout.delimiter, header=self._header)
        self._header = False
        self._piece(text if self._packer is None else self._packer.compress(text))

    def finish(self) -> None:
        """Write the rest, and report what changed."""
        if self._packer is not None:
            self._piece(self._packer.flush())
        write_frame(
            self._answer,
            {"frame": "change", "text": change_of(self._large.part, self._spelled, self._formulas)},
        )

    def _piece(self, data: bytes) -> None:
        write_frame(self._answer, {"frame": "piece"}, data)


def _zstd() -> Any:
    import zstandard  # noqa: PLC0415 - few files need it

    return zstandard.ZstdCompressor().compressobj()


_PACKERS: Mapping[Kind, Callable[[], Any]] = {
    GZIP: lambda: isal_zlib.compressobj(LIMITS.gzip_level, isal_zlib.DEFLATED, _GZIP_WINDOW),
    BZIP2: bz2.BZ2Compressor,
    XZ: lambda: lzma.LZMACompressor(preset=LIMITS.xz_level),
    ZSTD: _zstd,
}
