"""A few rows whose columns are associated as the cohort's are, though no single row identifies anybody.

Ten rows of three coarse values say too little to be distinguished from those of similar people. They say much
more than unrelated numbers would: every row as it is exists in the cohort, and with one cell exchanged for
another row's it does not. Missing values count like any other. This does not prove whose the rows are; it
shows that the table holds person-level data. A summary has columns that are not the cohort's, and is skipped
for them.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import log10_tail
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.joint_assignment import JointAssignment, PartialAssignment, count_holders
from strongroom.matching.recognised import Chance, Null, Recognition
from strongroom.matching.rows.rare_tuples import existing, likeliest
from strongroom.matching.values.comparable import Floats, ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        64,
        "distinct rows",
        "judgement: more rows are recognised by their rare tuples",
    )
    least_rows: int = threshold(
        5,
        "distinct rows",
        "judgement: too often, fewer rows occur in the cohort by chance",
    )
    least_columns: int = threshold(2, "columns", "judgement: association needs two")
    least_filled: float = threshold(
        0.5,
        "share of cells",
        "judgement: columns that are mostly empty need no counterpart in the cohort",
    )
    exchanges: int = threshold(
        100,
        "permutations",
        "cost: rows with exchanged cells measure the chance rate",
    )
    prior: int = threshold(
        3,
        "rows added to hits and to misses",
        "judgement: keeps the rate above 0 where no exchanged row exists",
    )


LIMITS = _Limits()


def match_by_association(
    searched: JointAssignment,
    file_columns: Mapping[str, Values],
    cohort: CohortColumns,
    *,
    draw: np.random.Generator,
) -> Recognition | None:
    """Return the assignment under which more rows exist than with cells exchanged; None if there is none.

    Its chance bounds the probability of this for independent columns. Columns of numbers or dates that
    are mostly filled must all be assigned, except row numbers.
    """
    required = {name for name, values in file_columns.items() if _varies(values)}
    found = [
        match
        for state in searched.best
        if len(state.pairs) >= LIMITS.least_columns and required <= {name for name, _ in state.pairs}
        for match in [_test(state, file_columns, cohort, draw)]
        if match is not None
    ]
    if not found:
        return None
    return likeliest(found, tried=searched.tried * len(searched.best))


def _varies(values: Values) -> bool:
    """Tell whether a column is mostly filled with varying values that are not merely row numbers."""
    present = values.keys[~np.isnan(values.keys)]
    few = len(present) < LIMITS.least_filled * len(values.keys) or len(np.unique(present)) < 2  # noqa: PLR2004 - nothing varies
    if values.kind is ValueKind.TEXT or few:
        return False
    return not (len(present) == len(values.keys) and np.all(np.diff(present) == 1))


def _test(
    state: PartialAssignment,
    file_columns: Mapping[str, Values],
    cohort: CohortColumns,
    draw: np.random.Generator,
) -> Recognition | None:
    keys = [file_columns[name].keys for name, _ in state.pairs]
    held = [column.held(cohort) for _, column in state.pairs]
    distinct = _filled(keys)
    if not LIMITS.least_rows <= len(distinct) <= LIMITS.most_rows:
        return None
    holders, people = count_holders(keys, held)
    exchanged = count_holders(_exchange_cells([each[distinct] for each in keys], draw), held)[0]
    rate = (np.count_nonzero(exchanged) + LIMITS.prior) / (len(exchanged) + 2 * LIMITS.prior)
    log10 = log10_tail(int(np.count_nonzero(holders[distinct])), len(distinct), rate)
    return existing(state, holders, people, Chance(rate, log10, Null.EXCHANGED), "associated")


def _filled(keys: list[Floats]) -> NDArray[np.int64]:
    """Return where each distinct row of two or more values first occurs: one value always exists."""
    table = np.column_stack(keys)
    _, first = np.unique(table.view(np.int64), axis=0, return_index=True)
    held = np.count_nonzero(~np.isnan(table[first]), axis=1)
    return np.sort(first[held >= LIMITS.least_columns])


def _exchange_cells(keys: list[Floats], draw: np.random.Generator) -> list[Floats]:
    """Return rows made of cells of different rows, as far as there are enough rows for that."""
    rows = len(keys[0])
    mixed: list[list[Floats]] = [[] for _ in keys]
    for _ in range(LIMITS.exchanges):
        order = draw.permutation(rows)
        shifts = draw.permutation(max(rows, len(keys)))[: len(keys)]
        for column, each, shift in zip(mixed, keys, shifts, strict=True):
            column.append(each[np.roll(order, int(shift))])
    return [np.concatenate(each) for each in mixed]
