"""All formats, in the order in which their signs are tested, and what is done with a part by its format.

A new format is one module that ends in `FORMAT = Format(...)` and one line here; an installed package can
add one without a line (docs/how-to/add-a-format.md).
"""

from collections.abc import Iterator, Sequence
from typing import cast

from strongroom.checker.contents.found import Artefact, Limits, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS, IdQuery
from strongroom.checker.formats.archives import formats as archives
from strongroom.checker.formats.archives import rar
from strongroom.checker.formats.documents import formats as documents
from strongroom.checker.formats.format import MARK, Candidate, Format, Sign, extension, loaded, refusing
from strongroom.checker.formats.models import formats as models
from strongroom.checker.formats.office import formats as office
from strongroom.checker.formats.office import odt
from strongroom.checker.formats.part import (
    Budget,
    Context,
    Kind,
    LargeOpener,
    Part,
    Rebuilt,
    UnreadableError,
    printable,
)
from strongroom.checker.formats.pictures import formats as pictures
from strongroom.checker.formats.reader_errors import errors_as_problems
from strongroom.checker.formats.science import formats as science
from strongroom.checker.formats.science import mat
from strongroom.checker.formats.streams import formats as streams
from strongroom.checker.formats.tables import formats as tables
from strongroom.checker.formats.text import formats as text
from strongroom.checker.formats.text.charset import has_mark, in_utf8
from strongroom.checker.plugins import FORMATS as PLUGGED
from strongroom.checker.plugins import installed
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    grammar_bytes: int = threshold(512, "bytes", "judgement: a grammar shows at once, after blanks at most")
    shown_ending: int = threshold(
        12, "characters", "judgement: longer than any ending; what a report shows of a name"
    )


LIMITS = _Limits()


UNKNOWN = refusing(
    "Unknown", "application/octet-stream", (), ProblemKind.UNKNOWN_TYPE, "this file type is not supported"
)

# Where two signs of one step fit a file, the format that is first here decides.
FORMATS = (
    tables.DELIMITED,
    text.PLAIN_TEXT,
    text.JSON,
    text.NDJSON,
    documents.NOTEBOOK,
    science.NPY,
    mat.FORMAT,
    science.SAV,
    science.XPORT,
    science.SAS,
    science.SQLITE,
    science.NPZ,
    models.TORCH,
    models.KERAS,
    models.SAFETENSORS,
    science.POR,
    science.STATA,
    models.ONNX,
    science.HDF5,
    science.R_DATA,
    models.PICKLE,
    pictures.JPEG,
    pictures.TIFF,
    pictures.GIF,
    documents.PDF,
    pictures.WEBP,
    pictures.BMP,
    office.ODS,
    odt.FORMAT,
    office.DOCX,
    office.PPTX,
    office.XLS,
    pictures.SVG,
    documents.HTML,
    archives.PROGRAMS,
    streams.BZIP2,
    streams.XZ,
    streams.ZSTD,
    science.BGEN,
    archives.FOREIGN,
    rar.FORMAT,
    science.VCF,
    science.BCF,
    text.RTF,
    science.BED,
    science.PGEN,
    science.PLINK_TEXT,
    text.XML,
    archives.TAR,
    streams.GZIP,
    tables.PARQUET,
    tables.ARROW,
    pictures.PNG,
    office.ENCRYPTED,
    office.XLSX,
    archives.ZIP,
)

# Text by its bytes, a program or a drawing by its grammar: no reader here accounts for all of it.
_UNREAD_GRAMMARS = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"%pdf", b"{\\rtf", b"%!ps", b"mime-version:")
# Names that promise what no format here has: text under such a name is reported as a wrong name.
_NOT_TEXT = frozenset([".xlsb", ".xlsm", ".exe", ".dll", ".so", ".mp3", ".mp4", ".wav", ".avi", ".ttf"])


class Registry:
    """The formats in use: what a file is, and how it is read and rebuilt."""

    def __init__(self, formats: Sequence[Format], added: Sequence[Format] = ()) -> None:
        """Take the built-in formats and those of plug-ins, whose signs are tested after all others."""
        self.formats = (*formats, *added)
        self._signs = [*_signs(formats), *_signs(added)]
        self._by_ending: dict[str, list[Format]] = {}
        for each in self.formats:
            for ending in each.endings:
                self._by_ending.setdefault(ending, []).append(each)

    @property
    def unknown(self) -> Format:
        """The format of a file that is in none of the others."""
        return UNKNOWN

    def identify(self, data: bytes, name: str) -> Format:
        """Return the format of a whole file, by its structure; the name only decides among kinds of text.

        The reader then verifies the content by a full parse.
        """
        file = Candidate(data, name)
        for sign, found in self._signs:
            if sign.test(file):
                return found
        if b"\x00" in data and not has_mark(data):
            # A table or a notebook with NULs is a damaged one of its kind, and is reported as that.
            return self._text_named(file.ending) or UNKNOWN
        start = data[: LIMITS.grammar_bytes].removeprefix(MARK).lstrip().lower()
        if start.startswith(_UNREAD_GRAMMARS):
            return UNKNOWN
        return self._text_named(file.ending) or text.PLAIN_TEXT

    def _text_named(self, ending: str) -> Format | None:
        return next((each for each in self._by_ending.get(ending, ()) if each.text), None)

    def disagreement(self, kind: Kind, name: str) -> str:
        """Return how a name contradicts what the file is, or "" when it does not."""
        ending = extension(name)
        expected = [each for each in self._by_ending.get(ending, ()) if not each.text]
        if kind.text:
            wrong = bool(expected) or ending in _NOT_TEXT
        elif not kind.endings:
            return ""  # already a separate problem
        else:
            # Pictures of any kind leave as PNG: which of them a name promised does not matter.
            pictures_all = all(each.raster for each in (cast("Format", kind), *expected))
            wrong = not expected or not (kind in expected or pictures_all)
        shown = ending[: LIMITS.shown_ending] or "nothing"
        return f"the name ends in {shown}, the content is {kind.mime}" if wrong else ""

    def read(self, part: Part, context: Context) -> Iterator[Artefact]:
        """Yield the contents of a part, read in its own format; no content makes this raise."""
        kind = self.identify(part.data, part.name)
        wrong = self.disagreement(kind, part.name)
        if wrong:
            yield part.problem(ProblemKind.DISAGREEMENT, wrong)
        if kind.text:
            part, _ = in_utf8(part)
        yield from errors_as_problems(part.where, kind.artefacts(part, context))

    def rebuild(self, part: Part, context: Context) -> Rebuilt:
        """Return the copy of a part and what changed; raise UnreadableError where there can be none."""
        kind = self.identify(part.data, part.name)
        if kind.rebuild is None:
            raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "files of this type cannot be rebuilt")
        charset = ""
        if kind.text:
            part, charset = in_utf8(part)
        rebuilt = kind.rebuilt(part, context)
        if not charset:
            return rebuilt
        return Rebuilt(rebuilt.files, (*rebuilt.changes, f"{part.where}: read as {charset}"))

    def open_large(
        self, file: int, size: int, part: Part, context: Context
    ) -> tuple[Kind, Iterator[Artefact]] | None:
        """Return the format of a large file and what is found in it; None for what has to be read whole."""
        for opener in dict.fromkeys(each.large for each in self.formats if each.large):
            if (opened := cast("LargeOpener", loaded(opener))(file, size, part, context)) is not None:
                return opened
        return None

    def context(self, limits: Limits, id_query: IdQuery = NO_IDS) -> Context:
        """Return the context of a file not yet unpacked."""
        return Context(
            limits, self.read, self, Budget(limits.unpacked_bytes, limits.members), id_query=id_query
        )

    def modules(self) -> tuple[str, ...]:
        """Return the modules of the readers, except those preloaded for one format only."""
        late = {name for each in self.formats for name in each.preload}
        named = {name: None for each in self.formats for name in each.modules() if name not in late}
        return tuple(named)

    def preloaded(self, name: str) -> tuple[str, ...]:
        """Return the further modules that a file needs, by its ending."""
        formats = self._by_ending.get(extension(name), ())
        return tuple({module: None for each in formats for module in each.preload})


def _signs(formats: Sequence[Format]) -> list[tuple[Sign, Format]]:
    """Return the signs of formats in the order in which they are tested."""
    return sorted(((sign, each) for each in formats for sign in each.looks), key=lambda pair: pair[0].order)


BUILT_IN = Registry(FORMATS)


def with_plugins() -> Registry:
    """Return the built-in formats and those of installed packages.

    Raises RefusedError for one that cannot be loaded, or that takes a name, type or ending that is taken.
    """
    added: list[Format] = []
    for plugin in installed():
        if plugin.group != PLUGGED:
            continue
        made = plugin.load(Format)
        for other in (*FORMATS, *added):
            if made.name == other.name or made.mime == other.mime or set(made.endings) & set(other.endings):
                raise plugin.refusal(f"takes a name, type or ending of the format {other.name}")
        added.append(made)
    return Registry(FORMATS, added) if added else BUILT_IN


def rebuild_bytes(data: bytes, name: str, *, limits: Limits, formats: Registry = BUILT_IN) -> Rebuilt:
    """Return the copy of a file, made from what its readers read; raise UnreadableError where none can be."""
    return formats.rebuild(Part(data, name, printable(name)), formats.context(limits))
