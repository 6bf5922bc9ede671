"""Frequency tables, cross tables and tables of baseline characteristics: groups against counts of people."""

import re

import numpy as np

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.row_keys import find_keys, is_group_label
from strongroom.checker.table_types.row_order import (
    counter,
    handed_out,
    identifier_like,
    regular,
)
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType
from strongroom.thresholds import Thresholds, threshold

# Usual names of published counts; a name alone proves nothing, so the groups must be groups too.
COUNT_NAME = re.compile(
    r"(^|[^a-z])(n|no|num|number|count|counts|freq|frequency|total|patients?|participants?|people|persons?|"
    r"cases?|controls?|events?|records?|obs|observations|denominator|numerator|n_\w+|num\w*|patient_id|"
    r"population)([^a-z]|$)|count|_n$|^n[A-Z]|total",
    re.IGNORECASE,
)
_PERCENT_NAME = re.compile(r"%|percent|pct|share|proportion|rate|per.?100", re.IGNORECASE)
_STEPS = re.compile(r"#|no\.?|nr\.?|step|stage|phase|model|table|figure|part|item|order|rank", re.IGNORECASE)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        5_000,
        "rows",
        "cost: longer tables are not counts that anybody publishes, and the search for keys grows with rows",
    )
    most_columns: int = threshold(
        40,
        "columns",
        "judgement: wider tables are matrices or rows of people, not cross tables",
    )


LIMITS = _Limits()


def recognise_counts(typed: TypedTable) -> Recognised:
    """Recognise counts of groups: rows named by keys that do not repeat, whole numbers and shares."""
    if typed.rows < 1 or typed.total_rows > LIMITS.most_rows or typed.total_columns > LIMITS.most_columns:
        return NOTHING
    keys = find_keys(typed)
    columns = [typed.columns[place] for place in keys]
    others = [column for column in columns if not _calendar(column)]
    if (
        not any(map(is_group_label, columns))
        or any(map(handed_out, others))
        or any(map(identifier_like, others))
    ):
        return NOTHING
    roles = dict.fromkeys(keys, Role.KEY)
    for place, column in enumerate(typed.columns):
        if place in roles or column.distinct == 0:
            continue
        role = _role(column)
        if role is None:
            return NOTHING
        roles[place] = role
    known = Recognised(RecognisedType.COUNTS, 0.0, roles)
    counts = [typed.columns[place] for place in known.places(Role.COUNT)]
    if not counts:
        return NOTHING
    named = any(COUNT_NAME.search(column.name) for column in counts)
    labels = any(typed.columns[place].wordy > 0.5 for place in keys)  # noqa: PLR2004 - most are names
    confidence = 0.55 + 0.2 * named + 0.1 * labels + 0.1 * _shared_sum(typed, known)
    return Recognised(RecognisedType.COUNTS, confidence, roles)


def _role(column: Column) -> Role | None:
    if counter(column) or _numbers_steps(column):
        return Role.LABEL
    if not column.number:
        return Role.LABEL if column.withheld.all() or column.distinct <= 2 else None  # noqa: PLR2004 - a remark
    if column.values.min() < 0:
        return None
    if column.percent or (_PERCENT_NAME.search(column.name) and not column.whole):
        return Role.PERCENT
    return Role.COUNT if column.whole else None


def _calendar(column: Column) -> bool:
    """Return whether dates are evenly spaced, as months are; all are different and equally long."""
    return column.kind is ColumnKind.DATE and regular(column.values)


def _numbers_steps(column: Column) -> bool:
    """Return whether a column so named numbers the few rows of its table: steps, stages, tables."""
    return (
        column.number
        and bool(_STEPS.fullmatch(column.name.strip()))
        and bool(np.array_equal(column.numbers, np.arange(1, len(column.numbers) + 1)))
    )


def _shared_sum(typed: TypedTable, known: Recognised) -> bool:
    """Return whether some count is the sum of the others, as a margin is."""
    counts = [typed.columns[place].numbers for place in known.places(Role.COUNT)]
    if not counts:
        return False
    cells = np.nan_to_num(np.column_stack(counts))
    down = np.isclose(2 * cells[-1], cells.sum(axis=0)) if len(cells) > 2 else np.array([False])  # noqa: PLR2004
    if cells.shape[1] < 3:  # noqa: PLR2004 - two parts and their sum
        return bool(down.all())
    across = np.isclose(2 * cells.max(axis=1), cells.sum(axis=1))
    return bool(down.all() or across.mean() > 0.8)  # noqa: PLR2004 - rounding spoils a few
