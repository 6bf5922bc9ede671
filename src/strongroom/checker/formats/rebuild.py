"""Which rebuilder makes what anew; runs in the confined child only."""

from collections.abc import Mapping
from dataclasses import replace

from strongroom.checker.contents.found import Limits, ProblemKind
from strongroom.checker.formats.archives import rebuild_tar, rebuild_zip
from strongroom.checker.formats.documents import rebuild_notebook
from strongroom.checker.formats.documents.rebuild_documents import DOCUMENTS
from strongroom.checker.formats.guarded import new_context
from strongroom.checker.formats.kinds import FileKind, identify, is_text
from strongroom.checker.formats.part import Context, Part, UnreadableError, printable
from strongroom.checker.formats.rebuilt import Rebuilder, Rebuilt
from strongroom.checker.formats.science import vcf
from strongroom.checker.formats.science.rebuild_scientific import SCIENTIFIC
from strongroom.checker.formats.tables import rebuild_tables
from strongroom.checker.formats.text import rebuild_markup, rebuild_text
from strongroom.checker.formats.text.charset import in_utf8


def rebuild_bytes(data: bytes, name: str, *, limits: Limits) -> Rebuilt:
    """Return a file made anew from what its readers read; raise UnreadableError where none can make it."""
    return rebuild_part(Part(data, name, printable(name)), new_context(limits))


def rebuild_part(part: Part, context: Context) -> Rebuilt:
    """Return a part made anew by the rebuilder of its kind, and what changed."""
    if context.depth > context.limits.depth:
        raise UnreadableError(ProblemKind.TOO_DEEP, "nested too deeply to be rebuilt")
    kind = identify(part.data, part.name)
    rebuilder = _REBUILDERS.get(kind)
    if rebuilder is None:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "no file of this type can be rebuilt")
    charset = ""
    if is_text(kind):
        part, charset = in_utf8(part)
    rebuilt = rebuilder(part, context)
    if not charset:
        return rebuilt
    return Rebuilt(rebuilt.files, (*rebuilt.changes, f"{part.where}: was read as {charset}"))


def _member(part: Part, context: Context) -> Rebuilt:
    return rebuild_part(part, replace(context, depth=context.depth + 1))


def _zip(part: Part, context: Context) -> Rebuilt:
    return rebuild_zip.rebuild_zip(part, context, _member)


def _gzip(part: Part, context: Context) -> Rebuilt:
    return rebuild_zip.rebuild_gzip(part, context, _member)


def _compressed(part: Part, context: Context) -> Rebuilt:
    return rebuild_tar.rebuild_compressed(part, context, _member)


def _tar(part: Part, context: Context) -> Rebuilt:
    return rebuild_tar.rebuild_tar(part, context, _member)


def _sites_only(part: Part, context: Context) -> Rebuilt:
    if vcf.has_samples(part.data):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "genotypes of people are not made anew")
    return rebuild_text.rebuild_text(part, context)


_REBUILDERS: Mapping[FileKind, Rebuilder] = {
    FileKind.DELIMITED: rebuild_tables.rebuild_delimited,
    FileKind.PARQUET: rebuild_tables.rebuild_parquet,
    FileKind.ARROW: rebuild_tables.rebuild_arrow,
    FileKind.XLSX: rebuild_tables.rebuild_workbook,
    FileKind.TEXT: rebuild_text.rebuild_text,
    FileKind.JSON: rebuild_text.rebuild_json,
    FileKind.NDJSON: rebuild_text.rebuild_json_lines,
    FileKind.NOTEBOOK: rebuild_notebook.rebuild_notebook,
    FileKind.GZIP: _gzip,
    FileKind.ZIP: _zip,
    FileKind.BZIP2: _compressed,
    FileKind.XZ: _compressed,
    FileKind.ZSTD: _compressed,
    FileKind.TAR: _tar,
    FileKind.VCF: _sites_only,
    FileKind.RTF: rebuild_markup.rebuild_rtf,
    FileKind.XML: rebuild_markup.rebuild_xml,
    FileKind.NPZ: _zip,
    FileKind.KERAS: _zip,
    **DOCUMENTS,
    **SCIENTIFIC,
}
