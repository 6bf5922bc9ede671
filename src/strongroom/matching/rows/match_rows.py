"""Recognise the rows of one table, and measure what chance would give.

1. Draw a sample of rows, spread over the whole table, and put every column in comparable form.
2. For each column, list cohort columns of similar distribution (`columns.candidates`).
3. Guess whose rows they are by votes (`columns.vote`), then pair the columns one to one (`columns.assign`).
4. Score the rows over the recognised columns (`rows.score`).
5. The null: permute each column on its own and score again; what still matches is chance. A few rows have too
   few permutations; for them, rows are drawn whose columns come from unrelated participants.

`recognise` adds the ways for few or coarse columns, changed values and few rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import Cohort
from strongroom.matching.columns.assign import ColumnMatch, assign_columns
from strongroom.matching.columns.candidates import candidate_columns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.vote import guess_people
from strongroom.matching.rows.score import Scorer
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Floats, Values, canonical_values
from strongroom.matching.values.comparable_table import ComparableTable, distinct_names
from strongroom.thresholds import Thresholds, threshold

__all__ = ["ColumnMatch", "Recognition", "match_all_rows", "match_rows"]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        2_000,
        "rows",
        "cost: rows tested of a longer table; 2,000 find a table of which one row in a hundred is a "
        "participant's",
    )
    most_columns: int = threshold(
        2_000,
        "columns",
        "cost: a hundred times as many as identify a person; transposed tables are turned elsewhere",
    )
    voting_sample: int = threshold(256, "rows", "cost: rows on which votes are counted, the slowest step")
    permutations: int = threshold(
        3,
        "permutations",
        "cost: each scores the sample again; 2,000 rows in three permutations give the chance rate",
    )
    least_permuted: int = threshold(
        64,
        "rows",
        "judgement: fewer rows have too few different permutations; rows are then drawn from unrelated "
        "participants",
    )
    drawn: int = threshold(
        500,
        "rows",
        "judgement: drawn rows that measure the chance rate of a small table; fewer give a coarse rate",
    )
    least_columns: int = threshold(
        2,
        "columns",
        "judgement: one column alone is judged by its order and its rare values",
    )


LIMITS = _Limits()
LEAST_COLUMNS = LIMITS.least_columns


@dataclass(frozen=True)
class Recognition:
    """Whose rows a table holds.

    `row_numbers` are the rows tested (from 0) and `participants` the ordinal of each row's person, -1 for
    none; same shape. `bits_median` is over the matched rows. `chance` is how many different people as many
    rows would match if the table's columns were independent (step 5). `log10_chance` bounds the probability
    that unrelated rows give as much; `method` is rows, tuples, associated or disguised.
    """

    columns: tuple[ColumnMatch, ...] = ()
    rows_tested: int = 0
    rows_matched: int = 0
    row_numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    participants: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    bits_median: float = 0.0
    chance: float = 0.0
    log10_chance: float = 0.0
    method: str = "rows"

    @classmethod
    def nothing(cls, rows: NDArray[np.int64]) -> "Recognition":
        """Return that none of the tested rows is a participant's."""
        return cls(rows_tested=len(rows), row_numbers=rows, participants=np.full(len(rows), -1))


def match_rows(table: pa.Table, cohort: Cohort | CohortColumns, index: Index, *, seed: int) -> Recognition:
    """Recognise columns and people in a table of any size, from at most 2,000 of its rows.

    Pass `CohortColumns` instead of the cohort to share decrypted columns among tables. `seed` determines
    which rows are tested; it must be unknown to anyone who could hide rows from the test.
    """
    draw = np.random.default_rng(seed)
    return matched_rows(SampledTable.of(ComparableTable(table), draw), cohort_columns_of(cohort), index, draw)


@dataclass(frozen=True, repr=False)
class SampledTable:
    """The rows of a table to test, and the values of its columns there, in comparable form."""

    rows: NDArray[np.int64]
    values: dict[str, Values]

    @classmethod
    def of(cls, whole: ComparableTable, draw: np.random.Generator) -> "SampledTable":
        table = whole.table
        rows = spread_sample(table.num_rows, LIMITS.sample, draw)
        places = spread_sample(table.num_columns, LIMITS.most_columns, draw).tolist()
        if len(rows) < table.num_rows:
            return cls(rows, _comparable(table.rename_columns(distinct_names(table)).select(places), rows))
        names = distinct_names(table)
        values = {names[place]: whole.values(place) for place in places}
        return cls(rows, _without_missing(values))


def matched_rows(
    sampled: SampledTable, held: CohortColumns, index: Index, draw: np.random.Generator
) -> Recognition:
    rows, values = sampled.rows, sampled.values
    nothing = Recognition.nothing(rows)
    if len(values) < LIMITS.least_columns:
        return nothing
    distinct = first_of_equal_rows(values)
    candidates = candidate_columns(at_rows(values, distinct), index)
    if len(candidates) < LIMITS.least_columns:
        return nothing
    few = at_rows(values, distinct[spread_sample(len(distinct), LIMITS.voting_sample, draw)])
    columns = assign_columns(few, candidates, guess_people(few, candidates, held), held)
    if len(columns) < LIMITS.least_columns:
        return nothing
    return _scored(values, columns, rows, held, draw=draw)


def match_all_rows(
    table: pa.Table, cohort: Cohort | CohortColumns, match: Recognition, *, seed: int
) -> Recognition:
    """Match every row of a table whose columns `match_rows` has recognised."""
    if not match.columns:
        return match
    rows = np.arange(table.num_rows)
    chosen = table.rename_columns(distinct_names(table)).select(
        [column.file_column for column in match.columns]
    )
    draw = np.random.default_rng(seed)
    return _scored(_comparable(chosen, rows), match.columns, rows, cohort_columns_of(cohort), draw=draw)


def cohort_columns_of(cohort: Cohort | CohortColumns) -> CohortColumns:
    return cohort if isinstance(cohort, CohortColumns) else CohortColumns(cohort)


def _scored(
    values: Mapping[str, Values],
    columns: Sequence[ColumnMatch],
    rows: NDArray[np.int64],
    held: CohortColumns,
    *,
    draw: np.random.Generator,
) -> Recognition:
    mine = [values[column.file_column] for column in columns]
    scorer = Scorer(columns, [each.decimals for each in mine], held)
    keys = [each.keys for each in mine]
    scores = scorer.score(keys, rows_tried=len(rows))
    matched = scores.people >= 0
    chance = np.mean(
        [
            _share_of_people(scorer.score(_unrelated(keys, scorer, draw), rows_tried=len(rows)).people)
            for _ in range(LIMITS.permutations)
        ]
    )
    return Recognition(
        columns=tuple(columns),
        rows_tested=len(rows),
        rows_matched=int(np.count_nonzero(matched)),
        row_numbers=rows,
        participants=held.ordinals(scores.people),
        bits_median=float(np.median(scores.bits[matched])) if matched.any() else 0.0,
        chance=float(chance) * len(rows),
    )


def _unrelated(keys: Sequence[Floats], scorer: Scorer, draw: np.random.Generator) -> list[Floats]:
    """Return rows like the table's with independent columns."""
    if len(keys[0]) < LIMITS.least_permuted:
        return scorer.unrelated_rows(LIMITS.drawn, draw)
    part = spread_sample(len(keys[0]), LIMITS.sample, draw)
    return [draw.permutation(each)[part] for each in keys]


def _share_of_people(people: NDArray[np.int64]) -> float:
    """Return how many different people were matched, as a share of the rows.

    People, not rows: a table that repeats one person's row would match that person under any permutation, and
    the other matches would pass for chance.
    """
    return len(np.unique(people[people >= 0])) / max(len(people), 1)


def spread_sample(total: int, most: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """Draw one row from each of `most` equal stretches; all rows if there are no more."""
    if total <= most:
        return np.arange(total)
    edges = np.linspace(0, total, most + 1)
    return np.unique(np.floor(edges[:-1] + draw.random(most) * np.diff(edges)).astype(np.int64))


def first_of_equal_rows(values: Mapping[str, Values]) -> NDArray[np.int64]:
    """Return where each distinct row first occurs: repeated rows must not drown out the others."""
    table = np.column_stack([each.keys for each in values.values()])
    # Compared as bits, so that missing values are equal.
    _, first = np.unique(table.view(np.int64), axis=0, return_index=True)
    return np.sort(first)


def at_rows(values: Mapping[str, Values], rows: NDArray[np.int64]) -> dict[str, Values]:
    return {name: Values(each.kind, each.keys[rows], each.decimals) for name, each in values.items()}


def _comparable(table: pa.Table, rows: NDArray[np.int64]) -> dict[str, Values]:
    """Put the chosen rows of every column in comparable form; columns without single values are left out."""
    taken = table if len(rows) == table.num_rows else table.take(pa.array(rows))
    found = {name: canonical_values(taken.column(name)) for name in table.column_names}
    return _without_missing(found)


def _without_missing(found: Mapping[str, Values | None]) -> dict[str, Values]:
    return {name: values for name, values in found.items() if values is not None}
