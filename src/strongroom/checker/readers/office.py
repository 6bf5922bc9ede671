"""Word documents and PowerPoint slides: every part of the container is read."""

from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact
from strongroom.checker.readers.office_parts import members, read_member
from strongroom.checker.readers.part import Context, Part
from strongroom.checker.readers.zip_structure import open_zip


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield words (deleted ones, comments and notes too), tables, chart data, pictures and embedded files."""
    found = yield from members(part, open_zip(part), context)
    for name, data in found.items():
        yield from read_member(name, data, found, part, context)
