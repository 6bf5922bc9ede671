"""The bounds of columns, found once for each set of people and then kept."""

from strongroom.disclosure.gateway.value_bounds import FoundBounds
from strongroom.disclosure.query.bounds import Bounds
from strongroom.portal.outputs.models import ColumnBounds


def kept_bounds(view: str) -> FoundBounds:
    """Return the bounds that are kept for people of that name."""
    return {
        (row.table, row.column): None if row.low is None or row.high is None else Bounds(row.low, row.high)
        for row in ColumnBounds.objects.filter(view=view)
    }


def keep_bounds(view: str, found: FoundBounds) -> None:
    """Keep bounds within the caller's act, unless somebody else has kept them already."""
    known = kept_bounds(view)
    for (table, column), bounds in found.items():
        if (table, column) not in known:
            low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
            ColumnBounds(view=view, table=table, column=column, low=low, high=high).save()
