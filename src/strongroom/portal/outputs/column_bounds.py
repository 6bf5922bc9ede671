"""The bounds of columns, found once for each set of people and then kept."""

from collections.abc import Iterable, Mapping

from strongroom.disclosure.gateway.value_bounds import Place
from strongroom.disclosure.query.bounds import Bounds
from strongroom.portal.outputs.models import ColumnBounds

Found = dict[Place, Bounds | None]


def kept_bounds(view: str, places: Iterable[Place]) -> Found:
    """Return the bounds that are kept for people of that name; None for a column without values."""
    wanted = set(places)
    rows = ColumnBounds.objects.filter(view=view)
    return {
        (row.table, row.column): None if row.low is None or row.high is None else Bounds(row.low, row.high)
        for row in rows
        if (row.table, row.column) in wanted
    }


def keep_bounds(view: str, found: Mapping[Place, Bounds | None]) -> None:
    """Keep bounds within the caller's act, unless somebody else has kept them already."""
    known = kept_bounds(view, found)
    for (table, column), bounds in found.items():
        if (table, column) not in known:
            low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
            ColumnBounds(view=view, table=table, column=column, low=low, high=high).save()
