"""Rebuilt Word documents: headings, lists, tables, figures, notes and formulas in a new document."""

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.office.docx_styles import (
    every,
    numbering_xml,
    styles_of,
    styles_xml,
)
from strongroom.checker.formats.office.docx_text import SPACES, Document, Writer, ended
from strongroom.checker.formats.office.ooxml import extras, local_attribute, parts_of
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.text.xml_tree import local, parse_xml

_BODY = "word/document.xml"
_MIME = "wordprocessingml"
_SEPARATORS = (
    '<w:{0} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{0}>'
    '<w:{0} w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:{0}>'
)


def rebuild_docx(part: Part, context: Context) -> Rebuilt:
    """Return the document with listed elements only; raise UnreadableError where nothing is left."""
    parts = parts_of(part, context)
    document = Document(parts, styles_of(parts), part, context)
    root = parse_xml(parts[_BODY])
    body = next(every(root, "body"), root)
    writer = Writer(document, _BODY, _BODY)
    blocks = "".join(writer.blocks(body))
    if "<w:t " not in blocks and "<w:drawing>" not in blocks and "<m:t " not in blocks:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a document of which nothing is left")
    last = next((each for each in body if local(str(each.tag)) == "sectPr"), None)
    section = "" if last is None else writer.section(last)
    package = document.package
    package.add(
        _BODY,
        f"<w:document {SPACES}><w:body>{ended(blocks)}{section}</w:body></w:document>",
        f"{_MIME}.document.main",
    )
    package.refer("", _BODY, "officeDocument")
    for kind in ("footnotes", "endnotes"):
        _notes(document, kind)
    package.add("word/styles.xml", styles_xml(), f"{_MIME}.styles")
    package.refer(_BODY, "word/styles.xml", "styles")
    if document.lists:
        lists = [document.styles.lists[number] for number in document.lists]
        package.add("word/numbering.xml", numbering_xml(lists), f"{_MIME}.numbering")
        package.refer(_BODY, "word/numbering.xml", "numbering")
    lost = [f"{what} ({count})" for what, count in document.lost.items()]
    left_out = ", ".join([*lost, *extras(parts), "fonts", "colours", "links", "metadata"])
    return one_file(part, package.data(), f"{part.where}: rebuilt as a document; left out: {left_out}")


def _notes(document: Document, kind: str) -> None:
    """Add the footnotes or endnotes, under their numbers."""
    source, tag = f"word/{kind}.xml", kind.removesuffix("s")
    if source not in document.parts:
        return
    writer = Writer(document, source, source)
    written = "".join(
        f'<w:{tag} w:id="{number}">{ended("".join(writer.blocks(note)))}</w:{tag}>'
        for note in every(parse_xml(document.parts[source]), tag)
        if (number := local_attribute(note, "id")).isdecimal() and not local_attribute(note, "type")
    )
    body = f"<w:{kind} {SPACES}>{_SEPARATORS.format(tag)}{written}</w:{kind}>"
    document.package.add(source, body, f"{_MIME}.{kind}")
    document.package.refer(_BODY, source, kind)
