"""The text of a Word document written again: listed elements with listed values, in their order.

Elements are those of ECMA-376, part 1, section 17 (WordprocessingML), 20 (DrawingML) and 22.1 (formulas).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office.docx_styles import MAIN, Paragraph, Styles, every, list_of, value
from strongroom.checker.formats.office.ooxml import (
    DRAWING,
    EMU,
    RELATIONS,
    Package,
    attribute,
    local_attribute,
    picture_of,
    relations,
    size_of_png,
    text,
)
from strongroom.checker.formats.office.rebuild_chart import CHART, add_chart, linked_chart
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

SPACES = (
    f'xmlns:w="{MAIN}" xmlns:r="{RELATIONS}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_THROUGH = {
    "hyperlink", "smartTag", "ins", "moveTo", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo",
    "AlternateContent", "Choice",
}  # fmt: skip
_TOGGLES = ("b", "i", "caps", "smallCaps", "strike")
_ALIGNED = {"center", "right", "both", "left", "start", "end"}
_MATHS = {
    "oMath", "oMathPara", "r", "t", "f", "fPr", "type", "num", "den", "sSup", "sSub", "sSubSup", "sPre",
    "sup", "sub", "e", "rad", "radPr", "degHide", "deg", "nary", "naryPr", "chr", "limLoc", "subHide",
    "supHide", "d", "dPr", "begChr", "endChr", "sepChr", "func", "fName", "limLow", "limUpp", "lim",
    "m", "mPr", "mr", "acc", "accPr", "bar", "barPr", "pos", "groupChr", "groupChrPr", "eqArr", "box",
}  # fmt: skip
_MATH_VALUE = re.compile(r"[A-Za-z]{1,8}|[^\s<>&\"]{1,2}")
_OFF = {"0", "false", "none"}
_WIDEST = 9_000_000  # fixed: English metric units; wider than any page
_PAGE = {"pgSz": ("w", "h"), "pgMar": ("top", "right", "bottom", "left", "header", "footer")}


@dataclass
class Document:
    """What is written and from what: the parts of the original, the new package, what was met on the way."""

    parts: dict[str, bytes] = field(repr=False)
    styles: Styles
    part: Part
    context: Context
    package: Package = field(default_factory=Package)
    lists: dict[str, int] = field(default_factory=dict)
    """The numbers of the lists that are used, by their numbers in the original."""
    lost: Counter[str] = field(default_factory=Counter)
    """How many things of each kind were left out."""
    drawn: int = 0


class Writer:
    """Writes the text of one part of a document as the part `target` of its copy."""

    def __init__(self, document: Document, source: str, target: str) -> None:
        self._document = document
        self._source = source
        self._links = relations(source, document.parts)
        self._target = target
        self._boxes: list[Element] = []

    def blocks(self, element: Element) -> Iterator[str]:
        """Yield paragraphs and tables."""
        for child in element:
            match _tag(child):
                case "p":
                    yield self._paragraph(child)
                    while self._boxes:
                        yield from self.blocks(self._boxes.pop(0))
                case "tbl":
                    yield self._table(child)
                case tag if tag in _THROUGH:
                    yield from self.blocks(child)
                case "oMathPara":
                    yield f"<w:p>{self._maths(child)}</w:p>"

    def section(self, section: Element) -> str:
        """Return a section's page and the header and footer of its pages."""
        references = "".join(
            self._margin(each, kind)
            for kind in ("header", "footer")
            for each in every(section, f"{kind}Reference")
            if local_attribute(each, "type") in {"default", ""}
        )
        return _section_of(section, references)

    def _margin(self, reference: Element, kind: str) -> str:
        """Add a header or footer as a part; return the reference to it."""
        document = self._document
        source = self._links.get(local_attribute(reference, "id"), "")
        if source not in document.parts:
            return ""
        target = f"word/{kind}{document.package.count(f'word/{kind}') + 1}.xml"
        blocks = "".join(Writer(document, source, target).blocks(parse_xml(document.parts[source])))
        tag = "hdr" if kind == "header" else "ftr"
        document.package.add(
            target, f"<w:{tag} {SPACES}>{ended(blocks)}</w:{tag}>", f"wordprocessingml.{kind}"
        )
        link = document.package.refer(self._target, target, kind)
        return f'<w:{kind}Reference w:type="default" r:id="{link}"/>'

    def _paragraph(self, element: Element) -> str:
        looks = next((each for each in element if _tag(each) == "pPr"), None)
        runs = "".join(self._runs(element))
        return f"<w:p>{'' if looks is None else self._looks(looks)}{runs}</w:p>"

    def _looks(self, looks: Element) -> str:
        styled = self._document.styles.paragraphs.get(value(looks, "pStyle"), Paragraph())
        number, level = list_of(looks)
        number, level = (number, level or styled.level) if number else (styled.list, styled.level)
        section = next(every(looks, "sectPr"), None)
        pieces = [
            f'<w:pStyle w:val="{styled.style}"/>' if styled.style else "",
            "<w:keepNext/>" if _is_on(looks, "keepNext") else "",
            "<w:pageBreakBefore/>" if _is_on(looks, "pageBreakBefore") else "",
            self._numbered(number, level),
            f'<w:jc w:val="{value(looks, "jc")}"/>' if value(looks, "jc") in _ALIGNED else "",
            "" if section is None else self.section(section),
        ]
        return f"<w:pPr>{''.join(pieces)}</w:pPr>" if any(pieces) else ""

    def _numbered(self, number: str, level: int) -> str:
        formats = self._document.styles.lists.get(number)
        if not formats:
            return ""
        new = self._document.lists.setdefault(number, len(self._document.lists) + 1)
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{new}"/></w:numPr>'

    def _runs(self, element: Element) -> Iterator[str]:
        for child in element:
            match _tag(child):
                case "r":
                    yield self._run(child)
                case "oMath" | "oMathPara":
                    yield self._maths(child)
                case "del" | "moveFrom":
                    self._document.lost["deletions"] += 1
                case tag if tag in _THROUGH:
                    yield from self._runs(child)

    def _run(self, run: Element) -> str:
        looks = next((each for each in run if _tag(each) == "rPr"), None)
        if looks is not None and (_is_on(looks, "vanish") or _is_on(looks, "webHidden")):
            self._document.lost["hidden runs"] += 1
            return ""
        content = "".join(piece for child in run for piece in self._piece(child))
        return f"<w:r>{'' if looks is None else _run_looks(looks)}{content}</w:r>" if content else ""

    def _piece(self, child: Element) -> Iterator[str]:
        match _tag(child):
            case "t":
                yield f'<w:t xml:space="preserve">{text(child.text or "")}</w:t>'
            case "tab" | "cr" | "noBreakHyphen" as tag:
                yield f"<w:{tag}/>"
            case "br":
                yield '<w:br w:type="page"/>' if local_attribute(child, "type") == "page" else "<w:br/>"
            case "footnoteReference" | "endnoteReference" as tag:
                number = local_attribute(child, "id")
                if number.isdecimal():
                    yield f'<w:{tag} w:id="{number}"/>'
            case "footnoteRef" | "endnoteRef" as tag:
                yield f"<w:{tag}/>"
            case "drawing" | "pict" | "object":
                yield from self._drawing(child)
            case "AlternateContent":
                chosen = next((each for each in child if _tag(each) == "Choice"), child)
                for each in chosen:
                    yield from self._piece(each)

    def _drawing(self, drawing: Element) -> Iterator[str]:
        boxes = list(every(drawing, "txbxContent"))
        self._boxes += boxes
        found = [
            link
            for tag, name in (("blip", "embed"), ("imagedata", "id"))
            for each in every(drawing, tag)
            if (link := local_attribute(each, name))
        ]
        for link in found:
            data = self._document.parts.get(self._links.get(link, ""))
            crop = next(every(drawing, "srcRect"), None)
            png = picture_of(data, self._document.part, self._document.context, crop)
            if png:
                yield self._picture(png, drawing)
            else:
                self._document.lost["pictures of kinds that are not read"] += 1
        chart = linked_chart(drawing, self._source, self._document.parts)
        if chart and (link := add_chart(self._document.package, self._target, chart, self._document.parts)):
            size = _size(drawing, (6_096_000, 3_429_000))
            shown = f'<c:chart xmlns:c="{CHART}" xmlns:r="{RELATIONS}" r:id="{link}"/>'
            yield self._inline("Chart", size, f'<a:graphicData uri="{CHART}">{shown}</a:graphicData>')
        elif not found and not boxes:
            self._document.lost["drawings and charts"] += 1

    def _picture(self, png: bytes, drawing: Element) -> str:
        link = self._document.package.picture(self._target, png)
        pixels = size_of_png(png)
        width, height = _size(drawing, (pixels[0] * EMU, pixels[1] * EMU))
        number = self._document.drawn + 1
        shown = (
            f'<pic:pic xmlns:pic="{PICTURE}"><pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/>'
            f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/>'
            f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic>"
        )
        return self._inline(
            "Picture", (width, height), f'<a:graphicData uri="{PICTURE}">{shown}</a:graphicData>'
        )

    def _inline(self, what: str, size: tuple[int, int], graphic: str) -> str:
        self._document.drawn += 1
        number = self._document.drawn
        return (
            f'<w:drawing><wp:inline><wp:extent cx="{size[0]}" cy="{size[1]}"/><wp:docPr id="{number}" '
            f'name="{what} {number}"/><a:graphic xmlns:a="{DRAWING}">{graphic}</a:graphic></wp:inline>'
            "</w:drawing>"
        )

    def _table(self, table: Element) -> str:
        rows = list(_nearest(table, "tr"))
        grid = next((each for each in table if _tag(each) == "tblGrid"), None)
        widths = [] if grid is None else [_count(each, "w", 31_680) for each in every(grid, "gridCol")]
        columns = "".join(f'<w:gridCol w:w="{width // 10 * 10}"/>' for width in widths[:63])
        body = "".join(self._row(row) for row in rows)
        return (
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"
        )

    def _row(self, row: Element) -> str:
        looks = next((each for each in row if _tag(each) == "trPr"), None)
        header = "<w:trPr><w:tblHeader/></w:trPr>" if looks is not None and _is_on(looks, "tblHeader") else ""
        return f"<w:tr>{header}{''.join(self._cell(cell) for cell in _nearest(row, 'tc'))}</w:tr>"

    def _cell(self, cell: Element) -> str:
        looks = next((each for each in cell if _tag(each) == "tcPr"), None)
        pieces = []
        if looks is not None:
            spanned = next(every(looks, "gridSpan"), None)
            down = next(every(looks, "vMerge"), None)
            if spanned is not None:
                pieces.append(f'<w:gridSpan w:val="{max(1, _count(spanned, "val", 63))}"/>')
            if down is not None:
                restarts = local_attribute(down, "val") == "restart"
                pieces.append('<w:vMerge w:val="restart"/>' if restarts else "<w:vMerge/>")
        body = "".join(self.blocks(cell))
        return f"<w:tc><w:tcPr>{''.join(pieces)}</w:tcPr>{ended(body)}</w:tc>"

    def _maths(self, element: Element) -> str:
        tag = _tag(element)
        if tag not in _MATHS:
            return ""
        if tag == "t":
            return f'<m:t xml:space="preserve">{text(element.text or "")}</m:t>'
        stated = local_attribute(element, "val")
        kept = f" m:val={attribute(stated)}" if _MATH_VALUE.fullmatch(stated) else ""
        return f"<m:{tag}{kept}>{''.join(map(self._maths, element))}</m:{tag}>"


def ended(blocks: str) -> str:
    """Return blocks that end with a paragraph, as a cell and a document must."""
    return blocks if blocks.endswith("</w:p>") else f"{blocks}<w:p/>"


def _section_of(section: Element, references: str) -> str:
    pieces = []
    for tag, names in _PAGE.items():
        stated = next(every(section, tag), None)
        if stated is not None:
            sizes = "".join(f' w:{name}="{_count(stated, name, 31_680) // 10 * 10}"' for name in names)
            turned = ' w:orient="landscape"' * (local_attribute(stated, "orient") == "landscape")
            pieces.append(f"<w:{tag}{sizes}{turned}/>")
    return f"<w:sectPr>{references}{''.join(pieces)}</w:sectPr>"


def _size(drawing: Element, usual: tuple[int, int]) -> tuple[int, int]:
    """Return the width and height of a drawing in whole pixels, as English metric units."""
    extent = next(every(drawing, "extent"), None)
    stated = [local_attribute(extent, name) for name in ("cx", "cy")]
    if not all(each.isdecimal() and EMU <= int(each) <= _WIDEST for each in stated):
        return usual
    width, height = (round(int(each) / EMU) * EMU for each in stated)
    return width, height


def _run_looks(looks: Element) -> str:
    pieces = [f"<w:{name}/>" for name in _TOGGLES if _is_on(looks, name)]
    pieces += ['<w:u w:val="single"/>'] if _is_on(looks, "u") else []
    raised = value(looks, "vertAlign")
    pieces += [f'<w:vertAlign w:val="{raised}"/>'] if raised in {"superscript", "subscript"} else []
    return f"<w:rPr>{''.join(pieces)}</w:rPr>" if pieces else ""


def _is_on(looks: Element, name: str) -> bool:
    found = next((each for each in looks if _tag(each) == name), None)
    return found is not None and local_attribute(found, "val") not in _OFF


def _count(element: Element, name: str, most: int) -> int:
    stated = local_attribute(element, name)
    return min(int(stated), most) if stated.isdecimal() else 0


def _nearest(element: Element, wanted: str) -> Iterator[Element]:
    for child in element:
        if _tag(child) == wanted:
            yield child
        elif _tag(child) in _THROUGH:
            yield from _nearest(child, wanted)


def _tag(element: Element) -> str:
    return "" if is_aside(element) else local(str(element.tag))
