"""Charts written again from the values they show: kind, series, categories and titles, as literals.

Elements are those of ECMA-376, part 1, section 21.2 (DrawingML charts).
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from strongroom.checker.formats.office.charts import cached
from strongroom.checker.formats.office.docx_styles import every, value
from strongroom.checker.formats.office.ooxml import DRAWING, Package, relations, text
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.text.xml_tree import local, parse_xml

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
# The kinds that are drawn, three-dimensional ones flat, and the axes they have.
_KINDS = {
    "barChart": "barChart", "bar3DChart": "barChart", "lineChart": "lineChart", "line3DChart": "lineChart",
    "areaChart": "areaChart", "area3DChart": "areaChart", "pieChart": "pieChart", "pie3DChart": "pieChart",
    "doughnutChart": "pieChart", "scatterChart": "scatterChart",
}  # fmt: skip
_GRID = (
    '<c:majorGridlines><c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln>'
    "</c:spPr></c:majorGridlines>"
)
_COLOURS = ("4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47")
_GROUPINGS = {"clustered", "stacked", "percentStacked", "standard"}
_STYLES = {"lineMarker", "line", "marker", "smooth", "smoothMarker"}


def add_chart(package: Package, source: str, chart: str, parts: dict[str, bytes]) -> str:
    """Add the chart that is part `chart` for the part `source`; return the reference's id, "" without one."""
    try:
        written = chart_xml(parse_xml(parts[chart])) if chart in parts else ""
    except UnreadableError:
        written = ""
    if not written:
        return ""
    folder = source.partition("/")[0]
    name = f"{folder}/charts/chart{package.count(f'{folder}/charts/') + 1}.xml"
    package.add(name, written, "drawingml.chart")
    return package.refer(source, name, "chart")


def linked_chart(frame: Element, source: str, parts: dict[str, bytes]) -> str:
    """Return the part with the chart that a drawing of `source` shows, "" where it shows none."""
    shown = next((each for each in every(frame, "chart") if each.attrib), None)
    link = "" if shown is None else next(iter(shown.attrib.values()))
    return relations(source, parts).get(link, "")


def chart_xml(root: Element) -> str:
    """Return a chart written again, "" for one of a kind that is not drawn."""
    groups = [(each, _KINDS[local(str(each.tag))]) for each in root.iter() if local(str(each.tag)) in _KINDS]
    drawn = "".join(_group(group, kind) for group, kind in groups)
    if not drawn:
        return ""
    titles = {
        local(str(parent.tag)): child
        for parent in root.iter()
        for child in parent
        if local(str(child.tag)) == "title"
    }
    axes = "" if all(kind == "pieChart" for _, kind in groups) else _axes(titles, groups)
    return (
        f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}"><c:chart>{_title(titles.get("chart"))}'
        f'<c:autoTitleDeleted val="{int("chart" not in titles)}"/><c:plotArea>'
        f"<c:layout/>{drawn}{axes}</c:plotArea>"
        '<c:legend><c:legendPos val="r"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/></c:chart>'
        "</c:chartSpace>"
    )


def _group(group: Element, kind: str) -> str:
    series = "".join(
        _series(number, each, kind)
        for number, each in enumerate(every(group, "ser"))
        if list(every(each, "v"))
    )
    if not series:
        return ""
    grouping = value(group, "grouping")
    grouping = grouping if grouping in _GROUPINGS else "standard"
    match kind:
        case "barChart":
            along = "bar" if value(group, "barDir") == "bar" else "col"
            overlap = '<c:overlap val="100"/>' if "tacked" in grouping else ""
            grouping = "clustered" if grouping == "standard" else grouping
            start, end = f'<c:barDir val="{along}"/><c:grouping val="{grouping}"/>', overlap
        case "lineChart":
            start, end = f'<c:grouping val="{_unclustered(grouping)}"/>', '<c:marker val="1"/>'
        case "areaChart":
            start, end = f'<c:grouping val="{_unclustered(grouping)}"/>', ""
        case "scatterChart":
            style = value(group, "scatterStyle")
            start, end = f'<c:scatterStyle val="{style if style in _STYLES else "lineMarker"}"/>', ""
        case _:
            return f'<c:pieChart><c:varyColors val="1"/>{series}</c:pieChart>'
    used = '<c:axId val="1"/><c:axId val="2"/>'
    return f'<c:{kind}>{start}<c:varyColors val="0"/>{series}{end}{used}</c:{kind}>'


def _unclustered(grouping: str) -> str:
    return "standard" if grouping == "clustered" else grouping


def _series(number: int, series: Element, kind: str) -> str:
    found = {local(str(child.tag)): child for child in series}
    name = " ".join(each for each in cached(found["tx"]) if each) if "tx" in found else ""
    names = (
        f"<c:tx><c:strRef><c:f>name</c:f><c:strCache>{_points([name])}</c:strCache></c:strRef></c:tx>"
        if name
        else ""
    )
    across, up = ("xVal", "yVal") if kind == "scatterChart" else ("cat", "val")
    pieces = "".join(
        f"<c:{tag}>{_literal(cached(found[tag]), numbers=tag != 'cat')}</c:{tag}>"
        for tag in (across, up)
        if tag in found
    )
    looks = _looks(_COLOURS[number % len(_COLOURS)], kind, joined=_joined(found))
    if kind == "lineChart" and value(found.get("marker", series), "symbol") == "none":
        looks += '<c:marker><c:symbol val="none"/></c:marker>'
    return f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>{names}{looks}{pieces}</c:ser>'


def _looks(colour: str, kind: str, *, joined: bool) -> str:
    """Return the colour of a series: some programs draw nothing where none is stated."""
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    match kind:
        case "pieChart":
            return ""
        case "lineChart":
            return f'<c:spPr><a:ln w="28575">{fill}</a:ln></c:spPr>'
        case "scatterChart":
            line = f'<a:ln w="28575">{fill}</a:ln>' if joined else "<a:ln><a:noFill/></a:ln>"
            points = f'<c:symbol val="circle"/><c:size val="5"/><c:spPr>{fill}</c:spPr>'
            return f"<c:spPr>{line}</c:spPr><c:marker>{points}</c:marker>"
        case _:
            return f"<c:spPr>{fill}</c:spPr>"


def _joined(found: dict[str, Element]) -> bool:
    """Return whether a line joins the points of a series."""
    return "spPr" in found and not list(every(found["spPr"], "noFill"))


def _literal(cells: list[str | None], *, numbers: bool) -> str:
    if numbers and all(map(_is_number, cells)):
        return f"<c:numLit><c:formatCode>General</c:formatCode>{_points(cells)}</c:numLit>"
    return f"<c:strLit>{_points(cells)}</c:strLit>"


def _points(cells: list[str | None]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{text(cell)}</c:v></c:pt>'
        for place, cell in enumerate(cells)
        if cell is not None
    )
    return f'<c:ptCount val="{len(cells)}"/>{points}'


def _is_number(cell: str | None) -> bool:
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True


def _title(title: Element | None) -> str:
    words = "" if title is None else " ".join(each.text or "" for each in every(title, "t"))
    if not words.strip():
        return ""
    rich = f"<c:rich><a:bodyPr/><a:p><a:r><a:t>{text(words)}</a:t></a:r></a:p></c:rich>"
    return f'<c:title><c:tx>{rich}</c:tx><c:overlay val="0"/></c:title>'


def _axes(titles: dict[str, Element], groups: list[tuple[Element, str]]) -> str:
    scatter = groups[0][1] == "scatterChart"
    flat = any(value(group, "barDir") == "bar" for group, _ in groups)
    below, left = ("l", "b") if flat else ("b", "l")
    first = titles.get("catAx", titles.get("dateAx"))
    return "".join(_axis_pair("valAx" if scatter else "catAx", below, left, first, titles.get("valAx")))


def _axis_pair(
    kind: str, below: str, left: str, first: Element | None, second: Element | None
) -> Iterator[str]:
    for number, (tag, place, title) in enumerate(((kind, below, first), ("valAx", left, second)), start=1):
        lines = _GRID if number > 1 else ""
        yield (
            f'<c:{tag}><c:axId val="{number}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
            '<c:delete val="0"/>'
            f'<c:axPos val="{place}"/>{lines}{_title(title)}<c:crossAx val="{3 - number}"/>'
            f'<c:crosses val="autoZero"/></c:{tag}>'
        )
