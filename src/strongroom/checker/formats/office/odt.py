"""OpenDocument text (ISO/IEC 26300): paragraphs, tables, pictures and embedded objects."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, ProblemKind
from strongroom.checker.formats.archives.zip_structure import open_zip
from strongroom.checker.formats.format import Format, Order, Sign
from strongroom.checker.formats.office.formats import XML_MODULES, states_type
from strongroom.checker.formats.office.hidden_runs import LIMITS as WORDS
from strongroom.checker.formats.office.odt_styles import hidden_words, odt_styles
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold

_IN = "strongroom.checker.formats.office"
_MIME = "application/vnd.oasis.opendocument.text"
_CONTENT = "content.xml"
_CACHE = "layout-cache"  # where LibreOffice keeps page breaks; not released
_BREAKS = {"s": " ", "tab": "\t", "line-break": "\n"}


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
            root, inner = parse_xml(data), part.inner(b"", name)
            beside = found.get(f"{name.removesuffix(_CONTENT)}styles.xml")
            styles = odt_styles([parse_xml(beside), root] if beside else [root])
            hidden = "\n".join(hidden_words(root, styles))
            if len(re.findall(r"\w", hidden)) >= WORDS.least_letters:
                yield inner.problem(ProblemKind.HIDDEN_CONTENT, "words that the document does not show")
            yield from _document(root, inner.where)


def _document(root: Element, where: str) -> Iterator[Artefact]:
    """Yield the paragraphs as one text, and every table."""
    from strongroom.checker.formats.documents.html_tables import as_table  # noqa: PLC0415 - a page's parser

    lines: list[str] = []
    for number, block in enumerate(_blocks(root), start=1):
        if isinstance(block, str):
            lines.append(block)
        elif isinstance(block, list) and any(block):
            yield FoundTable(f"{where} > table {number}", as_table([row or [""] for row in block]))
    content = "\n".join(lines)
    if content.strip():
        yield FoundText(f"{where} > paragraphs", content)
        yield from tables_in(content, f"{where} > paragraphs")


def _blocks(element: Element) -> Iterator[str | list[list[str]] | Element]:
    """Yield paragraphs, tables and images in order, deleted text and comments too."""
    for child in _shown(element):
        match local(str(child.tag)):
            case "p" | "h":
                words = _words(child)
                if words.strip():
                    yield words
                yield from _inside(child)
            case "table":
                yield _rows(child)
                yield from _inside(child)
            case "image":
                yield child
            case _:
                yield from _blocks(child)


def _inside(element: Element) -> Iterator[list[list[str]] | Element]:
    """Yield the tables and images inside a paragraph or a table, in its cells and text boxes."""
    for child in _shown(element):
        tag = local(str(child.tag))
        if tag == "image":
            yield child
        elif tag == "table":
            yield _rows(child)
        yield from _inside(child)


def _shown(element: Element) -> Iterator[Element]:
    for child in element:
        if not is_aside(child):
            yield child


def _words(element: Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if not is_aside(child):
            pieces.append(_BREAKS.get(local(str(child.tag)), ""))
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _rows(table: Element) -> list[list[str]]:
    """Return a table's cells; cells covered by a merged cell are empty."""
    return [
        [cell for found in _nearest(row, "cell") for cell in _repeated(found)]
        for row in _nearest(table, "table-row")
    ]


def _repeated(cell: Element) -> list[str]:
    stated = next(
        (value for key, value in cell.attrib.items() if local(key) == "number-columns-repeated"), ""
    )
    words = "\n".join(_words(each) for each in cell if local(str(each.tag)) in {"p", "h"})
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
    f"{_IN}.rebuild_odt:rebuild",
    preload=XML_MODULES,
    copy="headings, lists, bold, italic, tables, pictures and footnotes, without layout and charts",
    library="defusedxml",
)
