"""The columns of a cohort in a fixed order, so that `columns=N` always means the same N.

A column's cost is its field's rank (1 for fields that most projects request, 3 for those few do), plus 1 for
each further array position, plus 1, 2 or 4 for the scan, repeat and second-scan visits. Cheapest first; ties
in file order.
"""

from collections.abc import Mapping

from strongroom.cohort.dictionary import ColumnName
from strongroom.cohort.synthetic.spec import FieldSpec
from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    default_columns: int = threshold(
        150,
        "columns",
        "judgement: enough for every kind of field, few enough that 100,000 people take seconds",
    )


LIMITS = _Limits()
DEFAULT_COLUMNS = LIMITS.default_columns


_VISIT_COST = {0: 0, 2: 1, 1: 2, 3: 4}


def every_column(fields: Mapping[int, FieldSpec]) -> list[ColumnName]:
    """Return every column the generator can make, cheapest first."""
    costs = [
        (spec.rank + _VISIT_COST[instance] + array, ColumnName(spec.field_id, instance, array))
        for spec in fields.values()
        for instance in spec.instances
        for array in range(spec.arrays)
    ]
    return [name for _, name in sorted(costs, key=lambda item: item[0])]


def chosen_columns(fields: Mapping[int, FieldSpec], count: int | None) -> list[ColumnName]:
    """Return the first `count` columns besides the participant's id; UsageError if there are fewer."""
    columns = every_column(fields)
    wanted = DEFAULT_COLUMNS if count is None else count
    if not 1 <= wanted <= len(columns):
        raise UsageError(
            f"{wanted} columns cannot be generated.",
            hint=f"Ask for 1 to {len(columns)} columns beside the participant's id.",
        )
    return columns[:wanted]
