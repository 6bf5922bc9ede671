"""Interactive plots understood: plotly's traces and Vega-Lite's marks as series that can be drawn.

The names are those of plotly.js's schema of figures and of Vega-Lite's specification (version 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

Json = Any
Value = str | float | None
BARS, LINE, DOTS, AREA, CELLS, BOXES = "bars", "line", "dots", "area", "cells", "boxes"


@dataclass(frozen=True)
class Series:
    """What is drawn together: its kind, its name, and equally long values of x and y.

    Of cells, `values` are their numbers; of boxes, `y` are the least value, quartiles and the largest value.
    """

    kind: str
    name: str
    x: list[Value]
    y: list[Value]
    values: list[Value] = field(default_factory=list)


@dataclass(frozen=True)
class Plot:
    """A plot: its series, title, the titles of its axes, and the kinds of traces that cannot be drawn."""

    series: list[Series]
    title: str = ""
    x_title: str = ""
    y_title: str = ""
    unknown: tuple[str, ...] = ()


def plots_in(documents: list[Json]) -> Iterator[Plot]:
    """Yield the plots of the JSON documents that a script or an output has, in order."""
    for number, document in enumerate(documents):
        after = documents[number + 1] if number + 1 < len(documents) else {}
        if _is_traces(document):
            yield _plotly(document, after if isinstance(after, dict) else {})
        elif isinstance(document, dict) and _is_traces(document.get("data")):
            layout = document.get("layout")
            yield _plotly(document["data"], layout if isinstance(layout, dict) else {})
        elif isinstance(document, dict) and ("mark" in document or "layer" in document):
            yield _vega(document)


def _kind(stated: Json) -> str:
    """Return the kind of a trace or mark, for a report: one short word."""
    return stated if isinstance(stated, str) and stated.isalpha() and len(stated) < 16 else "other"  # noqa: PLR2004 - longer than any


def _is_traces(value: Json) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and {"x", "y", "z", "values"} & each.keys() for each in value)
        and any(isinstance(each.get(name), list) for each in value for name in ("x", "y", "z", "values"))
    )


def _plotly(traces: list[Json], layout: dict[str, Json]) -> Plot:
    series, unknown = [], []
    for trace in traces:
        found = _trace(trace)
        if found is None:
            unknown.append(_kind(trace.get("type")))
        else:
            series.append(found)
    x_title, y_title = (_title(layout.get(axis)) for axis in ("xaxis", "yaxis"))
    return Plot(series, _title(layout), x_title, y_title, tuple(unknown))


def _trace(trace: dict[str, Json]) -> Series | None:
    kind, name = str(trace.get("type", "scatter")), _words(trace.get("name"))
    x, y = _values(trace.get("x")), _values(trace.get("y"))
    if kind in {"scatter", "scattergl"}:
        size = max(len(x), len(y))
        x, y = x or [float(each) for each in range(size)], y or [float(each) for each in range(size)]
        mode = str(trace.get("mode", "lines"))
        filled = str(trace.get("fill", "none")) != "none"
        return _paired(AREA if filled else LINE if "lines" in mode else DOTS, name, x, y)
    if kind == "bar":
        if trace.get("orientation") == "h":
            x, y = y, x
        return _paired(BARS, name, x or [str(each + 1) for each in range(len(y))], y)
    if kind == "pie":
        return _paired(BARS, name, _values(trace.get("labels")), _values(trace.get("values")))
    if kind == "histogram":
        return _histogram(name, x or y)
    if kind == "box":
        return _box(name, y or x)
    return _heat_map(trace, name, x, y) if kind == "heatmap" else None


def _paired(kind: str, name: str, x: list[Value], y: list[Value]) -> Series | None:
    size = min(len(x), len(y))
    return Series(kind, name, x[:size], y[:size]) if size else None


def _histogram(name: str, values: list[Value]) -> Series | None:
    numbers = [each for each in values if isinstance(each, float)]
    if len(numbers) != len(values) or not numbers:
        kinds = list(dict.fromkeys(str(each) for each in values))
        counts = [float(sum(str(each) == kind for each in values)) for kind in kinds]
        return _paired(BARS, name, [*kinds], [*counts])
    counts_of, edges = np.histogram(numbers, bins="sturges")
    labels: list[Value] = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges.tolist())]
    return Series(BARS, name, labels, [float(each) for each in counts_of])


def _box(name: str, values: list[Value]) -> Series | None:
    numbers = [each for each in values if isinstance(each, float)]
    if not numbers:
        return None
    ends = np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95])
    return Series(BOXES, "", [name or "all"] * 5, [float(each) for each in ends])


def _heat_map(trace: dict[str, Json], name: str, x: list[Value], y: list[Value]) -> Series | None:
    rows = trace.get("z")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    cells = [
        (_at(x, column), _at(y, row), value)
        for row, values in enumerate(rows)
        for column, value in enumerate(_values(values))
    ]
    if not cells:
        return None
    return Series(
        CELLS, name, [str(a) for a, _, _ in cells], [str(b) for _, b, _ in cells], [c for *_, c in cells]
    )


def _at(labels: list[Value], place: int) -> Value:
    return labels[place] if place < len(labels) else str(place + 1)


def _vega(spec: dict[str, Json], data: list[Json] | None = None) -> Plot:
    rows = _rows(spec, spec.get("datasets", {}), data)
    layers = spec.get("layer")
    if isinstance(layers, list):
        shared = spec.get("encoding", {})
        inner = [
            _vega(
                {"datasets": spec.get("datasets", {})}
                | each
                | {"encoding": shared | each.get("encoding", {})},
                rows,
            )
            for each in layers
            if isinstance(each, dict)
        ]
        first = next((each for each in inner if each.series), Plot([]))
        unknown = tuple(kind for each in inner for kind in each.unknown)
        series = [series for each in inner for series in each.series]
        return Plot(series, _title(spec) or first.title, first.x_title, first.y_title, unknown)
    mark = spec.get("mark", {})
    mark = str(mark.get("type") if isinstance(mark, dict) else mark)
    encoding = spec.get("encoding", {})
    x, y, colour = (encoding.get(name, {}) for name in ("x", "y", "color"))
    kind = _MARKS.get(mark)
    if kind is None or not rows or any("bin" in each or "timeUnit" in each for each in (x, y)):
        return Plot([], _title(spec), unknown=(_kind(mark),))
    if y.get("type") in {"nominal", "ordinal"} and kind == BARS:
        x, y = y, x
    series = list(_series(kind, rows, x, y, colour))
    return Plot(series, _title(spec), _axis(x), _axis(y), () if series else (_kind(mark),))


_MARKS = {
    "bar": BARS,
    "line": LINE,
    "trail": LINE,
    "area": AREA,
    "point": DOTS,
    "circle": DOTS,
    "square": DOTS,
}


def _series(kind: str, rows: list[Json], x: Json, y: Json, colour: Json) -> Iterator[Series]:
    groups: dict[str, dict[Value, list[Value]]] = {}
    for row in rows:
        group = groups.setdefault(_words(row.get(colour.get("field"))) if "field" in colour else "", {})
        group.setdefault(_value(row.get(x.get("field"))), []).append(_value(row.get(y.get("field"))))
    aggregate = y.get("aggregate")
    for name, group in groups.items():
        if aggregate:
            totals = {place: _aggregated(str(aggregate), values) for place, values in group.items()}
            if None in totals.values():
                return
            yield Series(kind, name, list(totals), list(totals.values()))
        else:
            pairs = [(place, value) for place, values in group.items() for value in values]
            yield Series(kind, name, [place for place, _ in pairs], [value for _, value in pairs])


def _aggregated(how: str, values: list[Value]) -> Value:
    numbers = [each for each in values if isinstance(each, float)]
    if how == "count":
        return float(len(values))
    if how not in {"sum", "mean", "average", "median", "min", "max"} or not numbers:
        return None
    chosen = {"sum": np.sum(numbers), "median": np.median(numbers), "min": min(numbers), "max": max(numbers)}
    return float(chosen.get(how, np.mean(numbers)))


def _rows(spec: dict[str, Json], datasets: Json, above: list[Json] | None) -> list[Json]:
    data = spec.get("data")
    if isinstance(data, dict):
        found = data.get("values")
        if found is None and isinstance(datasets, dict):
            found = datasets.get(data.get("name"))
        if isinstance(found, list):
            return [each for each in found if isinstance(each, dict)]
    return above or []


def _title(value: Json) -> str:
    """Return the title of a figure, an axis or a specification: words, or an object with words."""
    title = value.get("title") if isinstance(value, dict) else None
    if isinstance(title, dict):
        title = title.get("text")
    return _words(title)


def _axis(encoding: Json) -> str:
    return _title(encoding) or _words(encoding.get("field") or encoding.get("aggregate"))


def _words(value: Json) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _values(value: Json) -> list[Value]:
    return [_value(each) for each in value] if isinstance(value, list) else []


def _value(value: Json) -> Value:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return float(value) if np.isfinite(value) else None
    return value if isinstance(value, str) else None
