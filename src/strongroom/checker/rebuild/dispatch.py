"""Which rebuilder makes what anew; runs in the confined child only."""

from collections.abc import Mapping
from dataclasses import replace

from strongroom.checker.artefacts import Limits, ProblemKind
from strongroom.checker.readers import vcf
from strongroom.checker.readers.charset import in_utf8
from strongroom.checker.readers.guarded import new_context
from strongroom.checker.readers.kinds import FileKind, identify, is_text
from strongroom.checker.readers.part import Context, Part, UnreadableError, printable
from strongroom.checker.rebuild import containers, markup, notebooks, packed, tables, texts
from strongroom.checker.rebuild.copies import Rebuilder, Rebuilt
from strongroom.checker.rebuild.documents import DOCUMENTS
from strongroom.checker.rebuild.scientific import SCIENTIFIC


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
    return containers.rebuild_zip(part, context, _member)


def _gzip(part: Part, context: Context) -> Rebuilt:
    return containers.rebuild_gzip(part, context, _member)


def _compressed(part: Part, context: Context) -> Rebuilt:
    return packed.rebuild_compressed(part, context, _member)


def _tar(part: Part, context: Context) -> Rebuilt:
    return packed.rebuild_tar(part, context, _member)


def _sites_only(part: Part, context: Context) -> Rebuilt:
    if vcf.has_samples(part.data):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "genotypes of people are not made anew")
    return texts.rebuild_text(part, context)


_REBUILDERS: Mapping[FileKind, Rebuilder] = {
    FileKind.DELIMITED: tables.rebuild_delimited,
    FileKind.PARQUET: tables.rebuild_parquet,
    FileKind.ARROW: tables.rebuild_arrow,
    FileKind.XLSX: tables.rebuild_workbook,
    FileKind.TEXT: texts.rebuild_text,
    FileKind.JSON: texts.rebuild_json,
    FileKind.NDJSON: texts.rebuild_json_lines,
    FileKind.NOTEBOOK: notebooks.rebuild_notebook,
    FileKind.GZIP: _gzip,
    FileKind.ZIP: _zip,
    FileKind.BZIP2: _compressed,
    FileKind.XZ: _compressed,
    FileKind.ZSTD: _compressed,
    FileKind.TAR: _tar,
    FileKind.VCF: _sites_only,
    FileKind.RTF: markup.rebuild_rtf,
    FileKind.XML: markup.rebuild_xml,
    FileKind.NPZ: _zip,
    FileKind.KERAS: _zip,
    **DOCUMENTS,
    **SCIENTIFIC,
}
