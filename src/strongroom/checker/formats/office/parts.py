"""Every part of an Office container: text, tables, charts, pictures, embedded files, forbidden parts."""

import re
import zipfile
from collections.abc import Generator, Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import Artefact, FoundProblem, FoundTable, FoundText, ProblemKind
from strongroom.checker.formats.archives.zip_structure import (
    member_bytes,
    open_zip,
    structure_problems,
    unsafe_name,
)
from strongroom.checker.formats.documents.html_tables import as_table
from strongroom.checker.formats.office.charts import chart_tables, pivot_table
from strongroom.checker.formats.office.hidden_runs import hidden_words
from strongroom.checker.formats.office.hidden_shapes import hidden_on_slide
from strongroom.checker.formats.office.text import blocks
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_attributes: int = threshold(200_000, "texts", "cost: each is kept and judged")


LIMITS = _Limits()


_ACTIVE = re.compile(
    r"(?i)vbaProject|vbaData|activeX|macrosheets/|ctrlProps/|\.exe$|\.dll$|oleObject[^/]*\.bin$|(?:^|/)Basic/|(?:^|/)Scripts/"
)
# Printer settings and fonts; not released.
_SPARE = re.compile(r"(?i)printerSettings\d*\.bin$|fonts/[^/]+\.(?:odttf|fntdata|ttf)$")
_EMBEDDED = re.compile(r"(?i)/embeddings/")
_XML = re.compile(r"(?i)\.(?:xml|rels|vml|rdf)$")
_WORDY = {"descr", "title", "Target", "author", "initials", "text", "prompt", "error", "promptTitle", "alt"}
_DELETED = re.compile(rb"\xff{4}\x00{0,65536}")


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield words (deleted ones, comments and notes too), tables, chart data, pictures and embedded files."""
    found = yield from members(part, open_zip(part), context)
    for name, data in found.items():
        yield from read_member(name, data, found, part, context)


def members(
    part: Part, archive: zipfile.ZipFile, context: Context
) -> Generator[Artefact, None, dict[str, bytes]]:
    """Yield the problems of a container; return its members' bytes by name."""
    yield from structure_problems(part, archive)
    found: dict[str, bytes] = {}
    for member in archive.infolist():
        inner = part.inner(b"", member.filename)
        if unsafe_name(member):
            yield inner.problem(ProblemKind.UNSAFE_NAME, unsafe_name(member))
        data = member_bytes(archive, member, context)
        if not member.is_dir():
            found[member.filename] = data
    return found


def read_member(
    name: str, data: bytes, found: dict[str, bytes], part: Part, context: Context
) -> Iterator[Artefact]:
    """Yield the contents of a member that is not a sheet of cells.

    Office files are released as rebuilt text, tables and pictures, so formatting, notes and metadata are no
    problem by themselves; they are checked.
    """
    inner = part.inner(data, name)
    if _ACTIVE.search(name):
        yield inner.problem(ProblemKind.ACTIVE_CONTENT, "a macro or embedded object")
    elif _SPARE.search(name):
        return
    elif _XML.search(name):
        yield from _xml(parse_xml(data), name, found, inner)
    elif _EMBEDDED.search(name):
        # The workbook behind a chart, mostly. No copy has it: it is judged, and by itself no problem.
        artefacts = list(context.nested(inner))
        if any(isinstance(found, FoundProblem) for found in artefacts):
            yield inner.problem(ProblemKind.HIDDEN_CONTENT, "an embedded file that cannot be read")
        yield from artefacts
    elif name == "mimetype":
        yield FoundText(inner.where, data.decode("utf-8", "replace"))
    else:
        yield from _other(inner, context)


def _xml(root: Element, name: str, found: dict[str, bytes], inner: Part) -> Iterator[Artefact]:
    tag = local(str(root.tag))
    if tag == "chartSpace":
        yield from chart_tables(root, inner.where)
    elif tag == "pivotCacheRecords":
        definition = found.get(name.replace("Records", "Definition"))
        yield from pivot_table(root, parse_xml(definition) if definition else None, inner.where)
    if name.startswith("word/") and hidden_words(root, _styles(name, found)):
        yield inner.problem(ProblemKind.HIDDEN_CONTENT, "words that the document does not show")
    if name.startswith("ppt/slides/") and hidden_on_slide(name, root, found):
        yield inner.problem(ProblemKind.HIDDEN_CONTENT, "words that the slide does not show")
    lines: list[str] = []
    for number, block in enumerate(blocks(root), start=1):
        if isinstance(block, str):
            lines.append(block)
        elif any(block):
            yield FoundTable(f"{inner.where} > table {number}", as_table([row or [""] for row in block]))
    shown = "\n".join(lines)
    yield from _words(shown, inner.where)
    yield from _words("\n".join(_hidden_texts(root, shown)), f"{inner.where} > hidden text")


def _styles(name: str, found: dict[str, bytes]) -> Element | None:
    """Return the styles of a Word document, for its other parts."""
    data = found.get("word/styles.xml") if name != "word/styles.xml" else None
    return None if data is None else parse_xml(data)


def _hidden_texts(root: Element, shown: str) -> Iterator[str]:
    """Yield words outside paragraphs, comments, and the text of attributes."""
    texts: dict[str, None] = {}
    for element in root.iter():
        text = (element.text or "").strip()
        if text and (is_aside(element) or text not in shown):
            texts[text] = None
        for name, value in () if is_aside(element) else element.attrib.items():
            if local(name) in _WORDY and value:
                texts[value] = None
        if len(texts) > LIMITS.most_attributes:
            raise UnreadableError(ProblemKind.TOO_LARGE, "an Office part with too much text")
    yield from texts


def _words(content: str, where: str) -> Iterator[Artefact]:
    if content.strip():
        yield FoundText(where, content)
        yield from tables_in(content, where)


def _other(inner: Part, context: Context) -> Iterator[Artefact]:
    """Yield a picture or other embedded file; unknown files are sent for manual review.

    Excel keeps the space of deleted parts in a folder called trash: four bytes 0xFF, then zeros.
    """
    if "[trash]/" in inner.where and _DELETED.fullmatch(inner.data):
        return
    artefacts = list(context.nested(inner))
    if any(getattr(found, "kind", None) is ProblemKind.UNKNOWN_TYPE for found in artefacts):
        yield inner.problem(ProblemKind.HIDDEN_CONTENT, "a part that is neither text nor a supported picture")
    else:
        yield from artefacts
