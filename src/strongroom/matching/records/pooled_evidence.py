"""Rows that are too short to recognise individually, recognised together.

Each row's person is guessed as for a single record; the guesses show which file column is which cohort
column. With that known, a value gives log2(N / people who have it in that column) bits, which is more. Each
row's bits beyond log2(people) are added up. Subtracted are one bit a value looked up, what the columns repeat
of each other, and the price of choosing the columns and the rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.redundancy import repeated_bits
from strongroom.matching.records.record_search import RecordSearch
from strongroom.matching.records.value_lookup import holders_in_column
from strongroom.matching.storage.index import Index
from strongroom.matching.values.cells import Cells
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    spare_bits: float = threshold(24.0, "bits", "derived: 2^-24, fewer than one in ten million honest tables")
    least_people: int = threshold(
        4,
        "people",
        "judgement: for three people or fewer the search for single records is used",
    )
    least_columns: int = threshold(
        3,
        "columns",
        "judgement: two coarse values per row carry too little information to add up",
    )
    least_guesses: int = threshold(2, "rows", "judgement: one row's guess of what a column is can be chance")
    most_rows: int = threshold(
        64,
        "rows",
        "cost: a longer table is sampled; match_rows and rare tuples recognise it better",
    )
    most_columns: int = threshold(16, "columns", "cost: each is looked up for every row")
    least_lead: float = threshold(
        3.0,
        "bits",
        "judgement: the next best person must be 2^3 times less likely; more would discard most true "
        "short rows",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class PooledRows:
    """Rows recognised together: how many, whose (stored rows), and the evidence beyond chance.

    `columns` gives the cohort column of each recognised file column, by its number.
    """

    rows: int
    people: NDArray[np.int64] = field(repr=False)
    bits: float
    columns: Mapping[int, str]


def pooled_rows(
    table: Sequence[Cells], named: Mapping[int, str], columns: CohortColumns, index: Index
) -> PooledRows | None:
    """Return the joint evidence of up to 64 rows of a table, None if it is no more than chance.

    `table` has the cells of each column; `named` the cohort columns that file columns are named after.
    """
    if len(table) < LIMITS.least_columns or len(table[0]) < LIMITS.least_people:
        return None
    rows = np.unique(np.linspace(0, len(table[0]) - 1, LIMITS.most_rows).astype(np.int64))
    some = [cells.at(rows) for cells in table]
    for mapping, cost in ((named, 0.0), (None, np.log2(max(len(index.columns), 1)))):
        chosen = _guessed(some, columns, index) if mapping is None else mapping
        if len(chosen) >= LIMITS.least_columns:
            found = _scored(some, chosen, columns, cost * len(chosen) + LIMITS.spare_bits)
            if found is not None:
                return found
    return None


def _guessed(table: Sequence[Cells], columns: CohortColumns, index: Index) -> dict[int, str]:
    """Return which cohort column each file column is, by agreement with each row's likely person."""
    rows = len(table[0])
    by_row = np.tile(np.arange(rows), len(table))
    search = RecordSearch(Cells.joined(table), by_row, columns, index, rounded=False)
    votes: Counter[tuple[int, str]] = Counter()
    for agreed in search.guesses(fewest=LIMITS.least_columns).values():
        for cell, names in agreed.items():
            votes.update((cell // rows, name) for name in names)
    chosen: dict[int, str] = {}
    for (place, name), count in votes.most_common():
        if (
            count >= LIMITS.least_guesses
            and len(chosen) < LIMITS.most_columns
            and place not in chosen
            and name not in chosen.values()
        ):
            chosen[place] = name
    return chosen


def _scored(
    table: Sequence[Cells], chosen: Mapping[int, str], columns: CohortColumns, cost: float
) -> PooledRows | None:
    rows = len(table[0])
    votes: list[list[tuple[float, NDArray[np.int64]]]] = [[] for _ in range(rows)]
    for place, name in chosen.items():
        for row, vote in enumerate(holders_in_column(table[place], columns.coded(name))):
            votes[row].append(vote)
    beyond = np.log2(columns.people) + repeated_bits([columns.coded(name) for name in chosen.values()])
    gains, likely = [], []
    for cast in votes:
        person, first, second = _first_two(cast, columns.people)
        gain = first - sum(bits > 0 for bits, _ in cast) - beyond
        if gain > 0 and first - second >= LIMITS.least_lead:
            gains.append(gain)
            likely.append(person)
    evidence = float(np.sum(gains))
    bits = evidence - pooling_penalty(evidence, rows) - cost
    people = np.unique(np.array(likely, np.int64))
    if bits < 0 or len(people) < LIMITS.least_people:
        return None
    return PooledRows(len(likely), people, bits, chosen)


def _first_two(votes: Sequence[tuple[float, NDArray[np.int64]]], people: int) -> tuple[int, float, float]:
    """Return the person with most bits, the bits, and the next person's bits."""
    total = np.zeros(people)
    for bits, voters in votes:
        total[voters] += bits
    best = int(np.argmax(total))
    first, total[best] = float(total[best]), 0.0
    return best, first, float(total.max())


def pooling_penalty(total: float, rows: int) -> float:
    """Return log2 of how much likelier `total` bits are summed over some of `rows` than in one given row.

    A row has more than x bits beyond log2(people) with probability 2^-x at most; the sum over n rows is then
    bounded by that of n exponential variables, whose tail is 2^-x times a polynomial in x (Erlang).
    """
    x = total * log(2)
    if x <= 0:
        return 0.0
    terms = np.array([power * log(x) - lgamma(power + 1) for power in range(rows)])
    return float((terms.max() + np.log(np.sum(np.exp(terms - terms.max())))) / log(2))
