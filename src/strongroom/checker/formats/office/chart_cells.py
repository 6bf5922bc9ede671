"""Values of a workbook's charts that refer to cells without repeating them, as most libraries write charts.

Elements are those of ECMA-376, part 1, section 21.2 (DrawingML charts).
"""

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from strongroom.checker.formats.office.cell_looks import cell_place
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_points: int = threshold(100_000, "points of a series", "cost: a chart of more cannot be read")


LIMITS = _Limits()

Sheets = Mapping[str, Sequence[Sequence[object]]]
_REFERENCE = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<cells>[$A-Z0-9:]+)")
_CACHES = {"numRef": "numCache", "strRef": "strCache"}


def with_cells(chart: bytes, sheets: Sheets) -> bytes:
    """Return a chart whose series hold the values of the cells they refer to, where they held none."""
    root = parse_xml(chart)
    for reference in list(root.iter()):
        kind = "" if is_aside(reference) else _CACHES.get(local(reference.tag), "")
        if kind and not any(local(str(each.tag)) == "v" for each in reference.iter()):
            _fill(reference, kind, sheets)
    return tostring(root)


def _fill(reference: Element, kind: str, sheets: Sheets) -> None:
    formula = next((each.text or "" for each in reference if local(str(each.tag)) == "f"), "")
    space = str(reference.tag).removesuffix(local(reference.tag))
    cache = SubElement(reference, f"{space}{kind}")
    for place, value in enumerate(_values(formula, sheets)):
        if value not in {"", None}:
            point = SubElement(cache, f"{space}pt", idx=str(place))
            SubElement(point, f"{space}v").text = _written(value)


def _values(formula: str, sheets: Sheets) -> list[object]:
    """Return the cells of a range of one row or column."""
    found = _REFERENCE.fullmatch(formula.strip())
    if found is None:
        return []
    name = found["plain"] or found["quoted"].replace("''", "'")
    first, _, last = found["cells"].replace("$", "").partition(":")
    begin, end = cell_place(first), cell_place(last or first)
    if begin is None or end is None or name not in sheets:
        return []
    rows = sheets[name]
    if (end[0] - begin[0] + 1) * (end[1] - begin[1] + 1) > LIMITS.most_points:
        return []
    return [
        rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        for row in range(begin[0], end[0] + 1)
        for column in range(begin[1], end[1] + 1)
    ]


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
