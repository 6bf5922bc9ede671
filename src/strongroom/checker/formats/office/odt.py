"""OpenDocument text (ISO/IEC 26300): paragraphs, tables, pictures and embedded objects."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText
from strongroom.checker.formats.archives.zip_structure import member_bytes, open_zip
from strongroom.checker.formats.format import Format, Order, Sign
from strongroom.checker.formats.office.formats import PAGE, XML_MODULES, states_type
from strongroom.checker.formats.part import Context, Part, Rebuilt
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold

_MIME = "application/vnd.oasis.opendocument.text"
_CONTENT = "content.xml"
_CACHE = "layout-cache"  # where LibreOffice keeps page breaks; not released
_HIDDEN = {"tracked-changes", "annotation"}
_BREAKS = {"s": " ", "tab": "\t", "line-break": "\n"}
_CHANGE = (
    "released as a web page of its text, tables and pictures; layout, charts, comments, deleted text, "
    "headers and embedded files are left out"
)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_repeated: int = threshold(
        1_024, "cells", "judgement: no document's table is wider; styles repeat empty cells to the page's end"
    )


LIMITS = _Limits()


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield words (deleted ones and comments too), tables, pictures and embedded files of every member."""
    from strongroom.checker.formats.office.parts import members, read_member  # noqa: PLC0415 - many readers

    found = yield from members(part, open_zip(part), context)
    for name, data in found.items():
        if not data or name == _CACHE:
            continue
        yield from read_member(name, data, found, part, context)
        if name.rpartition("/")[2] == _CONTENT:
            yield from _document(parse_xml(data), part.inner(b"", name).where)


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the document as `<name>.html`: paragraphs, tables and pictures in order."""
    from strongroom.checker.formats.office import document_page as page  # noqa: PLC0415 - loads Pillow

    archive = open_zip(part)
    found = {member.filename: member_bytes(archive, member, context) for member in archive.infolist()}
    pieces: list[str] = []
    for block in _blocks(parse_xml(found[_CONTENT]), hidden=False):
        if isinstance(block, Element):
            pieces.extend(page.html_picture(found.get(_target(block), b""), part, context))
        else:
            pieces.append(page.html_block(block))
    return page.page_of(pieces, part, _CHANGE)


def _document(root: Element, where: str) -> Iterator[Artefact]:
    """Yield the paragraphs as one text, and every table."""
    from strongroom.checker.formats.documents.html_tables import as_table  # noqa: PLC0415 - a page's parser

    lines: list[str] = []
    for number, block in enumerate(_blocks(root, hidden=True), start=1):
        if isinstance(block, str):
            lines.append(block)
        elif isinstance(block, list) and any(block):
            yield FoundTable(f"{where} > table {number}", as_table([row or [""] for row in block]))
    content = "\n".join(lines)
    if content.strip():
        yield FoundText(f"{where} > paragraphs", content)
        yield from tables_in(content, f"{where} > paragraphs")


def _blocks(element: Element, *, hidden: bool) -> Iterator[str | list[list[str]] | Element]:
    """Yield paragraphs, tables and images in order; with `hidden`, deleted text and comments too."""
    for child in _shown(element, hidden=hidden):
        match local(str(child.tag)):
            case "p" | "h":
                words = _words(child, hidden=hidden)
                if words.strip():
                    yield words
                yield from _inside(child, hidden=hidden)
            case "table":
                yield _rows(child, hidden=hidden)
                yield from _inside(child, hidden=hidden)
            case "image":
                yield child
            case _:
                yield from _blocks(child, hidden=hidden)


def _inside(element: Element, *, hidden: bool) -> Iterator[list[list[str]] | Element]:
    """Yield the tables and images inside a paragraph or a table, in its cells and text boxes."""
    for child in _shown(element, hidden=hidden):
        tag = local(str(child.tag))
        if tag == "image":
            yield child
        elif tag == "table":
            yield _rows(child, hidden=hidden)
        yield from _inside(child, hidden=hidden)


def _shown(element: Element, *, hidden: bool) -> Iterator[Element]:
    for child in element:
        if not is_aside(child) and (hidden or local(str(child.tag)) not in _HIDDEN):
            yield child


def _words(element: Element, *, hidden: bool) -> str:
    pieces = [element.text or ""]
    for child in element:
        if not is_aside(child) and (hidden or local(str(child.tag)) not in _HIDDEN):
            pieces.append(_BREAKS.get(local(str(child.tag)), ""))
            pieces.append(_words(child, hidden=hidden))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _rows(table: Element, *, hidden: bool) -> list[list[str]]:
    """Return a table's cells; cells covered by a merged cell are empty."""
    return [
        [cell for found in _nearest(row, "cell") for cell in _repeated(found, hidden=hidden)]
        for row in _nearest(table, "table-row")
    ]


def _repeated(cell: Element, *, hidden: bool) -> list[str]:
    stated = next(
        (value for key, value in cell.attrib.items() if local(key) == "number-columns-repeated"), ""
    )
    words = "\n".join(_words(each, hidden=hidden) for each in cell if local(str(each.tag)) in {"p", "h"})
    count = int(stated) if stated.isdecimal() else 1
    return [words.strip()] * max(1, min(count, LIMITS.most_repeated))


def _nearest(element: Element, wanted: str) -> Iterator[Element]:
    """Yield the nearest descendants whose name ends so: rows may be in groups, cells may be covered ones."""
    for child in element:
        tag = "" if is_aside(child) else local(str(child.tag))
        if tag.endswith(wanted):
            yield child
        elif tag and tag != "table":
            yield from _nearest(child, wanted)


def _target(image: Element) -> str:
    link = next((value for key, value in image.attrib.items() if local(key) == "href"), "")
    return link.removeprefix("./")


FORMAT = Format(
    "OpenDocument text",
    _MIME,
    (".odt",),
    read,
    (Sign(Order.DOCUMENT_LAYOUT, lambda file: states_type(file, _MIME)),),
    rebuild,
    preload=XML_MODULES,
    copy=PAGE,
    library="defusedxml",
)
