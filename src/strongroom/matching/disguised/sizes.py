"""Which tables are large enough for a search of changed values; decided before compiled code is loaded."""

from collections.abc import Mapping

import numpy as np

from strongroom.matching.sampled_table import first_of_equal_rows
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_split: int = threshold(
        24,
        "distinct rows",
        "judgement: fewer cannot be split into rows to fit and rows to test",
    )
    least_rows: int = threshold(
        5,
        "rows",
        "judgement: four rows rarely have enough evidence to justify the choice of columns "
        "(docs/explanation/row-matching.md, section 4)",
    )
    least_steps: int = threshold(
        5, "distinct rows", "judgement: fewer rows cannot pay for the choice of offsets"
    )
    least_columns: int = threshold(
        3,
        "columns",
        "judgement: two columns have less information about a row than log2(people) bits",
    )
    least_values: int = threshold(
        4,
        "filled cells",
        "judgement: of fewer values the noise of a column cannot be measured",
    )


LIMITS = _Limits()


def can_be_split(values: Mapping[str, Values]) -> bool:
    """Return whether `match_disguised` can do anything with a table."""
    return len(first_of_equal_rows(values)) >= LIMITS.least_split


def can_be_stepped(values: Mapping[str, Values]) -> bool:
    """Return whether `match_steps` can do anything with a table."""
    return len(first_of_equal_rows(values)) >= LIMITS.least_steps


def can_be_searched(values: Mapping[str, Values]) -> bool:
    """Return whether `match_few_rows` can do anything with a table."""
    rows = len(next(iter(values.values())).keys)
    return rows >= LIMITS.least_rows and len(informative_columns(values)) >= LIMITS.least_columns


def informative_columns(values: Mapping[str, Values]) -> list[str]:
    """Return the columns of numbers and dates with several distinct values."""
    found = []
    for name, each in values.items():
        present = each.keys[~np.isnan(each.keys)]
        if (
            each.kind is not ValueKind.TEXT
            and len(present) >= LIMITS.least_values
            and present.min() != present.max()
        ):
            found.append(name)
    return found
