"""What kind of output a table is, from its structure and content; names help, but must be consistent."""

from weakref import ref

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.table_types.count_tables import recognise_counts
from strongroom.checker.table_types.derived_statistics import find_followers
from strongroom.checker.table_types.estimates import find_estimates
from strongroom.checker.table_types.examined import Column, ColumnKind, TableView, view_of
from strongroom.checker.table_types.group_statistics import recognise_groups
from strongroom.checker.table_types.ordered_tables import (
    recognise_draws,
    recognise_ordered,
    recognise_panel,
    recognise_survival,
)
from strongroom.checker.table_types.simple_tables import (
    is_large_matrix,
    recognise_list,
    recognise_matrix,
    recognise_model,
    recognise_named,
)
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType, Role
from strongroom.checker.table_types.variants import recognise_variants

__all__ = [
    "Column",
    "ColumnKind",
    "Recognised",
    "RecognisedType",
    "Role",
    "TableView",
    "recognise",
    "recognise_view",
    "type_of",
    "view_of",
]

_SPARE = 2
# Several rules look at one table, one after the other.
_LAST: dict[str, tuple[ref[FoundTable], tuple[TableView, Recognised]]] = {}

_TYPES: dict[int, tuple[ref[FoundTable], RecognisedType]] = {}


def recognise(found: FoundTable) -> tuple[TableView, Recognised]:
    """Return a table's view and what it is recognised as."""
    last = _LAST.get("last")
    if last is not None and last[0]() is found:
        return last[1]
    view = view_of(found)
    known = recognise_view(view)
    if view.total_columns > len(view.columns) and is_large_matrix(found):
        known = Recognised(RecognisedType.MATRIX, 0.95)
    answer = view, known
    _LAST["last"] = (ref(found), answer)
    place = id(found)
    _TYPES[place] = (ref(found, lambda _: _TYPES.pop(place, None)), answer[1].type)
    return answer


def type_of(found: FoundTable) -> RecognisedType:
    """Return what a table is recognised as, without looking again at one that was looked at before."""
    before = _TYPES.get(id(found))
    if before is not None and before[0]() is found:
        return before[1]
    return recognise(found)[1].type


def recognise_view(view: TableView) -> Recognised:
    """Return the surest of the types whose structure a view has; UNKNOWN where none fits."""
    if view.rows == 0:
        return NOTHING
    return max((one(view) for one in _RECOGNISERS), key=lambda known: known.confidence)


def recognise_estimates(view: TableView) -> Recognised:
    """Recognise estimates by columns that agree; what is left unexplained must be labels or few."""
    told = find_estimates(view)
    roles = told | find_followers(view, told)
    if not roles:
        return NOTHING
    known = Recognised(RecognisedType.ESTIMATES, 0.9, roles)
    spare = [each for each in known.unexplained(view) if each.number and not each.whole]
    if len(spare) > max(_SPARE, len(roles)):
        return NOTHING
    return known


_RECOGNISERS = (
    recognise_model,
    recognise_variants,
    recognise_estimates,
    recognise_survival,
    recognise_matrix,
    recognise_counts,
    recognise_ordered,
    recognise_panel,
    recognise_groups,
    recognise_draws,
    recognise_list,
    recognise_named,
)
