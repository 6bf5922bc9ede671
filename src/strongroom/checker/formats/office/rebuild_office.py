"""Word documents and slides are released as a web page of their text, tables and pictures."""

import base64
import posixpath
import re
from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from strongroom.checker.formats.archives.zip_structure import member_bytes, open_zip
from strongroom.checker.formats.office.text import blocks
from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, UnreadableError
from strongroom.checker.formats.pictures.rebuild_raster import png_of_pixels
from strongroom.checker.formats.text.xml_tree import local, parse_xml

_CONTENT = re.compile(
    r"word/(?:document|footnotes|endnotes)\.xml|ppt/(?:slides|notesSlides)/(?:slide|notesSlide)\d+\.xml"
)
_CHANGE = (
    "released as a web page of its text, tables and pictures; layout, charts, comments, deleted text, "
    "headers and embedded files are left out"
)


def rebuild_office(part: Part, context: Context) -> Rebuilt:
    """Return the document as `<name>.html`: paragraphs, tables and pictures in order."""
    archive = open_zip(part)
    found = {member.filename: member_bytes(archive, member, context) for member in archive.infolist()}
    pieces: list[str] = []
    for name in sorted(filter(_CONTENT.fullmatch, found), key=_reading_order):
        root = parse_xml(found[name])
        pieces.extend(html_block(block) for block in blocks(root, deleted=False))
        pieces.extend(_pictures(root, name, found, part, context))
    return page_of(pieces, part, _CHANGE)


def _reading_order(name: str) -> tuple[bool, int, str]:
    digits = re.findall(r"\d+", name)
    return "document" not in name, int(digits[0]) if digits else 0, name


def html_block(block: str | list[list[str]]) -> str:
    """Return a paragraph or a table as HTML."""
    if isinstance(block, str):
        return f"<p>{escape(block, quote=False)}</p>"
    rows = ("".join(f"<td>{escape(cell, quote=False)}</td>" for cell in row) for row in block)
    return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"


def _pictures(
    root: Element, name: str, found: dict[str, bytes], part: Part, context: Context
) -> Iterator[str]:
    folder, _, file = name.rpartition("/")
    links = found.get(f"{folder}/_rels/{file}.rels")
    targets = {each.get("Id"): each.get("Target", "") for each in parse_xml(links)} if links else {}
    for element in root.iter():
        if local(str(element.tag)) != "blip":
            continue
        link = next((value for key, value in element.attrib.items() if local(key) == "embed"), "")
        data = found.get(posixpath.normpath(posixpath.join(folder, targets.get(link, ""))))
        if data is None:
            continue
        yield from html_picture(data, part, context)


def html_picture(data: bytes, part: Part, context: Context) -> Iterator[str]:
    """Yield a picture's pixels as HTML; nothing if it is not a picture."""
    try:
        packed = base64.b64encode(png_of_pixels(part.inner(data, "picture"), context)).decode()
    except UnreadableError:
        return
    yield f'<p><img src="data:image/png;base64,{packed}" alt=""></p>'


def page_of(pieces: list[str], part: Part, change: str) -> Rebuilt:
    """Return pieces of HTML as the page that is released for a document."""
    page = "\n".join(['<!DOCTYPE html>\n<meta charset="utf-8">', *pieces]) + "\n"
    copy = Copy(f"{part.name}.html", page.encode("utf-8", "replace"))
    return Rebuilt((copy,), (f"{part.where}: {change}",))
