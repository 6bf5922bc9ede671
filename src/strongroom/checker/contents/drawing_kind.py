"""What the rows of a coordinate table were in the drawing: dots, bars, or the vertices of a line.

Readers of drawings write it into the table's schema, detectors read it there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import FoundTable, Origin

_KEY, _APART, _LAYOUT, _FLAGS = b"drawn", b"apart", b"layout", b"flags"


class Drawn(Enum):
    """Dots, letters and dashes have a position; a bar or tick has an extent, a vertex only bends a line.

    Spots are dots measured on pixels. Isolated dots and spots are few, and a plot shows little else. Cells
    are the shades of a heat map or of blocks, row by row; pixels are cells of one pixel, as in letters too.
    Rows are what repeated shapes encode, one row a shape.
    """

    DOTS = "dots"
    LETTERS = "letters"
    DASHES = "dashes"
    BARS = "bars"
    CURVE = "curve"
    SPOTS = "spots"
    LONE_DOTS = "lone dots"
    LONE_SPOTS = "lone spots"
    CELLS = "cells"
    PIXELS = "pixels"
    ROWS = "rows"


class Layout(Enum):
    """How repeated shapes encode values: by one place, by an end, by both ends, or by their vertices."""

    TICKS = "ticks"
    BARS = "bars"
    SPANS = "spans"
    LINES = "lines"


@dataclass(frozen=True)
class RepeatedShapes:
    """What is known of the shapes behind a table of rows; `labelled` if each has a name beside it."""

    layout: Layout
    touching: bool = False
    labelled: bool = False


def drawn_table(where: str, columns: Mapping[str, Any], drawn: Drawn, apart: int = 0) -> FoundTable:
    """Return coordinates as a table with one row per point or vertex; its first two columns are x and y.

    The first `apart` rows are spots that touch nothing else.
    """
    arrays = [pa.array(values) for values in columns.values()]
    table = pa.table(arrays, names=list(columns))
    table = table.replace_schema_metadata({_KEY: drawn.value.encode(), _APART: str(apart).encode()})
    return FoundTable(where, table, Origin.COORDINATES)


def drawn_as(found: FoundTable) -> Drawn | None:
    """Return what the table's rows were in a drawing, or None if not stated."""
    value = (found.table.schema.metadata or {}).get(_KEY)
    return Drawn(value.decode()) if value in {each.value.encode() for each in Drawn} else None


def apart_in(found: FoundTable) -> int:
    """Return how many of a table's spots touch nothing else: its first rows."""
    return int((found.table.schema.metadata or {}).get(_APART, b"0"))


def rows_table(where: str, columns: Mapping[str, Any], shapes: RepeatedShapes) -> FoundTable:
    """Return the values that repeated shapes encode, one row a shape."""
    found = drawn_table(where, columns, Drawn.ROWS)
    flags = " ".join(name for name in ("touching", "labelled") if getattr(shapes, name))
    kept = {
        **found.table.schema.metadata,
        _LAYOUT: shapes.layout.value.encode(),
        _FLAGS: flags.encode(),
    }
    return FoundTable(where, found.table.replace_schema_metadata(kept), Origin.COORDINATES)


def shapes_of(found: FoundTable) -> RepeatedShapes | None:
    """Return what is known of the shapes behind a table of rows, None for any other table."""
    kept = found.table.schema.metadata or {}
    if drawn_as(found) is not Drawn.ROWS:
        return None
    flags = kept.get(_FLAGS, b"").decode().split()
    return RepeatedShapes(Layout(kept[_LAYOUT].decode()), "touching" in flags, "labelled" in flags)
