"""How the cells of a workbook look: number format, bold, italic; and the widths and merged cells of a sheet.

Elements and attributes are those of ECMA-376, part 1, section 18 (SpreadsheetML).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office import number_formats
from strongroom.checker.formats.office.cell_fills import NO_FILL, Fill, fills_of, is_pattern, kept_colours
from strongroom.checker.formats.office.ooxml import local_attribute, relations
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    exceptions: int = threshold(
        200,
        "cells of a sheet",
        "judgement: cells that look like neither their row nor their column; more have room for a bit each",
    )
    widest: int = threshold(100, "letters", "judgement: wider columns do not fit on a screen")
    most_merged: int = threshold(500, "ranges of a sheet", "judgement: headings of a large table take fewer")


LIMITS = _Limits()

Place = tuple[int, int]
"""Row and column of a cell, counted from 0."""
_BOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Look(NamedTuple):
    """How a cell looks."""

    number_format: str = number_formats.GENERAL
    bold: bool = False
    italic: bool = False
    fill: Fill = NO_FILL


@dataclass
class SheetLooks:
    """How a sheet looks, and its number of formulas.

    `merged` are the first and last cells of merged ranges, `unknown` counts formulas without a stored value.
    `unfilled` is whether fills and borders are left out, because they are more than stripes and boxes.
    """

    part: str = ""
    cells: dict[Place, Look] = field(default_factory=dict)
    widths: dict[int, int] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    formulas: int = 0
    unknown: int = 0
    unfilled: bool = False


def sheet_looks(parts: Mapping[str, bytes]) -> dict[str, SheetLooks]:
    """Return the looks of a workbook's sheets by their names."""
    looks = _styles(parts) if _STYLES in parts else []
    targets = relations(_BOOK, parts)
    found = {}
    for sheet in _all(parse_xml(parts[_BOOK]), "sheet"):
        part = targets.get(local_attribute(sheet, "id"), "")
        if part in parts:
            found[sheet.get("name", "")] = _sheet(part, parse_xml(parts[part]), looks)
    return _with_kept_fills(found)


def _with_kept_fills(sheets: dict[str, SheetLooks]) -> dict[str, SheetLooks]:
    """Leave out colours of which there are too many, and a sheet's fills that are no pattern."""
    used = [look.fill for sheet in sheets.values() for look in sheet.cells.values() if look.fill != NO_FILL]
    colours = kept_colours(used)
    for sheet in sheets.values():
        fills = {place: look.fill for place, look in sheet.cells.items() if look.fill != NO_FILL}
        sheet.unfilled = not is_pattern(fills)
        for place, fill in fills.items():
            shown = (
                NO_FILL
                if sheet.unfilled
                else fill._replace(colour=fill.colour if fill.colour in colours else "")
            )
            sheet.unfilled |= shown != fill
            sheet.cells[place] = sheet.cells[place]._replace(fill=shown)
    return sheets


def _sheet(part: str, root: Element, looks: list[Look]) -> SheetLooks:
    sheet = SheetLooks(part)
    for column in _all(root, "col"):
        first, last = (int(_number(column.get(name))) for name in ("min", "max"))
        width = round(min(max(_number(column.get("width")), 1), LIMITS.widest))
        sheet.widths |= dict.fromkeys(range(first - 1, min(last, first + LIMITS.widest)), width)
    for row_number, row in enumerate(_all(root, "row")):
        for column_number, cell in enumerate(_children(row, "c")):
            place = cell_place(cell.get("r", "")) or (row_number, column_number)
            style = int(_number(cell.get("s")))
            if style < len(looks) and looks[style] != Look():
                sheet.cells[place] = looks[style]
            if any(True for _ in _children(cell, "f")):
                sheet.formulas += 1
                sheet.unknown += not any(value.text for value in _children(cell, "v"))
    for merged in _all(root, "mergeCell"):
        begin, end = map(cell_place, (merged.get("ref", "") + ":").split(":")[:2])
        if begin and end:
            sheet.merged.append((begin, end))
    del sheet.merged[LIMITS.most_merged :]
    sheet.cells = _usual(sheet.cells)
    return sheet


def _usual(cells: dict[Place, Look]) -> dict[Place, Look]:
    """Return looks with few exceptions: a cell's own look is a choice that nothing examines."""
    rows, columns = (_most_common(cells, axis) for axis in (0, 1))
    odd = [place for place, look in cells.items() if look not in (rows[place[0]], columns[place[1]])]
    return cells | {place: columns[place[1]] for place in odd[LIMITS.exceptions :]}


def _most_common(cells: dict[Place, Look], axis: int) -> dict[int, Look]:
    counts: dict[int, Counter[Look]] = defaultdict(Counter)
    for place, look in cells.items():
        counts[place[axis]][look] += 1
    return {number: count.most_common(1)[0][0] for number, count in counts.items()}


def _styles(parts: Mapping[str, bytes]) -> list[Look]:
    root = parse_xml(parts[_STYLES])
    fills = fills_of(root, parts)
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in _all(root, "numFmt")}
    fonts = [font for fonts in _all(root, "fonts") for font in _children(fonts, "font")]
    looks: list[Look] = []
    for style in (style for styles in _all(root, "cellXfs") for style in _children(styles, "xf")):
        code, font = style.get("numFmtId"), int(_number(style.get("fontId")))
        shown = number_formats.listed(codes[code]) if code in codes else ""
        bold, italic = (font < len(fonts) and _is_on(fonts[font], name) for name in ("b", "i"))
        looks.append(
            Look(shown or number_formats.built_in(int(_number(code))), bold, italic, fills[len(looks)])
        )
    return looks


def _is_on(font: Element, name: str) -> bool:
    return any(each.get("val", "1") not in {"0", "false"} for each in _children(font, name))


def _all(root: Element, tag: str) -> Iterator[Element]:
    return (each for each in root.iter() if not is_aside(each) and local(each.tag) == tag)


def _children(element: Element, tag: str) -> Iterator[Element]:
    return (each for each in element if not is_aside(each) and local(each.tag) == tag)


def cell_place(reference: str) -> Place | None:
    """Return the row and column of a reference such as AB12."""
    found = _CELL.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2)) - 1, column - 1


def _number(value: str | None) -> float:
    try:
        return float(value or 0)
    except ValueError:
        return 0.0
