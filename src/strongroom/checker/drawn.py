"""What a table of coordinates was in its drawing: dots, bars, or the vertices of a line.

Readers of drawings write it into the table's schema, detectors read it there.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pyarrow as pa

from strongroom.checker.artefacts import FoundTable, Origin

_KEY = b"drawn"


class Drawn(Enum):
    """A dot stands at a place, a bar or tick has an extent as well, a vertex only bends a line."""

    DOTS = "dots"
    BARS = "bars"
    CURVE = "curve"


def drawn_table(where: str, columns: Mapping[str, Any], drawn: Drawn) -> FoundTable:
    """Return coordinates as a table of one row a mark or vertex; its first two columns are x and y."""
    arrays = [pa.array(values) for values in columns.values()]
    table = pa.table(arrays, names=list(columns)).replace_schema_metadata({_KEY: drawn.value.encode()})
    return FoundTable(where, table, Origin.COORDINATES)


def drawn_as(found: FoundTable) -> Drawn | None:
    """Return what the table's rows were in a drawing, or None where nobody said."""
    value = (found.table.schema.metadata or {}).get(_KEY)
    return Drawn(value.decode()) if value in {each.value.encode() for each in Drawn} else None
