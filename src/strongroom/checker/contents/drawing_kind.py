"""What the rows of a coordinate table were in the drawing: dots, bars, or the vertices of a line.

Readers of drawings write it into the table's schema, detectors read it there.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import FoundTable, Origin

_KEY, _APART = b"drawn", b"apart"


class Drawn(Enum):
    """Dots, letters and dashes have a position; a bar or tick has an extent, a vertex only bends a line.

    Spots are dots measured on pixels. Isolated dots and spots are few, and a plot shows little else. Cells
    are the shades of a heat map or of blocks, row by row; pixels are cells of one pixel, as in letters too.
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
