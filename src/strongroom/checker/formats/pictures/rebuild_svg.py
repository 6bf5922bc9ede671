"""SVG drawings rebuilt from listed elements and attributes, with rounded numbers and re-encoded pictures."""

import base64
from dataclasses import replace
from xml.etree.ElementTree import Element, tostring

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats import data_uri
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.pictures.coordinates import rounded_coordinates
from strongroom.checker.formats.pictures.rebuild_raster import png_of_pixels
from strongroom.checker.formats.pictures.stylesheets import safe_styles
from strongroom.checker.formats.pictures.svg_vocabulary import (
    LOOKS,
    NUMERIC,
    PLAIN_VALUE,
    REFERENCE,
    SETTINGS,
    SHOWN,
)
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_WORDS = {"text", "tspan", "textPath", "style"}
_DRAWN = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image", "use"}
_LEFT_OUT = "scripts, metadata, comments, foreign objects and outer references are left out"


def rebuild_svg(part: Part, context: Context) -> Rebuilt:
    """Return the drawing with listed elements and attributes only, without hidden content."""
    change = f"{part.where}: redrawn; numbers keep five figures; {_LEFT_OUT}"
    return one_file(part, svg_rebuilt(part, context), change)


def svg_rebuilt(part: Part, context: Context) -> bytes:
    """Return a rebuilt drawing; raise UnreadableError if it cannot be parsed."""
    root = parse_xml(part.data)
    if local(str(root.tag)) != "svg":
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "XML that is not an SVG drawing")
    names = _Names()
    rebuilt = _element(root, names, part, context)
    if not any(each.tag in _DRAWN for each in rebuilt.iter()):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a drawing of which nothing is left")
    rebuilt.set("xmlns", _SVG)
    rebuilt.set("xmlns:xlink", _XLINK)
    drawing: bytes = tostring(rebuilt, encoding="utf-8", xml_declaration=True)
    return drawing


class _Names:
    """Gives ids new names, so that names carry no data."""

    def __init__(self) -> None:
        self._new: dict[str, str] = {}

    def of(self, name: str) -> str:
        return self._new.setdefault(name, f"i{len(self._new) + 1}")


def _element(element: Element, names: _Names, part: Part, context: Context) -> Element:
    tag = local(str(element.tag))
    rebuilt = Element(tag)
    for name, value in element.attrib.items():
        kept = _attribute(tag, local(name), value, names, part, context)
        if kept:
            rebuilt.set("xlink:href" if local(name) == "href" else local(name), kept)
    keeps_words = tag in _WORDS
    if keeps_words and element.text:
        rebuilt.text = safe_styles(element.text, names.of) if tag == "style" else element.text
    last: Element | None = None
    for child in element:
        if not is_aside(child) and local(str(child.tag)) in SHOWN:
            last = _element(child, names, part, context)
            rebuilt.append(last)
        if keeps_words and tag != "style" and child.tail:
            if last is None:
                rebuilt.text = (rebuilt.text or "") + child.tail
            else:
                last.tail = (last.tail or "") + child.tail
    return rebuilt


def _attribute(tag: str, name: str, value: str, names: _Names, part: Part, context: Context) -> str:  # noqa: PLR0917 - what an attribute depends on
    """Return an attribute's value if it may be released, otherwise ""."""
    if name in NUMERIC:
        return rounded_coordinates(name, value)
    if name == "id":
        return names.of(value)
    if name == "href":
        return _reference(tag, value, names, part, context)
    if name == "style":
        pieces = [piece.partition(":")[::2] for piece in value.split(";")]
        kept = [(key.strip(), _plain(look, names)) for key, look in pieces if key.strip() in LOOKS]
        return "; ".join(f"{key}: {look}" for key, look in kept if look)
    return _plain(value, names) if name in LOOKS | SETTINGS else ""


def _reference(tag: str, value: str, names: _Names, part: Part, context: Context) -> str:
    if value.startswith("#"):
        return "#" + names.of(value[1:])
    if tag != "image" or not data_uri.is_data(value):
        return ""
    picture = replace(data_uri.as_part(value, "picture", part), where=part.where)
    return "data:image/png;base64," + base64.b64encode(png_of_pixels(picture, context)).decode()


def _plain(value: str, names: _Names) -> str:
    """Return a style without external addresses; internal references take their new names."""
    marked = REFERENCE.sub(lambda match: f"url(#{names.of(match.group(1))})", value)
    without = REFERENCE.sub("", marked)
    return marked.strip() if PLAIN_VALUE.fullmatch(without) and "url" not in without.lower() else ""
