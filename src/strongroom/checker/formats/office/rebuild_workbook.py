"""Rebuilt workbooks: the values of all sheets in a new Excel workbook, with listed number formats."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import escape
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.office import number_formats, workbook
from strongroom.checker.formats.office.cell_fills import SIDES
from strongroom.checker.formats.office.cell_looks import Look, Place, SheetLooks, sheet_looks
from strongroom.checker.formats.office.chart_cells import Sheets, with_cells
from strongroom.checker.formats.office.ooxml import (
    DRAWING,
    EMU,
    RELATIONS,
    Package,
    extras,
    local_attribute,
    parts_of,
    picture_of,
    relations,
    size_of_png,
    text,
)
from strongroom.checker.formats.office.rebuild_chart import CHART, add_chart, linked_chart
from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, UnreadableError
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ANCHORS = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_BOOK = "xl/workbook.xml"
_MIME = "spreadsheetml"
_BEGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - fixed: ECMA-376 part 1, 18.17.4.1; cells have no time zone
_CHART_SIZE = (480 * EMU, 288 * EMU)  # fixed: English metric units, as Excel makes a chart
_CELL_SIZE = (64 * EMU, 20 * EMU)  # fixed: English metric units of a cell that nobody changed
_FIRST_SURE = datetime(1900, 3, 1)  # noqa: DTZ001 - fixed: before it the day numbers of programs differ
_NAME_LETTERS = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_CHART_PART = re.compile(r"xl/charts/chart\d{1,6}\.xml")
_LONGEST_NAME = 31  # fixed: characters of a sheet's name
_LONGEST_CELL = 32_767  # fixed: characters of a cell
_OWN_FORMATS = 164  # fixed: the first number of a format with a code, ECMA-376 part 1, 18.8.31
_DAY = 86_400  # fixed: seconds
_PLAIN_FILLS = (
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
)
_BASE_STYLE = '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'


def rebuild_xlsx(part: Part, context: Context) -> Rebuilt:
    """Return a workbook of the values, number formats, widths and pictures."""
    parts = parts_of(part, context)
    looks = sheet_looks(parts)
    formulas, unknown = (
        sum(getattr(each, name) for each in looks.values()) for name in ("formulas", "unknown")
    )
    notes = [f"formulas are released as their values ({formulas})"] if formulas else []
    notes += [f"cells whose formula has no stored value are blank ({unknown})"] if unknown else []
    unfilled = ["some colours and borders of cells"] if any(each.unfilled for each in looks.values()) else []
    left_out = ", ".join([*extras(parts), *unfilled, "colours of words", "kinds of lines", "links"])
    return _rebuilt(part, context, looks, parts, part.name, [*notes, f"left out: {left_out}"])


def rebuild_other(part: Part, context: Context) -> Rebuilt:
    """Return the values of another program's workbook as `<name>.xlsx`."""
    return _rebuilt(
        part, context, {}, {}, f"{part.name}.xlsx", ["left out: number formats, formulas, charts, layout"]
    )


def _rebuilt(  # noqa: PLR0917 - what a workbook has
    part: Part,
    context: Context,
    looks: dict[str, SheetLooks],
    parts: dict[str, bytes],
    name: str,
    notes: list[str],
) -> Rebuilt:
    package, styles = Package(), _Styles()
    book_sheets = workbook.sheets(part)
    parts = _with_chart_values(parts, {name: rows for name, _, rows in book_sheets})
    listed: list[tuple[str, str]] = []
    undrawn = 0
    filled = [(name, rows) for name, _, rows in book_sheets if rows]
    for number, (title, rows) in enumerate(filled, start=1):
        look = looks.get(title, SheetLooks())
        sheet = f"xl/worksheets/sheet{number}.xml"
        drawing, lost = _drawings(package, sheet, look.part, parts, part, context)
        undrawn += lost
        package.add(sheet, _sheet(rows, look, styles, drawing), f"{_MIME}.worksheet")
        link = package.refer(_BOOK, sheet, "worksheet")
        taken = {each for each, _ in listed}
        listed.append((_name(title, number, taken), f'sheetId="{number}" r:id="{link}"'))
    if not listed:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a workbook without a filled cell")
    sheets = "".join(f'<sheet name="{escape(title)}" {rest}/>' for title, rest in listed)
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'
    package.add(_BOOK, book, f"{_MIME}.sheet.main")
    package.add("xl/styles.xml", styles.xml(), f"{_MIME}.styles")
    package.refer(_BOOK, "xl/styles.xml", "styles")
    package.refer("", _BOOK, "officeDocument")
    notes = [*notes, f"charts that are not drawn ({undrawn})"] if undrawn else notes
    change = f"{part.where}: rebuilt as a workbook of its values; {'; '.join(notes)}"
    return Rebuilt((Copy(name, package.data()),), (change,))


def _with_chart_values(parts: dict[str, bytes], sheets: Sheets) -> dict[str, bytes]:
    """Return the parts of a workbook, its charts with the values of the cells they refer to."""
    charts = {name: with_cells(data, sheets) for name, data in parts.items() if _CHART_PART.fullmatch(name)}
    return parts | charts


def _name(title: str, number: int, taken: set[str]) -> str:
    name = text(title.translate(_NAME_LETTERS))[:_LONGEST_NAME].strip()
    return name if name and name.lower() not in {each.lower() for each in taken} else f"Sheet {number}"


class _Styles:
    """The looks of all cells, numbered as they are met."""

    def __init__(self) -> None:
        self._looks: dict[Look, int] = {Look(): 0}

    def number(self, look: Look) -> int:
        """Return the number of a look."""
        return self._looks.setdefault(look, len(self._looks))

    def xml(self) -> str:
        """Return the part that describes them."""
        codes = sorted({look.number_format for look in self._looks} - {number_formats.GENERAL})
        numbers = {code: _OWN_FORMATS + place for place, code in enumerate(codes)} | {
            number_formats.GENERAL: 0
        }
        formats = "".join(
            f'<numFmt numFmtId="{numbers[code]}" formatCode="{escape(code)}"/>' for code in codes
        )
        # On a dark fill, words are white.
        fonts = "".join(
            "<font>" + "<b/>" * bold + "<i/>" * italic + f'<sz val="11"/>{colour}<name val="Calibri"/></font>'
            for colour in ("", '<color rgb="FFFFFFFF"/>')
            for bold in (False, True)
            for italic in (False, True)
        )
        colours = sorted({look.fill.colour for look in self._looks} - {""})
        fills = "".join(
            f'<fill><patternFill patternType="solid"><fgColor rgb="FF{each}"/></patternFill></fill>'
            for each in colours
        )
        boxes = sorted({look.fill.sides for look in self._looks} | {()})
        borders = "".join(
            f"<border>{''.join(_side(each, box) for each in SIDES)}<diagonal/></border>" for box in boxes
        )
        cells = "".join(
            f'<xf numFmtId="{numbers.get(look.number_format, 0)}"'
            f' fontId="{4 * look.fill.is_dark + 2 * look.bold + look.italic}"'
            f' fillId="{colours.index(look.fill.colour) + 2 if look.fill.colour else 0}"'
            f' borderId="{boxes.index(look.fill.sides)}" xfId="0" applyNumberFormat="1" applyFont="1"'
            ' applyFill="1" applyBorder="1"/>'
            for look in self._looks
        )
        return (
            f'<styleSheet xmlns="{_MAIN}">'
            + (f'<numFmts count="{len(codes)}">{formats}</numFmts>' if codes else "")
            + f'<fonts count="8">{fonts}</fonts>'
            f'<fills count="{len(colours) + 2}">{_PLAIN_FILLS}{fills}</fills>'
            f'<borders count="{len(boxes)}">{borders}</borders>{_BASE_STYLE}'
            f'<cellXfs count="{len(self._looks)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )


def _side(side: str, box: tuple[str, ...]) -> str:
    return f'<{side} style="thin"><color auto="1"/></{side}>' if side in box else f"<{side}/>"


def _sheet(rows: list[list[workbook.Cell]], look: SheetLooks, styles: _Styles, drawing: str) -> str:
    width = max(map(len, rows))
    columns = "".join(
        f'<col min="{place + 1}" max="{place + 1}" width="{letters}" customWidth="1"/>'
        for place, letters in sorted(look.widths.items())
        if place < width
    )
    written = "".join(
        f'<row r="{number + 1}">{cells}</row>'
        for number, row in enumerate(rows)
        if (cells := "".join(_cells(number, row, look, styles)))
    )
    merged = "".join(_merged(rows, look))
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{RELATIONS}">'
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{written}</sheetData>"
        + (f"<mergeCells>{merged}</mergeCells>" if merged else "")
        + (f'<drawing r:id="{drawing}"/>' if drawing else "")
        + "</worksheet>"
    )


def _cells(number: int, row: list[workbook.Cell], look: SheetLooks, styles: _Styles) -> Iterator[str]:
    for place, value in enumerate(row):
        if value is None or value == "":
            empty = Look(fill=look.cells.get((number, place), Look()).fill)
            yield (
                f'<c r="{_reference((number, place))}" s="{styles.number(empty)}"/>'
                if empty != Look()
                else ""
            )
            continue
        content, needed = _content(value)
        own = look.cells.get((number, place), Look())
        if needed and not number_formats.is_date(own.number_format):
            own = own._replace(number_format=needed)
        style = f' s="{styles.number(own)}"' if own != Look() else ""
        yield f'<c r="{_reference((number, place))}"{style}{content}</c>'


def _content(value: workbook.Cell) -> tuple[str, str]:
    """Return a cell's type and value, and the format without which its value cannot be understood."""
    if isinstance(value, bool):
        return f' t="b"><v>{int(value)}</v>', ""
    if isinstance(value, int | float):
        return f"><v>{int(value) if float(value).is_integer() else repr(value)}</v>", ""
    since, needed = _since(value)
    if since is not None:
        return f"><v>{since.total_seconds() / _DAY:.12g}</v>", needed
    words = text(str(value)[:_LONGEST_CELL])
    return f' t="inlineStr"><is><t xml:space="preserve">{words}</t></is>', ""


def _since(value: workbook.Cell) -> tuple[timedelta | None, str]:
    """Return the time since day 0 of a date or time, and its format; None for anything else."""
    if isinstance(value, datetime):
        return (value - _BEGIN, number_formats.DATE_TIME) if value >= _FIRST_SURE else (None, "")
    if isinstance(value, date):
        return (value - _BEGIN.date(), number_formats.DATE) if value >= _FIRST_SURE.date() else (None, "")
    if isinstance(value, time):
        since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        return since, number_formats.TIME
    return (value, number_formats.DURATION) if isinstance(value, timedelta) else (None, "")


def _merged(rows: list[list[workbook.Cell]], look: SheetLooks) -> Iterator[str]:
    """Yield the merged ranges that begin with a filled cell and overlap no earlier one."""
    taken: set[Place] = set()
    for first, last in look.merged:
        if last[0] >= len(rows) or last[1] >= len(rows[first[0]]) or rows[first[0]][first[1]] in {"", None}:
            continue
        places = {(y, x) for y in range(first[0], last[0] + 1) for x in range(first[1], last[1] + 1)}
        if len(places) > 1 and not places & taken:
            taken |= places
            yield f'<mergeCell ref="{_reference(first)}:{_reference(last)}"/>'


def _reference(place: Place) -> str:
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _drawings(  # noqa: PLR0917 - where the pictures come from and go to
    package: Package, sheet: str, source: str, parts: dict[str, bytes], part: Part, context: Context
) -> tuple[str, int]:
    """Add the pictures and charts on a sheet.

    Return the reference's id to their drawing, "" without any, and how many charts are left out.
    """
    drawn: list[str] = []
    lost = 0
    name = f"xl/drawings/drawing{sheet.removeprefix('xl/worksheets/sheet')}"
    for drawing in (each for each in relations(source, parts).values() if "/drawings/" in each):
        if drawing not in parts or not drawing.endswith(".xml"):
            continue
        targets = relations(drawing, parts)
        for anchor in parse_xml(parts[drawing]):
            for blip in (each for each in anchor.iter() if not is_aside(each) and local(each.tag) == "blip"):
                data = parts.get(targets.get(local_attribute(blip, "embed"), ""))
                if png := picture_of(data, part, context):
                    size = tuple(each * EMU for each in size_of_png(png))
                    drawn.append(
                        _anchored(_picture(len(drawn) + 2, package.picture(name, png)), anchor, size)
                    )
            if chart := linked_chart(anchor, drawing, parts):
                link = add_chart(package, name, chart, parts)
                lost += not link
                if link:
                    drawn.append(_anchored(_chart(len(drawn) + 2, link), anchor, _CHART_SIZE))
    if not drawn:
        return "", lost
    spaces = f'xmlns:xdr="{_ANCHORS}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}"'
    package.add(name, f"<xdr:wsDr {spaces}>{''.join(drawn)}</xdr:wsDr>", "drawing")
    return package.refer(sheet, name, "drawing"), lost


def _anchored(shown: str, anchor: Element, usual: tuple[int, ...]) -> str:
    """Return what is shown at the cell where it begins, in its size there or a usual one."""
    begin, end = (
        {local(str(each.tag)): int(each.text or 0) for each in corner if (each.text or "").isdecimal()}
        for name in ("from", "to")
        for corner in [next((each for each in anchor if local(str(each.tag)) == name), Element(name))]
    )
    width, height = usual
    extent = next((each for each in anchor.iter() if local(str(each.tag)) == "ext" and each.get("cx")), None)
    if extent is not None and int(extent.get("cx", "0")) > EMU:
        width, height = (round(int(extent.get(name, "0")) / EMU) * EMU for name in ("cx", "cy"))
    elif usual == _CHART_SIZE and end:
        cells = (end.get("col", 0) - begin.get("col", 0), end.get("row", 0) - begin.get("row", 0))
        width, height = (max(count, 2) * each for count, each in zip(cells, _CELL_SIZE, strict=True))
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{begin.get('col', 0)}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{begin.get('row', 0)}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="{width}" cy="{height}"/>{shown}<xdr:clientData/></xdr:oneCellAnchor>'
    )


def _picture(number: int, link: str) -> str:
    return (
        f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number}" name="Picture {number - 1}"/><xdr:cNvPicPr/>'
        f'</xdr:nvPicPr><xdr:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch>'
        '</xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
    )


def _chart(number: int, link: str) -> str:
    return (
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number}" '
        f'name="Chart {number - 1}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" r:id="{link}"/></a:graphicData>'
        "</a:graphic></xdr:graphicFrame>"
    )
