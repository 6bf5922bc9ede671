"""Interactive plots as JSON: plotly, vega and bokeh keep the plotted rows, some as packed numbers."""

import base64
import binascii
import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.drawing_kind import (
    Drawn,
    Layout,
    RepeatedShapes,
    drawn_table,
    rows_table,
)
from strongroom.checker.contents.found import FoundTable, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.text import json_text
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_points: int = threshold(
        5, "points", "judgement: fewer values of x and y are a label or a line, no data"
    )
    longest_line: int = threshold(
        15, "points", "judgement: people have a handful of visits; longer lines are curves"
    )
    deepest: int = threshold(
        200, "levels", "cost: bound of recursion; plotting libraries nest about ten levels"
    )


LIMITS = _Limits()


Json = json_text.Json
_NUMBERS = {"i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"}
_NAMES = {
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "float32": "f4",
    "float64": "f8",
    "int64": "i8",
    "uint64": "u8",
}


def tables(document: Json, where: str) -> Iterator[FoundTable]:
    """Yield the tables of a plot: each trace's equally long lists together, and every other table."""
    for number, trace in enumerate(_traces(document), start=1):
        lists = {name: cells for name, cells in trace.items() if isinstance(cells, list)}
        size = len(lists["x"])
        columns = {"x": lists["x"], "y": lists["y"]}
        columns |= {name: cells for name, cells in lists.items() if len(cells) == size}
        arrays = {name: json_text.array(cells) for name, cells in columns.items()}
        lines = "lines" in str(trace.get("mode", "")) and "markers" not in str(trace.get("mode", ""))
        yield drawn_table(f"{where} > trace {number}", arrays, Drawn.CURVE if lines else Drawn.DOTS)
    yield from _short_lines(document, where)
    yield from json_text.tables_in(document, where)


def _short_lines(document: Json, where: str) -> Iterator[FoundTable]:
    """Yield lines of a few points each as one table, one row a line: they may be people's visits."""
    lines: dict[int, list[list[float]]] = {}
    for trace in _traces(document, 2):
        if "lines" in str(trace.get("mode", "lines")):
            heights = trace["y"]
            if len(heights) <= LIMITS.longest_line and all(type(each) in {int, float} for each in heights):
                lines.setdefault(len(heights), []).append([float(each) for each in heights])
    for rows in lines.values():
        if len(rows) >= LIMITS.least_points:
            columns = {f"value {place}": cells for place, cells in enumerate(zip(*rows, strict=True), 1)}
            found = {name: pa.array(cells) for name, cells in columns.items()}
            yield rows_table(f"{where} > lines", found, RepeatedShapes(Layout.LINES))


def unpacked(document: Json, depth: int = 0) -> Json:
    """Return a document with arrays packed as base64 written out; raise UnreadableError for broken ones."""
    if depth > LIMITS.deepest:
        raise UnreadableError(ProblemKind.TOO_DEEP, f"JSON nested more than {LIMITS.deepest} deep")
    if isinstance(document, list):
        return [unpacked(each, depth + 1) for each in document]
    if not isinstance(document, dict):
        return document
    packed = _packed(document)
    if packed is not None:
        return packed
    return {name: unpacked(each, depth + 1) for name, each in document.items()}


def _packed(value: dict[str, Json]) -> Json | None:
    """Return the list a packed array is (plotly's `bdata`, bokeh's `ndarray` and `__ndarray__`), or None."""
    inner = value.get("array")
    body = value.get("bdata", value.get("__ndarray__"))
    if value.get("type") == "ndarray" and isinstance(inner, dict):
        body = inner.get("data")
    dtype = str(value.get("dtype", ""))
    dtype = _NAMES.get(dtype, dtype)
    if not isinstance(body, str) or dtype not in _NUMBERS:
        return None
    order = ">" if value.get("order", value.get("byteorder")) == "big" else "<"
    try:
        numbers = np.frombuffer(base64.b64decode(body, validate=True), order + dtype)
    except (binascii.Error, ValueError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a malformed packed array") from error
    shape = [
        int(each) for each in str(value.get("shape", "")).strip("[]() ").split(",") if each.strip().isdigit()
    ]
    if len(shape) > 1 and math.prod(shape) == len(numbers):
        return numbers.reshape(shape[0], -1).tolist()
    return numbers.tolist()


def _traces(document: Json, least: int = LIMITS.least_points) -> Iterator[dict[str, Json]]:
    """Yield every object with equally long lists `x` and `y` of at least `least` values, at any depth."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            x, y = value.get("x"), value.get("y")
            if isinstance(x, list) and isinstance(y, list) and len(x) == len(y) >= least:
                yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(each for each in value if isinstance(each, (dict, list)))
