"""The data that an Office chart stores, and the source rows that a pivot table stores."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.contents.drawing_kind import Drawn, drawn_table
from strongroom.checker.contents.found import FoundTable
from strongroom.checker.formats.documents.html_tables import as_table
from strongroom.checker.formats.text.plain_text import infer
from strongroom.checker.formats.text.xml_tree import local

_CACHES = {"numCache", "strCache", "numLit", "strLit", "multiLvlStrCache"}
_PLACES = {"xVal": "x", "yVal": "y", "bubbleSize": "size", "cat": "category", "val": "value"}


def chart_tables(chart: Element, where: str) -> Iterator[FoundTable]:
    """Yield the points of every series of a chart."""
    series = [each for each in chart.iter() if local(str(each.tag)) == "ser"]
    for number, each in enumerate(series, start=1):
        columns = {
            _PLACES[local(str(child.tag))]: cached(child)
            for child in each
            if local(str(child.tag)) in _PLACES
        }
        length = max((len(cells) for cells in columns.values()), default=0)
        filled = {name: infer([*cells, *[None] * (length - len(cells))]) for name, cells in columns.items()}
        if length:
            scatter = "x" in filled and "y" in filled
            ordered = {
                name: filled[name]
                for name in sorted(filled, key=["x", "y", "category", "value", "size"].index)
            }
            drawn = Drawn.DOTS if scatter else Drawn.CURVE
            yield drawn_table(f"{where} > series {number}", ordered, drawn)


def pivot_table(records: Element, definition: Element | None, where: str) -> Iterator[FoundTable]:
    """Yield the rows a pivot table's cache keeps of its source, which no sheet need show."""
    shared = (
        [_items(each) for each in definition.iter() if local(str(each.tag)) == "cacheField"]
        if definition is not None
        else []
    )
    rows = []
    for record in records:
        cells = []
        for place, cell in enumerate(record):
            value = cell.get("v", "")
            items = shared[place] if place < len(shared) else []
            if local(str(cell.tag)) == "x" and value.isdigit() and int(value) < len(items):
                value = items[int(value)]
            cells.append(value)
        rows.append(cells)
    if any(rows):
        yield FoundTable(where, as_table(rows))


def _items(field: Element) -> list[str]:
    return [
        item.get("v", "") for shared in field if local(str(shared.tag)) == "sharedItems" for item in shared
    ]


def cached(axis: Element) -> list[str | None]:
    """Return a chart axis's values by index; gaps are None."""
    found: dict[int, str] = {}
    for cache in axis.iter():
        if local(str(cache.tag)) in _CACHES:
            for point in cache.iter():
                if local(str(point.tag)) == "pt":
                    place = point.get("idx", "")
                    text = "".join(value.text or "" for value in point)
                    found[int(place) if place.isdigit() else len(found)] = text
    most = min(max(found, default=-1) + 1, 10 * len(found) + 1_000)  # an index may claim anything
    return [found.get(place) for place in range(most)]
