"""What each person adds to each group: several rows of one person are one person's."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import groups_of
from strongroom.errors import UsageError

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class GroupedValues:
    """Values by group, in the order of `groups`; values that are missing are left out.

    `rows` holds each group's values, `people` how many different people they are of, `added` what each
    person's values come to, all without names.
    """

    groups: tuple[Any, ...]
    rows: tuple[Numbers, ...]
    people: NDArray[np.int64]
    added: tuple[Numbers, ...]


def grouped(values: Any, groups: Any = None, persons: Any = None) -> GroupedValues:
    """Sort values (shape (rows,)) into groups (the same; None: one group) of people (None: a row each)."""
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1:
        raise UsageError("values are given as one column.")
    codes, names = groups_of(groups, len(numbers))
    whose = (
        np.arange(len(numbers)) if persons is None else np.unique(np.asarray(persons), return_inverse=True)[1]
    )
    if len(whose) != len(numbers):
        raise UsageError("there must be one person for each value.")
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
    """Add up what each person has, of values in the order of people."""
    if len(values) == 0:
        return values
    starts = np.flatnonzero(np.diff(whose, prepend=whose[0] - 1))
    added: Numbers = np.add.reduceat(values, starts)
    return added
