"""Large files that are read where they are, a piece at a time, instead of whole."""

from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact
from strongroom.checker.readers import tar
from strongroom.checker.readers.kinds import FileKind
from strongroom.checker.readers.large_columns import open_columns
from strongroom.checker.readers.large_records import open_records
from strongroom.checker.readers.packed_tar import open_packed
from strongroom.checker.readers.part import Context, Part


def open_pieces(
    file: int, size: int, part: Part, context: Context
) -> tuple[FileKind, Iterator[Artefact]] | None:
    """Return the kind of a large file and what is found in it; None for what has to be read whole."""
    if (columns := open_columns(file, size, part, context)) is not None:
        return columns.kind, columns.read(part, context)
    for opened in (tar.open_large, open_packed, open_records):
        if (pieces := opened(file, size, part, context)) is not None:
            return pieces
    return None
