"""Word documents and PowerPoint slides: every part of the container is read."""

from collections.abc import Iterator

from strongroom.checker.contents.found import Artefact
from strongroom.checker.formats.archives.zip_structure import open_zip
from strongroom.checker.formats.office.parts import members, read_member
from strongroom.checker.formats.part import Context, Part


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield words (deleted ones, comments and notes too), tables, chart data, pictures and embedded files."""
    found = yield from members(part, open_zip(part), context)
    for name, data in found.items():
        yield from read_member(name, data, found, part, context)
