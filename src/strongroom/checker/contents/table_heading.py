"""The line of text above a table, which describes it.

Readers of texts write it into the table's schema, detectors read it there. Like a name, it proves nothing.
"""

import pyarrow as pa

from strongroom.checker.contents.found import FoundTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(200, "characters", "judgement: longer lines above a table are prose")


LIMITS = _Limits()


_KEY = b"heading"


def with_heading(table: pa.Table, line: str) -> pa.Table:
    """Return a table with the line above it as its heading."""
    heading = line.strip()[: LIMITS.longest]
    return table.replace_schema_metadata({_KEY: heading.encode("utf-8", "replace")}) if heading else table


def heading_of(found: FoundTable) -> str:
    """Return the line above a table, "" if there is none."""
    stored: bytes = (found.table.schema.metadata or {}).get(_KEY, b"")
    return stored.decode("utf-8", "replace")
