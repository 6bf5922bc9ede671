"""Which reader reads what; nothing a file holds makes this raise."""

from collections.abc import Iterator, Mapping

from strongroom.checker.artefacts import Artefact, Limits, ProblemKind
from strongroom.checker.readers import (
    archive,
    arrow,
    delimited,
    gz,
    json_text,
    notebook,
    parquet,
    png,
    text,
    workbook,
)
from strongroom.checker.readers.charset import in_utf8
from strongroom.checker.readers.documents import DOCUMENTS
from strongroom.checker.readers.guarded import guarded, new_context, searched, something
from strongroom.checker.readers.kinds import FileKind, disagreement, identify, is_text
from strongroom.checker.readers.packed import PACKED
from strongroom.checker.readers.part import Context, Part, PartReader, printable
from strongroom.checker.readers.scientific import SCIENTIFIC
from strongroom.checker.sought import NOTHING, Sought


def _encrypted(part: Part, context: Context) -> Iterator[Artefact]:
    del context
    # Excel wraps a workbook with a password into this container; its old formats live there too.
    yield part.problem(ProblemKind.ENCRYPTED, "a password-protected or old Office file")


def _unknown(part: Part, context: Context) -> Iterator[Artefact]:
    del context
    yield part.problem(ProblemKind.UNKNOWN_TYPE, "no reader for this type")


READERS: Mapping[FileKind, PartReader] = {
    FileKind.DELIMITED: delimited.read,
    FileKind.TEXT: text.read,
    FileKind.JSON: json_text.read,
    FileKind.NDJSON: json_text.read_lines,
    FileKind.NOTEBOOK: notebook.read,
    FileKind.GZIP: gz.read,
    FileKind.ZIP: archive.read,
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


def read_bytes(
    data: bytes, name: str, *, limits: Limits | None = None, sought: Sought = NOTHING
) -> Iterator[Artefact]:
    """Yield all that is found in a file's bytes; whatever they are, this does not raise.

    A file in which nothing is found at all was not understood. Large tables are kept as a sample if something
    is `sought` in them.
    """
    context = new_context(limits or Limits(), sought)
    whole = Part(data, name, printable(name))
    found = searched(whole, read_part(whole, context), context)
    yield from something(whole, found) if data else found


def read_part(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what a part holds, read by the reader of its kind."""
    kind = identify(part.data, part.name)
    wrong = disagreement(kind, part.name)
    if wrong:
        yield part.problem(ProblemKind.DISAGREEMENT, wrong)
    if is_text(kind):
        part, _ = in_utf8(part)
    yield from guarded(part.where, READERS.get(kind, _unknown)(part, context))
