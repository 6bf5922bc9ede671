"""What kind of output a table is, from its structure and content; names help, but must be consistent."""

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.count_tables import recognise_counts
from strongroom.checker.table_types.derived_statistics import find_followers
from strongroom.checker.table_types.group_statistics import recognise_groups
from strongroom.checker.table_types.ordered_tables import (
    recognise_draws,
    recognise_ordered,
    recognise_panel,
    recognise_survival,
)
from strongroom.checker.table_types.simple_tables import (
    recognise_list,
    recognise_matrix,
    recognise_model,
    recognise_named,
)
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable, typed_from
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType
from strongroom.checker.table_types.variants import recognise_variants

__all__ = [
    "Column",
    "ColumnKind",
    "Recognised",
    "RecognisedType",
    "Role",
    "TypedTable",
    "recognise",
    "typed_from",
]

_SPARE = 2


def recognise(typed: TypedTable) -> Recognised:
    """Return the surest of the types whose structure a table has; UNKNOWN where none fits."""
    if typed.rows == 0:
        return NOTHING
    return max((one(typed) for one in _RECOGNISERS), key=lambda known: known.confidence)


def recognise_estimates(typed: TypedTable) -> Recognised:
    """Recognise estimates by columns that agree; what is left unexplained must be labels or few."""
    told = typed.estimates
    roles = told | find_followers(typed, told)
    if not roles:
        return NOTHING
    known = Recognised(RecognisedType.ESTIMATES, 0.9, roles)
    spare = [each for each in known.unexplained(typed) if each.number and not each.whole]
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
