"""The contribution of each person to each group; several rows of one person are added up."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import group_codes
from strongroom.errors import UsageError

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class GroupedValues:
    """Values by group, in the order of `groups`, without missing values.

    `rows` holds each group's values, `people` the number of different people, `contributions` the sum of each
    person's values, without ids.
    """

    groups: tuple[Any, ...]
    rows: tuple[Numbers, ...]
    people: NDArray[np.int64]
    contributions: tuple[Numbers, ...]


def group_values(values: Any, groups: Any = None, persons: Any = None) -> GroupedValues:
    """Group values (shape (rows,)) by `groups` (None: one group) and `persons` (None: one row each)."""
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1:
        raise UsageError("values must have one dimension.")
    codes, names = group_codes(groups, len(numbers))
    whose = (
        np.arange(len(numbers)) if persons is None else np.unique(np.asarray(persons), return_inverse=True)[1]
    )
    if len(whose) != len(numbers):
        raise UsageError("there must be one person per value.")
    known = np.flatnonzero(~np.isnan(numbers))
    order = known[np.lexsort((whose[known], codes[known]))]
    edges = np.searchsorted(codes[order], np.arange(len(names) + 1))
    rows = [order[first:last] for first, last in pairwise(edges)]
    added = [_added(numbers[chosen], whose[chosen]) for chosen in rows]
    return GroupedValues(
        names,
        tuple(numbers[chosen] for chosen in rows),
        np.array([len(each) for each in added], np.int64),
        tuple(added),
    )


def _added(values: Numbers, whose: NDArray[np.int64]) -> Numbers:
    """Return the sum of each person's values; `values` are sorted by person."""
    if len(values) == 0:
        return values
    starts = np.flatnonzero(np.diff(whose, prepend=whose[0] - 1))
    added: Numbers = np.add.reduceat(values, starts)
    return added
