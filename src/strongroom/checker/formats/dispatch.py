"""Which reader reads what; nothing a file holds makes this raise."""

from collections.abc import Iterator, Mapping

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.archives import zip_archive
from strongroom.checker.formats.archives.packed import PACKED
from strongroom.checker.formats.documents import notebook
from strongroom.checker.formats.documents.documents import DOCUMENTS
from strongroom.checker.formats.guarded import guarded
from strongroom.checker.formats.kinds import FileKind, disagreement, identify, is_text
from strongroom.checker.formats.office import workbook
from strongroom.checker.formats.part import Context, Part, PartReader
from strongroom.checker.formats.pictures import png
from strongroom.checker.formats.science.scientific import SCIENTIFIC
from strongroom.checker.formats.streams import gz
from strongroom.checker.formats.tables import arrow, delimited, parquet
from strongroom.checker.formats.text import json_text, plain_text
from strongroom.checker.formats.text.charset import in_utf8


def _encrypted(part: Part, context: Context) -> Iterator[Artefact]:
    del context
    # Excel wraps a workbook with a password into this container; its old formats live there too.
    yield part.problem(ProblemKind.ENCRYPTED, "a password-protected or old Office file")


def _unknown(part: Part, context: Context) -> Iterator[Artefact]:
    del context
    yield part.problem(ProblemKind.UNKNOWN_TYPE, "no reader for this type")


READERS: Mapping[FileKind, PartReader] = {
    FileKind.DELIMITED: delimited.read,
    FileKind.TEXT: plain_text.read,
    FileKind.JSON: json_text.read,
    FileKind.NDJSON: json_text.read_lines,
    FileKind.NOTEBOOK: notebook.read,
    FileKind.GZIP: gz.read,
    FileKind.ZIP: zip_archive.read,
    FileKind.XLSX: workbook.read,
    FileKind.PARQUET: parquet.read,
    FileKind.ARROW: arrow.read,
    FileKind.PNG: png.read,
    FileKind.ENCRYPTED_OFFICE: _encrypted,
    FileKind.UNKNOWN: _unknown,
    **DOCUMENTS,
    **PACKED,
    **SCIENTIFIC,
}


def read_part(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what a part holds, read by the reader of its kind."""
    kind = identify(part.data, part.name)
    wrong = disagreement(kind, part.name)
    if wrong:
        yield part.problem(ProblemKind.DISAGREEMENT, wrong)
    if is_text(kind):
        part, _ = in_utf8(part)
    yield from guarded(part.where, READERS.get(kind, _unknown)(part, context))
