"""Rebuilt workbooks: the values of all sheets in a new Excel workbook, with listed number formats."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import escape
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.office import number_formats, workbook
from strongroom.checker.formats.office.cell_looks import Look, Place, SheetLooks, sheet_looks
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
from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, UnreadableError
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ANCHORS = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_BOOK = "xl/workbook.xml"
_MIME = "spreadsheetml"
_BEGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - fixed: ECMA-376 part 1, 18.17.4.1; cells have no time zone
_FIRST_SURE = datetime(1900, 3, 1)  # noqa: DTZ001 - fixed: before it the day numbers of programs differ
_NAME_LETTERS = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_NAME = 31  # fixed: characters of a sheet's name
_LONGEST_CELL = 32_767  # fixed: characters of a cell
_OWN_FORMATS = 164  # fixed: the first number of a format with a code, ECMA-376 part 1, 18.8.31
_DAY = 86_400  # fixed: seconds
_PLAIN_STYLES = (
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
)


def rebuild_xlsx(part: Part, context: Context) -> Rebuilt:
    """Return a workbook of the values, number formats, widths and pictures."""
    parts = parts_of(part, context)
    looks = sheet_looks(parts)
    formulas, unknown = (
        sum(getattr(each, name) for each in looks.values()) for name in ("formulas", "unknown")
    )
    notes = [f"formulas are released as their values ({formulas})"] if formulas else []
    notes += [f"cells whose formula has no stored value are blank ({unknown})"] if unknown else []
    left_out = ", ".join([*extras(parts, charts=True), "colours", "borders", "links"])
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
    listed: list[tuple[str, str]] = []
    filled = [(name, rows) for name, _, rows in workbook.sheets(part) if rows]
    for number, (title, rows) in enumerate(filled, start=1):
        look = looks.get(title, SheetLooks())
        sheet = f"xl/worksheets/sheet{number}.xml"
        drawing = _pictures(package, sheet, look.part, parts, part, context)
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
    change = f"{part.where}: rebuilt as a workbook of its values; {'; '.join(notes)}"
    return Rebuilt((Copy(name, package.data()),), (change,))


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
        fonts = "".join(
            "<font>" + "<b/>" * bold + "<i/>" * italic + '<sz val="11"/><name val="Calibri"/></font>'
            for bold in (False, True)
            for italic in (False, True)
        )
        cells = "".join(
            f'<xf numFmtId="{numbers.get(look.number_format, 0)}" fontId="{2 * look.bold + look.italic}"'
            ' fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
            for look in self._looks
        )
        return (
            f'<styleSheet xmlns="{_MAIN}">'
            + (f'<numFmts count="{len(codes)}">{formats}</numFmts>' if codes else "")
            + f'<fonts count="4">{fonts}</fonts>{_PLAIN_STYLES}'
            f'<cellXfs count="{len(self._looks)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )


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


def _pictures(  # noqa: PLR0917 - where the pictures come from and go to
    package: Package, sheet: str, source: str, parts: dict[str, bytes], part: Part, context: Context
) -> str:
    """Add the pictures on a sheet; return the reference's id to their drawing, "" without any."""
    drawn: list[str] = []
    name = f"xl/drawings/drawing{sheet.removeprefix('xl/worksheets/sheet')}"
    for drawing in (each for each in relations(source, parts).values() if "/drawings/" in each):
        if drawing not in parts or not drawing.endswith(".xml"):
            continue
        targets = relations(drawing, parts)
        for anchor in parse_xml(parts[drawing]):
            for blip in (each for each in anchor.iter() if not is_aside(each) and local(each.tag) == "blip"):
                data = parts.get(targets.get(local_attribute(blip, "embed"), ""))
                if png := picture_of(data, part, context):
                    drawn.append(_anchored(len(drawn) + 2, package.picture(name, png), png, anchor))
    if not drawn:
        return ""
    spaces = f'xmlns:xdr="{_ANCHORS}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}"'
    package.add(name, f"<xdr:wsDr {spaces}>{''.join(drawn)}</xdr:wsDr>", "drawing")
    return package.refer(sheet, name, "drawing")


def _anchored(number: int, link: str, png: bytes, anchor: Element) -> str:
    """Return a picture at the cell where its original is, in its size there or that of its pixels."""
    first = [each for begin in anchor if local(str(begin.tag)) == "from" for each in begin]
    at = {local(str(each.tag)): int(each.text or 0) for each in first if (each.text or "").isdecimal()}
    column, row = at.get("col", 0), at.get("row", 0)
    width, height = (size * EMU for size in size_of_png(png))
    extent = next((each for each in anchor.iter() if local(str(each.tag)) == "ext" and each.get("cx")), None)
    if extent is not None and int(extent.get("cx", "0")) > EMU:
        width, height = (round(int(extent.get(name, "0")) / EMU) * EMU for name in ("cx", "cy"))
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="{width}" cy="{height}"/><xdr:pic><xdr:nvPicPr>'
        f'<xdr:cNvPr id="{number}" name="Picture {number - 1}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>"
    )
