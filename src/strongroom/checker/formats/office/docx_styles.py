"""The styles and lists of released Word documents, and which of them a document's own are.

Elements are those of ECMA-376, part 1, section 17 (WordprocessingML).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office.ooxml import local_attribute
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_HEADINGS = {f"heading {level}": f"Heading{level}" for level in range(1, 10)}
_KNOWN = _HEADINGS | {
    "title": "Title",
    "subtitle": "Subtitle",
    "caption": "Caption",
    "quote": "Quote",
    "intense quote": "Quote",
    "footnote text": "FootnoteText",
    "endnote text": "FootnoteText",
    "header": "Header",
    "footer": "Footer",
    "toc heading": "Heading1",
}
# The formats of list numbers that are kept; any other is decimal.
_NUMBERED = ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman")
_BULLET = "bullet"
_NUMBER_TEXT = re.compile(r"\(?(?:%[1-9][.):]?){1,9}")
_LEVELS = 9  # fixed: levels of a list, ECMA-376 part 1, 17.9.6
_DEEPER = re.compile(r"list (?:bullet|number) ([2-5])")
_MOST_BASES = 20  # fixed: styles rest on few others; a circle never ends


@dataclass(frozen=True)
class Paragraph:
    """What a paragraph's style says: the released style, and the list and its level ("" for none)."""

    style: str = ""
    list: str = ""
    level: int = 0


class Level(NamedTuple):
    """A level of a list: the format of its numbers, and how they are written, as in "%1.%2."."""

    format: str
    text: str


@dataclass
class Styles:
    """A document's styles and lists."""

    paragraphs: dict[str, Paragraph] = field(default_factory=dict)
    lists: dict[str, list[Level]] = field(default_factory=dict)
    """The levels of each list."""


def styles_of(parts: Mapping[str, bytes]) -> Styles:
    """Return what a document's parts say of its styles and lists."""
    found = Styles()
    if _STYLES in parts:
        elements = {
            local_attribute(each, "styleId"): each for each in every(parse_xml(parts[_STYLES]), "style")
        }
        found.paragraphs = {name: _paragraph(name, elements) for name in elements}
    if _NUMBERING in parts:
        found.lists = _lists(parse_xml(parts[_NUMBERING]))
    return found


def _paragraph(name: str, elements: Mapping[str, Element]) -> Paragraph:
    """Return what a style says, or where it says nothing those it is based on."""
    style, number, level = "", "", 0
    for _ in range(_MOST_BASES):
        element = elements.get(name)
        if element is None:
            break
        style = style or _KNOWN.get(value(element, "name").lower(), "")
        outline = value(element, "outlineLvl")
        if not style and outline.isdecimal() and int(outline) < _LEVELS:
            style = f"Heading{int(outline) + 1}"
        if not number:
            number, level = list_of(element)
            # "List Bullet 2" is a list of its own, indented as far as a second level.
            deeper = _DEEPER.fullmatch(value(element, "name").lower())
            level = int(deeper.group(1)) - 1 if deeper and not level else level
        name = value(element, "basedOn")
    return Paragraph(style, number, level)


def list_of(element: Element) -> tuple[str, int]:
    """Return the list that an element states and its level, "" for none."""
    stated = next(every(element, "numPr"), None)
    if stated is None:
        return "", 0
    level = value(stated, "ilvl")
    return value(stated, "numId"), min(int(level), _LEVELS - 1) if level.isdecimal() else 0


def _lists(root: Element) -> dict[str, list[Level]]:
    formats = {
        local_attribute(each, "abstractNumId"): [_format(level) for level in every(each, "lvl")]
        for each in every(root, "abstractNum")
    }
    return {
        local_attribute(each, "numId"): formats.get(value(each, "abstractNumId"), [])
        for each in every(root, "num")
    }


def _format(level: Element) -> Level:
    stated, words = value(level, "numFmt"), value(level, "lvlText")
    kind = stated if stated in {*_NUMBERED, _BULLET} else "" if stated == "none" else _NUMBERED[0]
    return Level(kind, words if _NUMBER_TEXT.fullmatch(words) else "")


def every(element: Element, tag: str) -> Iterator[Element]:
    """Yield all elements of a name inside another."""
    return (each for each in element.iter() if not is_aside(each) and local(each.tag) == tag)


def value(element: Element, tag: str) -> str:
    """Return the value of the first element of a name inside another, "" without one."""
    found = next(every(element, tag), None)
    return "" if found is None else local_attribute(found, "val")


def numbering_xml(lists: list[list[Level]]) -> str:
    """Return the part that describes lists, numbered from 1, by their levels."""
    described = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
        + "".join(_level(place, levels[min(place, len(levels) - 1)]) for place in range(_LEVELS))
        + "</w:abstractNum>"
        for number, levels in enumerate(lists, start=1)
    )
    numbered = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in range(1, len(lists) + 1)
    )
    return f'<w:numbering xmlns:w="{MAIN}">{described}{numbered}</w:numbering>'


def _level(place: int, level: Level) -> str:
    shown = "\u2022\u2013"[place % 2] if level.format == _BULLET else level.text or f"%{place + 1}."
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{level.format or "none"}"/>'
        f'<w:lvlText w:val="{shown if level.format else ""}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{360 * (place + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def styles_xml() -> str:
    """Return the part of the styles that released documents have."""
    headings = "".join(
        _style(f"Heading{level}", f"heading {level}", "<w:b/>", size, f'<w:outlineLvl w:val="{level - 1}"/>')
        for level, size in enumerate((32, 28, 26, 24, 22, 22, 22, 22, 22), start=1)
    )
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" '
        'w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        + headings
        + _style("Title", "Title", "<w:b/>", 40)
        + _style("Subtitle", "Subtitle", "<w:i/>", 26)
        + _style("Caption", "caption", "<w:b/>", 20)
        + _style("Quote", "Quote", "<w:i/>", 22, '<w:ind w:left="720" w:right="720"/>')
        + "".join(_style(name, words, "", 20) for name, words in _SMALL)
        + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr></w:style></w:styles>"
    )


_SMALL = (("FootnoteText", "footnote text"), ("Header", "header"), ("Footer", "footer"))


def _style(name: str, words: str, look: str, size: int, layout: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{words}"/><w:basedOn w:val="Normal"/>'
        f'<w:pPr>{layout}</w:pPr><w:rPr>{look}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )
