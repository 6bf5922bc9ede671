"""What kind of output a table is, by structure and content; names help, but must be consistent."""

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
from strongroom.thresholds import Thresholds, threshold

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


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_spare: int = threshold(
        2,
        "columns",
        "judgement: measured columns that no estimate explains; with more than these, and than there "
        "are roles, rows of people beside three fitted columns would pass as estimates",
    )


LIMITS = _Limits()


def recognise(typed: TypedTable) -> Recognised:
    """Return the most certain type whose structure a table has; UNKNOWN if none fits."""
    if typed.rows == 0:
        return NOTHING
    return max((one(typed) for one in _RECOGNISERS), key=lambda known: known.confidence)


def recognise_estimates(typed: TypedTable) -> Recognised:
    """Recognise estimates by columns that agree; what is left unexplained must be labels or few."""
    roles_found = typed.estimates
    roles = roles_found | find_followers(typed, roles_found)
    if not roles:
        return NOTHING
    known = Recognised(RecognisedType.ESTIMATES, 0.9, roles)
    spare = [each for each in known.unexplained(typed) if each.number and not each.whole]
    if len(spare) > max(LIMITS.most_spare, len(roles)):
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
