"""The shapes of a slide written again: texts, tables and pictures where they are.

Elements are those of ECMA-376, part 1, section 19 (PresentationML) and 20 (DrawingML).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office.ooxml import Package, local_attribute, picture_of, relations, text
from strongroom.checker.formats.office.rebuild_chart import CHART, add_chart, linked_chart
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

_TITLES = {"title", "ctrTitle"}
_BULLETED = {"body", "obj", ""}
_ALIGNED = {"l", "ctr", "r", "just"}
_LEVELS = 9  # fixed: levels of a text, ECMA-376 part 1, 21.1.2.2.7
_STEP = 12_700  # fixed: English metric units of a point
_FARTHEST = 60_000_000  # fixed: English metric units; larger than any slide
_INDENT = 342_900  # fixed: English metric units; of a bullet, as PowerPoint has it
_GRID = "{5940675A-B579-460E-94D1-54222C63F5DA}"  # fixed: PowerPoint's id of a table with plain lines
_BORDERS = (
    "<a:tcPr>"
    + "".join(
        f'<a:{side} w="9525"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill></a:{side}>'
        for side in ("lnL", "lnR", "lnT", "lnB")
    )
    + "</a:tcPr>"
)
SHOW = "ppt/presentation.xml"
_USUAL = (9_144_000, 6_858_000)  # fixed: English metric units; a slide of 4:3
_LARGEST = 51_206_400  # fixed: English metric units; the largest side of a slide, ECMA-376 part 1, 19.7.13
_SIZES = {"title": 3600, "bulleted": 2400, "": 1800}


class Frame(NamedTuple):
    """Where a shape is, in English metric units."""

    x: float
    y: float
    width: float
    height: float

    def on_slide(self, size: tuple[int, int]) -> "Frame":
        """Return the frame; moved onto the slide where none of it can be seen."""
        seen = self.x + self.width > 0 and self.x < size[0] and self.y + self.height > 0 and self.y < size[1]
        if seen:
            return self
        x, y = (
            max(0.0, min(at, whole - long)) for at, long, whole in zip(self[:2], self[2:], size, strict=True)
        )
        return Frame(x, y, self.width, self.height)

    def xml(self, prefix: str = "a") -> str:
        """Return the frame, rounded to points."""
        x, y, width, height = (round(each / _STEP) * _STEP for each in self)
        return (
            f'<{prefix}:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{max(width, 1)}" cy="{max(height, 1)}"/>'
            f"</{prefix}:xfrm>"
        )


class SlideWriter:
    """Writes the shapes of one slide; `lost` counts what is left out, `shown` what is written."""

    def __init__(  # noqa: PLR0917 - where shapes come from and go to
        self,
        source: str,
        target: str,
        parts: dict[str, bytes],
        package: Package,
        part: Part,
        context: Context,
    ) -> None:
        self._parts, self._package, self._target = parts, package, target
        self._part, self._context = part, context
        self._source = source
        self._links = relations(source, parts)
        self._size = slide_size(parts)
        self._inherited = list(self._layouts(source))
        self._number = 1
        self.lost: Counter[str] = Counter()
        self.shown = 0

    def shapes(self, tree: Element, moved: tuple[float, float, float, float] = (0, 0, 1, 1)) -> Iterator[str]:
        """Yield the shapes of a tree; `moved` is a group's offset and scale."""
        for shape in tree:
            match tag_of(shape):
                case "sp":
                    yield from self._text(shape, moved)
                case "pic":
                    yield from self._picture(shape, moved)
                case "graphicFrame":
                    yield from self._graphic(shape, moved)
                case "grpSp":
                    yield from self.shapes(shape, _grouped(shape, moved))
                case "AlternateContent":
                    chosen = [each for each in shape if tag_of(each) in {"Choice", "Fallback"}]
                    yield from self.shapes(chosen[0], moved) if chosen else ()
                case "cxnSp":
                    self.lost["lines"] += 1

    def _layouts(self, source: str) -> Iterator[Element]:
        """Yield the roots of a slide's layout and of its master."""
        for kind in ("slideLayouts/", "slideMasters/"):
            name = next((each for each in relations(source, self._parts).values() if kind in each), "")
            if name not in self._parts:
                return
            yield parse_xml(self._parts[name])
            source = name

    def _frame(self, shape: Element, moved: tuple[float, float, float, float]) -> Frame:
        """Return a shape's place, which a placeholder may have from its layout or master."""
        found = stated_frame(shape)
        placeholder = first(shape, "ph")
        if found is None and placeholder is not None:
            found = next(
                (
                    frame
                    for root in self._inherited
                    for other in every(root, "sp")
                    if _same_place(placeholder, first(other, "ph")) and (frame := stated_frame(other))
                ),
                None,
            )
        x, y, width, height = found or Frame(914_400, 914_400, 7_315_200, 914_400)
        placed = Frame(moved[0] + x * moved[2], moved[1] + y * moved[3], width * moved[2], height * moved[3])
        within = placed.on_slide(self._size)
        if within != placed:
            self.lost["places beside the slide"] += 1
        return within

    def _next(self) -> int:
        self._number += 1
        self.shown += 1
        return self._number

    def _text(self, shape: Element, moved: tuple[float, float, float, float]) -> Iterator[str]:
        body = first(shape, "txBody")
        if body is None or not any((each.text or "").strip() for each in every(body, "t")):
            return
        placeholder = first(shape, "ph")
        kind = "" if placeholder is None else placeholder.get("type", "")
        role = "title" if kind in _TITLES else ""
        if placeholder is not None and kind in _BULLETED:
            role = "bulleted"
        number = self._next()
        held = '<p:nvPr><p:ph type="title"/></p:nvPr>' if role == "title" else "<p:nvPr/>"
        box = "" if role == "title" else ' txBox="1"'
        paragraphs = "".join(_paragraph(each, role) for each in body if tag_of(each) == "p")
        yield (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Text {number}"/><p:cNvSpPr{box}/>{held}</p:nvSpPr>'
            f'<p:spPr>{self._frame(shape, moved).xml()}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</p:spPr>"
            '<p:txBody><a:bodyPr wrap="square"><a:normAutofit/></a:bodyPr>'
            f"<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
        )

    def _picture(self, shape: Element, moved: tuple[float, float, float, float]) -> Iterator[str]:
        blip = first(shape, "blip")
        data = None if blip is None else self._parts.get(self._links.get(local_attribute(blip, "embed"), ""))
        png = picture_of(data, self._part, self._context, first(shape, "srcRect"))
        if not png:
            self.lost["pictures of kinds that are not read"] += 1
            return
        number, link = self._next(), self._package.picture(self._target, png)
        yield (
            f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="Picture {number}"/><p:cNvPicPr/><p:nvPr/>'
            "</p:nvPicPr>"
            f'<p:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>'
            f'{self._frame(shape, moved).xml()}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
            "</p:pic>"
        )

    def _graphic(self, shape: Element, moved: tuple[float, float, float, float]) -> Iterator[str]:
        table = first(shape, "tbl")
        if table is None:
            yield from self._chart(shape, moved)
            return
        number = self._next()
        widths = [int(_whole(each, "w")) for each in every(table, "gridCol")]
        grid = "".join(f'<a:gridCol w="{round(width / _STEP) * _STEP}"/>' for width in widths)
        yield (
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="Table {number}"/>'
            "<p:cNvGraphicFramePr/><p:nvPr/>"
            f"</p:nvGraphicFramePr>{self._frame(shape, moved).xml('p')}<a:graphic>"
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>'
            f'<a:tblPr firstRow="1"><a:tableStyleId>{_GRID}</a:tableStyleId></a:tblPr>'
            f"<a:tblGrid>{grid}</a:tblGrid>"
            f"{''.join(_row(row) for row in table if tag_of(row) == 'tr')}</a:tbl></a:graphicData>"
            "</a:graphic>"
            "</p:graphicFrame>"
        )

    def _chart(self, shape: Element, moved: tuple[float, float, float, float]) -> Iterator[str]:
        link = add_chart(
            self._package, self._target, linked_chart(shape, self._source, self._parts), self._parts
        )
        if not link:
            self.lost["charts, diagrams and embedded objects that are not drawn"] += 1
            return
        number = self._next()
        yield (
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="Chart {number}"/>'
            "<p:cNvGraphicFramePr/><p:nvPr/>"
            f"</p:nvGraphicFramePr>{self._frame(shape, moved).xml('p')}<a:graphic>"
            f'<a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" r:id="{link}"/></a:graphicData>'
            "</a:graphic>"
            "</p:graphicFrame>"
        )


def _row(row: Element) -> str:
    cells = "".join(_cell(cell) for cell in row if tag_of(cell) == "tc")
    return f'<a:tr h="{round(_whole(row, "h") / _STEP) * _STEP}">{cells}</a:tr>'


def _cell(cell: Element) -> str:
    spans = "".join(
        f' {name}="{int(_whole(cell, name))}"'
        for name in ("gridSpan", "rowSpan")
        if 1 < _whole(cell, name) < 64  # noqa: PLR2004 - as many columns as a table has at most
    )
    spans += "".join(f' {name}="1"' for name in ("hMerge", "vMerge") if cell.get(name) in {"1", "true"})
    paragraphs = "".join(_paragraph(each, "") for each in every(cell, "p"))
    return (
        f"<a:tc{spans}><a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs or '<a:p/>'}</a:txBody>{_BORDERS}</a:tc>"
    )


def _paragraph(paragraph: Element, role: str) -> str:
    looks = next((each for each in paragraph if tag_of(each) == "pPr"), None)
    level = min(int(_whole(looks, "lvl")), _LEVELS - 1) if looks is not None else 0
    aligned = "" if looks is None else looks.get("algn", "")
    bulleted = role == "bulleted" and (looks is None or first(looks, "buNone") is None)
    bullet, marked = "<a:buNone/>", ""
    if looks is not None and first(looks, "buAutoNum") is not None:
        bullet, marked = (
            '<a:buAutoNum type="arabicPeriod"/>',
            f' marL="{_INDENT * (level + 1)}" indent="-{_INDENT}"',
        )
    elif bulleted or (looks is not None and first(looks, "buChar") is not None):
        bullet, marked = '<a:buChar char="\u2022"/>', f' marL="{_INDENT * (level + 1)}" indent="-{_INDENT}"'
    algn = f' algn="{aligned}"' if aligned in _ALIGNED else ""
    size = max(_SIZES[role] - 200 * level, 1200)
    runs = "".join(piece for child in paragraph for piece in _run(child, size))
    return f'<a:p><a:pPr lvl="{level}"{algn}{marked}>{bullet}</a:pPr>{runs}</a:p>'


def _run(child: Element, size: int) -> Iterator[str]:
    match tag_of(child):
        case "br":
            yield "<a:br/>"
        case "r" | "fld":
            words = "".join(each.text or "" for each in every(child, "t"))
            yield (
                f"<a:r>{_run_looks(first(child, 'rPr'), size)}<a:t>{text(words)}</a:t></a:r>" if words else ""
            )
        case "m" | "AlternateContent":
            words = "".join(each.text or "" for each in every(child, "t"))
            yield f"<a:r><a:t>{text(words)}</a:t></a:r>" if words else ""


def _run_looks(looks: Element | None, size: int) -> str:
    if looks is None:
        return f'<a:rPr sz="{size}"/>'
    stated = _whole(looks, "sz")
    size = int(round(min(max(stated, 800), 6000), -2)) if stated else size
    kept = "".join(f' {name}="1"' for name in ("b", "i") if looks.get(name) in {"1", "true"})
    kept += ' u="sng"' if looks.get("u", "none") != "none" else ""
    raised = looks.get("baseline", "0")
    kept += (
        ' baseline="-25000"'
        if raised.startswith("-")
        else ' baseline="30000"'
        if _whole(looks, "baseline")
        else ""
    )
    return f'<a:rPr sz="{size}"{kept}/>'


def slide_size(parts: Mapping[str, bytes]) -> tuple[int, int]:
    """Return the width and height of a presentation's slides."""
    size = first(parse_xml(parts[SHOW]), "sldSz") if SHOW in parts else None
    stated = [] if size is None else [local_attribute(size, name) for name in ("cx", "cy")]
    sizes = [min(int(each), _LARGEST) for each in stated if each.isdecimal()]
    return (sizes[0], sizes[1]) if len(sizes) == len(_USUAL) else _USUAL


def stated_frame(shape: Element) -> Frame | None:
    """Return where a shape says that it is."""
    frame = first(shape, "xfrm")
    place, size = (None, None) if frame is None else (first(frame, "off"), first(frame, "ext"))
    if place is None or size is None:
        return None
    return Frame(_whole(place, "x"), _whole(place, "y"), _whole(size, "cx"), _whole(size, "cy"))


def _grouped(group: Element, moved: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the offset and scale of what is in a group."""
    looks = next((each for each in group if tag_of(each) == "grpSpPr"), None)
    outer = None if looks is None else stated_frame(looks)
    place, size = (None, None) if looks is None else (first(looks, "chOff"), first(looks, "chExt"))
    if outer is None or place is None or size is None or not _whole(size, "cx") or not _whole(size, "cy"):
        return moved
    across, down = outer.width / _whole(size, "cx"), outer.height / _whole(size, "cy")
    x, y = outer.x - _whole(place, "x") * across, outer.y - _whole(place, "y") * down
    return moved[0] + x * moved[2], moved[1] + y * moved[3], across * moved[2], down * moved[3]


def _same_place(one: Element, other: Element | None) -> bool:
    if other is None:
        return False
    kinds = [("title" if each.get("type") in _TITLES else each.get("type", "body")) for each in (one, other)]
    return kinds[0] == kinds[1] if kinds[0] in {"title", "subTitle"} else one.get("idx") == other.get("idx")


def _whole(element: Element, name: str) -> float:
    stated = element.get(name, "")
    digits = stated.removeprefix("-")
    number = min(int(digits), _FARTHEST) if digits.isdecimal() else 0
    return float(-number if stated.startswith("-") else number)


def every(element: Element, tag: str) -> Iterator[Element]:
    """Yield all elements of a name inside another."""
    return (each for each in element.iter() if tag_of(each) == tag)


def first(element: Element, tag: str) -> Element | None:
    """Return the first element of a name inside another."""
    return next(every(element, tag), None)


def tag_of(element: Element) -> str:
    """Return an element's name, "" for a comment."""
    return "" if is_aside(element) else local(str(element.tag))
