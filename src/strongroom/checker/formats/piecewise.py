"""Large files that are read where they are, a piece at a time, instead of whole."""

from collections.abc import Iterator

from strongroom.checker.contents.found import Artefact
from strongroom.checker.formats.archives import tar_archive
from strongroom.checker.formats.archives.compressed_tar import open_packed
from strongroom.checker.formats.kinds import FileKind
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.tables.large_columnar import open_columns
from strongroom.checker.formats.tables.large_json import open_records


def open_pieces(
    file: int, size: int, part: Part, context: Context
) -> tuple[FileKind, Iterator[Artefact]] | None:
    """Return the kind of a large file and what is found in it; None for what has to be read whole."""
    if (columns := open_columns(file, size, part, context)) is not None:
        return columns.kind, columns.read(part, context)
    for opened in (tar_archive.open_large, open_packed, open_records):
        if (pieces := opened(file, size, part, context)) is not None:
            return pieces
    return None
