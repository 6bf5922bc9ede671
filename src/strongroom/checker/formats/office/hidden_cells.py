"""Numbers of a sheet that are hidden: in hidden columns or rows, white on white, or by an empty format.

Elements and attributes are those of ECMA-376, part 1, section 18 (SpreadsheetML).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from xml.etree.ElementTree import Element

from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        3, "columns", "judgement: single hidden columns hold working steps; records take several"
    )
    least_rows: int = threshold(5, "rows", "judgement: fewer rows are notes and headings, no table of people")
    least_size: int = threshold(
        1, "points or letters", "judgement: a row or column narrower than this cannot be read on a screen"
    )


LIMITS = _Limits()


_WHITE_THEME, _WHITE_INDEXES = "0", {"1", "9"}
_SHOWS_NOTHING = ";;;"
_TRUE = {"1", "true"}
# Points of a row, letters of a column.
_LETTERS = 26  # fixed: letters of a column's name
_MAY_HIDE = re.compile(rb"""hidden\s*=|zeroHeight|\b(?:width|ht)\s*=\s*["'][0&.-]""")

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Hidden:
    """How many numbers are hidden, and in how many rows and columns."""

    numbers: int
    rows: int
    columns: int

    @property
    def is_table(self) -> bool:
        """Whether there are as many as several people's values: single cells are often hidden for layout."""
        return (
            self.columns >= LIMITS.least_columns
            and self.rows >= LIMITS.least_rows
            and self.numbers >= LIMITS.least_columns * LIMITS.least_rows
        )


def hidden_numbers(sheet: bytes, hiding: frozenset[str], strings: Sequence[str]) -> Hidden:
    """Count the hidden numbers of a sheet; numbers written as text are numbers too.

    `hiding` are the styles that hide their content, `strings` the texts that cells refer to by index.
    """
    if not hiding and not _MAY_HIDE.search(sheet):
        return Hidden(0, 0, 0)
    root = parse_xml(sheet)
    columns = [_span(element) for element in _all(root, "col") if _vanishes(element, "width")]
    formats = next(iter(_all(root, "sheetFormatPr")), None)
    rows_vanish = formats is not None and formats.get("zeroHeight") in _TRUE
    places = [
        (at_row, at_column)
        for at_row, row in enumerate(_all(root, "row"))
        for at_column, cell in _placed(row)
        if (
            _vanishes(row, "ht")
            or (rows_vanish and row.get("hidden") is None and row.get("ht") is None)
            or cell.get("s", "0") in hiding
            or any(first <= at_column <= last for first, last in columns)
        )
        and _is_number(cell, strings)
    ]
    return Hidden(len(places), len({row for row, _ in places}), len({column for _, column in places}))


def hidden_styles(styles: bytes) -> frozenset[str]:
    """Return the numbers of the cell styles that are white on white or hide a number."""
    root = parse_xml(styles)
    white = [_is_white(font) for font in _children(root, "fonts")]
    unfilled = [_is_white_fill(fill) for fill in _children(root, "fills")]
    blank = {
        each.get("numFmtId")
        for each in _all(root, "numFmt")
        if each.get("formatCode", "").strip() == _SHOWS_NOTHING
    }
    return frozenset(
        str(place)
        for place, style in enumerate(_children(root, "cellXfs"))
        if style.get("numFmtId") in blank
        or (_at(white, style.get("fontId")) and _at(unfilled, style.get("fillId")))
    )


def _all(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.iter() if not is_aside(element) and local(element.tag) == tag)


def _children(root: Element, tag: str) -> list[Element]:
    return [child for parent in _all(root, tag) for child in parent if not is_aside(child)]


def _vanishes(element: Element, size: str) -> bool:
    """Return whether a row or column is hidden, by word or by its size."""
    drawn = _number(element.get(size))
    return element.get("hidden") in _TRUE or (drawn is not None and drawn < LIMITS.least_size)


def _span(column: Element) -> tuple[int, int]:
    return int(_number(column.get("min")) or 0), int(_number(column.get("max")) or 0)


def _placed(row: Element) -> Iterator[tuple[int, Element]]:
    """Yield a row's cells with their columns, counted from 1; one without a reference follows the last."""
    place = 0
    for cell in row:
        if not is_aside(cell) and local(cell.tag) == "c":
            place = _column(cell.get("r", "")) or place + 1
            yield place, cell


def _column(reference: str) -> int:
    """Return the column of a reference such as AB12, 0 where there is none."""
    place = 0
    for letter in reference.rstrip("0123456789").upper():
        place = place * _LETTERS + ord(letter) - ord("A") + 1
    return place


def _is_number(cell: Element, strings: Sequence[str]) -> bool:
    text = "".join(
        element.text or ""
        for element in cell.iter()
        if not is_aside(element) and local(element.tag) in {"v", "t"}
    )
    if cell.get("t") == "s":
        return _number(_at(strings, text)) is not None
    return cell.get("t") == "d" or (cell.get("t") != "e" and _number(text) is not None)


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _at(values: Sequence[_Value], place: str | None) -> _Value | None:
    """Return the item at an index written in digits, None where there is none."""
    return values[int(place)] if place and place.isdecimal() and int(place) < len(values) else None


def _is_white(font: Element) -> bool:
    return any(
        _is_white_colour(child) for child in font if not is_aside(child) and local(child.tag) == "color"
    )


def _is_white_colour(colour: Element) -> bool:
    return (
        colour.get("rgb", "")[-6:].upper() == "FFFFFF"
        or (colour.get("theme") == _WHITE_THEME and colour.get("tint") is None)
        or colour.get("indexed") in _WHITE_INDEXES
    )


def _is_white_fill(fill: Element) -> bool:
    """Return whether a fill leaves a cell white."""
    patterns = list(_all(fill, "patternFill"))
    shown = [child for pattern in patterns for child in pattern if local(str(child.tag)) == "fgColor"]
    return all(pattern.get("patternType", "none") == "none" for pattern in patterns) or (
        bool(shown) and all(map(_is_white_colour, shown))
    )
