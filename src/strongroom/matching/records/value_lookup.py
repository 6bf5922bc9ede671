"""Look cells up in all columns at once: how many people have such a value, and who."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.storage.coded_column import CodedColumn
from strongroom.matching.storage.index import Index
from strongroom.matching.values.cells import KINDS, NUMBER, Cells
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    exact_decimals: int = threshold(
        9,
        "decimals",
        "judgement: finer than the six decimals of any column, coarser than float64's rounding errors",
    )


LIMITS = _Limits()


Holders = dict[int, list[tuple[str, NDArray[np.int64]]]]
"""For each value, the columns in which participants have it, and their stored rows."""


@dataclass(frozen=True, repr=False)
class LookedUp:
    """The distinct values of some cells; all of shape (values,).

    `first` and `last` are the value's range in the value list of its kind, `low` and `high` the interval it
    may be rounded from, `people` how many have it in any column, and `bits` log2(N / people), 0 if none
    has it.
    """

    kind: NDArray[np.int8]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    low: Floats
    high: Floats
    people: NDArray[np.int64]
    bits: Floats


def look_up(cells: Cells, index: Index, *, rounded: bool) -> tuple[LookedUp, NDArray[np.int64]]:
    """Look up the distinct values of cells; return them, and the number of each cell's value, shape (cells,).

    With `rounded`, a value represents all values that round to it at the decimals it is written with.
    """
    decimals = cells.decimals if rounded else np.full(len(cells), LIMITS.exact_decimals)
    places_of, which = _distinct(cells.kind, cells.value, decimals)
    kind, value, places = cells.kind[places_of], cells.value[places_of], decimals[places_of]
    # Slightly more than half a step, so that halves are included however they were rounded.
    half = np.maximum(0.5 * 10.0 ** -places.astype(float), np.abs(value) * 1e-12) * (1 + 1e-9)
    low, high = (value + sign * np.where(kind == NUMBER, half, 0.0) for sign in (-1, 1))
    first, last = np.zeros((2, len(kind)), np.int64)
    people = np.zeros(len(kind), np.int64)
    for place, each in enumerate(KINDS):
        tokens, mine = index.value_lists.get(each), np.flatnonzero(kind == place)
        if tokens is not None and len(mine):
            first[mine], last[mine] = tokens.find(low[mine], high[mine])
            people[mine] = tokens.before[last[mine]] - tokens.before[first[mine]]
    bits = np.where(people > 0, np.log2(index.people / np.maximum(people, 1)), 0.0)
    return LookedUp(kind, first, last, low, high, people, bits), which


def holders_of(asked: LookedUp, wanted: Sequence[int], columns: CohortColumns, index: Index) -> Holders:
    """Return who has each of the values `wanted`, by column; every column is decrypted once."""
    values_by_column: dict[str, list[int]] = {}
    for token in wanted:
        tokens = index.value_lists[KINDS[asked.kind[token]]]
        for name in tokens.columns_between(asked.first[token], asked.last[token]):
            values_by_column.setdefault(name, []).append(token)
    found: Holders = {token: [] for token in wanted}
    for name, these in values_by_column.items():
        column = columns.coded(name)
        first = np.searchsorted(column.distinct, asked.low[these], "left").tolist()
        last = np.searchsorted(column.distinct, asked.high[these], "right").tolist()
        held = column.holders(list(zip(first, last, strict=True)))
        for token, people in zip(these, held, strict=True):
            found[token].append((name, people))
    return found


def holders_in_column(cells: Cells, column: CodedColumn) -> list[tuple[float, NDArray[np.int64]]]:
    """Return, for each cell, the bits of its value in one column (0.0 if it is absent) and its holders."""
    mine = (cells.kind >= 0) & (cells.kind == KINDS.index(column.kind))
    value = np.where(mine, cells.value, np.nan)
    slack = np.where(
        cells.kind == NUMBER, 0.5 * 10.0**-LIMITS.exact_decimals + np.abs(cells.value) * 1e-12, 0.0
    )
    first = np.searchsorted(column.distinct, value - slack, "left")
    last = np.where(mine, np.searchsorted(column.distinct, value + slack, "right"), first)
    held = column.holders(list(zip(first.tolist(), last.tolist(), strict=True)))
    total = len(column.codes)
    return [(float(np.log2(total / len(people))) if len(people) else 0.0, people) for people in held]


def _distinct(*keys: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each distinct combination first occurs, and the number of each entry's combination."""
    order = np.lexsort(keys)
    first_of_kind = np.ones(len(order), bool)
    if len(order) > 1:
        first_of_kind[1:] = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(first_of_kind) - 1
    return order[first_of_kind], which
