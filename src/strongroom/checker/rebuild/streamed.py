"""A large table made anew batch by batch, as it is read; packed again where it came packed."""

from typing import BinaryIO

from isal import isal_zlib

from strongroom.checker.frames import write_frame
from strongroom.checker.readers.streamed import StreamedTable, TableBatch
from strongroom.checker.rebuild.tables import text_of, with_spellings

_LEVEL = 2
_GZIP_WINDOW = 31


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
        self._packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW)
        self._header = large.layout.header

    def write(self, batch: TableBatch) -> None:
        """Write some rows; the header, if there is one, before the first."""
        table = with_spellings(batch.table, self._large.spellings)
        text = text_of(table, delimiter=self._large.layout.delimiter, header=self._header)
        self._header = False
        self._piece(self._packer.compress(text) if self._large.blocks.packed else text)

    def finish(self) -> None:
        """Write what is left, and say what changed."""
        if self._large.blocks.packed:
            self._piece(self._packer.flush())
        change = "written anew from its cells; numbers and dates in their shortest spelling, gaps empty"
        write_frame(self._answer, {"frame": "change", "text": f"{self._large.part.where}: {change}"})

    def _piece(self, data: bytes) -> None:
        write_frame(self._answer, {"frame": "piece"}, data)
