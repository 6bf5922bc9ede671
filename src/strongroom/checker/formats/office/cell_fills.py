"""The fills and borders of a workbook's cells: few colours in sixteen steps, thin lines.

Elements and attributes are those of ECMA-376, part 1, section 18 (SpreadsheetML).
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    colours: int = threshold(
        8, "colours of a workbook", "judgement: tables of papers have a heading's, a stripe's and a total's"
    )
    pattern_bytes: int = threshold(
        192,
        "bytes of a sheet",
        "judgement: what fills and borders compress to; stripes and boxes take under 100, a mark for each of "
        "some hundred cells more",
    )


LIMITS = _Limits()

SIDES = ("left", "right", "top", "bottom")
_STEPS = 17  # fixed: sixteen steps of a colour's channel, from 0 to 255
_THEME = "xl/theme/theme1.xml"
# The order in which cells number a theme's colours: light and dark are exchanged.
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)))
_DARK = 128  # fixed: half of a channel; on darker fills words are written in white
_WHITE = "FFFFFF"
_Value = TypeVar("_Value")


class Fill(NamedTuple):
    """A cell's colour as six hexadecimal digits, "" for none, and the sides with a line."""

    colour: str = ""
    sides: tuple[str, ...] = ()

    @property
    def is_dark(self) -> bool:
        """Whether black words cannot be read on it."""
        return bool(self.colour) and sum(_channels(self.colour)) / 3 < _DARK


NO_FILL = Fill()


def fills_of(styles: Element, parts: Mapping[str, bytes]) -> list[Fill]:
    """Return the fill and borders of each cell style, by its number."""
    theme = _theme(parse_xml(parts[_THEME])) if _THEME in parts else {}
    colours = [_colour(fill, theme) for fill in _grandchildren(styles, "fills")]
    borders = [tuple(_sides(border)) for border in _grandchildren(styles, "borders")]
    return [
        Fill(_at(colours, style.get("fillId")) or "", _at(borders, style.get("borderId")) or ())
        for style in _grandchildren(styles, "cellXfs")
    ]


def kept_colours(used: Iterable[Fill]) -> frozenset[str]:
    """Return the colours that are kept: of more than the limit, none."""
    found = frozenset(fill.colour for fill in used if fill.colour)
    return found if len(found) <= LIMITS.colours else frozenset()


def is_pattern(cells: Mapping[tuple[int, int], Fill]) -> bool:
    """Whether a sheet's fills form stripes and boxes, and not a choice for each cell."""
    if not cells:
        return True
    rows, columns = (max(place[axis] for place in cells) + 1 for axis in (0, 1))
    if rows * columns > 1 << 24:  # fixed: more cells than a sheet of a paper has by far
        return False
    numbers = {fill: number for number, fill in enumerate(dict.fromkeys(cells.values()), start=1)}
    drawn = bytearray(rows * columns)
    for (row, column), fill in cells.items():
        drawn[row * columns + column] = min(numbers[fill], 255)
    return len(zlib.compress(bytes(drawn), 9)) <= LIMITS.pattern_bytes


def _colour(fill: Element, theme: Mapping[str, str]) -> str:
    for pattern in fill:
        if (
            not is_aside(pattern)
            and local(pattern.tag) == "patternFill"
            and pattern.get("patternType") == "solid"
        ):
            for colour in pattern:
                if not is_aside(colour) and local(colour.tag) == "fgColor":
                    stated = _stated(colour, theme)
                    return "" if stated == _WHITE else stated
    return ""


def _stated(colour: Element, theme: Mapping[str, str]) -> str:
    rgb = colour.get("rgb", "")[-6:] or theme.get(colour.get("theme", ""), "")
    try:
        tint = float(colour.get("tint", "0"))
        channels = [
            round(each + (255 - each) * tint if tint > 0 else each * (1 + tint)) for each in _channels(rgb)
        ]
    except ValueError:
        return ""
    return "".join(f"{round(min(max(each, 0), 255) / _STEPS) * _STEPS:02X}" for each in channels)


def _channels(rgb: str) -> list[int]:
    """Return red, green and blue; ValueError for what is no colour."""
    red, green, blue = bytes.fromhex(rgb)
    return [red, green, blue]


def _theme(root: Element) -> dict[str, str]:
    """Return a theme's colours by the numbers that cells use."""
    named = {
        local(each.tag): next(
            (own.get("lastClr", own.get("val", "")) for own in each if not is_aside(own)), ""
        )
        for scheme in root.iter()
        if not is_aside(scheme) and local(scheme.tag) == "clrScheme"
        for each in scheme
        if not is_aside(each)
    }
    return {str(number): named[name] for number, name in enumerate(_THEME_ORDER) if name in named}


def _sides(border: Element) -> Iterator[str]:
    for side in border:
        tag = "" if is_aside(side) else local(side.tag)
        if tag in SIDES and side.get("style", "none") != "none":
            yield tag


def _grandchildren(root: Element, tag: str) -> list[Element]:
    return [
        child
        for parent in root
        if not is_aside(parent) and local(parent.tag) == tag
        for child in parent
        if not is_aside(child)
    ]


def _at(values: Sequence[_Value], place: str | None) -> _Value | None:
    return values[int(place)] if place and place.isdecimal() and int(place) < len(values) else None
