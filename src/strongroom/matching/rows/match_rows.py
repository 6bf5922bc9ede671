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

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import Cohort
from strongroom.matching.columns.assign import assign_columns
from strongroom.matching.columns.candidates import candidate_columns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.vote import guess_people
from strongroom.matching.recognised import Chance, Null, Pairs, RecognisedColumn, Recognition
from strongroom.matching.rows.score import Scorer
from strongroom.matching.sampled_table import (
    SAMPLED_ROWS,
    SampledTable,
    at_rows,
    comparable_rows,
    first_of_equal_rows,
    spread_sample,
)
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Floats, Values
from strongroom.matching.values.comparable_table import ComparableTable, distinct_names
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

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
        "judgement: rows drawn to measure the chance rate of a small table; fewer give a coarse estimate",
    )
    least_columns: int = threshold(
        2,
        "columns",
        "judgement: one column alone is judged by its order and its rare values",
    )


LIMITS = _Limits()
LEAST_COLUMNS = LIMITS.least_columns


def match_rows(table: pa.Table, cohort: Cohort | CohortColumns, index: Index, *, seed: int) -> Recognition:
    """Recognise columns and people in a table of any size, from at most 2,000 of its rows.

    Pass `CohortColumns` instead of the cohort to share decrypted columns among tables. `seed` determines
    which rows are tested; it must be unknown to anyone who could hide rows from the test.
    """
    draw = np.random.default_rng(seed)
    return matched_rows(SampledTable.of(ComparableTable(table), draw), cohort_columns_of(cohort), index, draw)


def matched_rows(
    sampled: SampledTable, held: CohortColumns, index: Index, draw: np.random.Generator
) -> Recognition:
    """Recognise columns and people in a sample of rows; its chance has a rate, and no probability yet."""
    rows, values = sampled.rows, sampled.values
    nothing = Recognition(rows=rows)
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
    return _scored(comparable_rows(chosen, rows), match.columns, rows, cohort_columns_of(cohort), draw=draw)


def cohort_columns_of(cohort: Cohort | CohortColumns) -> CohortColumns:
    """Return a cohort's columns, to be decrypted on first use."""
    return cohort if isinstance(cohort, CohortColumns) else CohortColumns(cohort)


def _scored(
    values: Mapping[str, Values],
    columns: Sequence[RecognisedColumn],
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
    rate = np.mean(
        [
            _share_of_people(scorer.score(_unrelated(keys, scorer, draw), rows_tried=len(rows)).people)
            for _ in range(LIMITS.permutations)
        ]
    )
    null = Null.INDEPENDENT if _too_few_permutations(keys) else Null.PERMUTED
    return Recognition(
        columns=tuple(columns),
        rows=rows,
        matched=int(np.count_nonzero(matched)),
        pairs=Pairs.one_each(rows, scores.people),
        chance=Chance(float(rate), null=null),
        bits_median=float(np.median(scores.bits[matched])) if matched.any() else 0.0,
    )


def _too_few_permutations(keys: Sequence[Floats]) -> bool:
    return len(keys[0]) < LIMITS.least_permuted


def _unrelated(keys: Sequence[Floats], scorer: Scorer, draw: np.random.Generator) -> list[Floats]:
    """Return rows like the table's with independent columns."""
    if _too_few_permutations(keys):
        return scorer.unrelated_rows(LIMITS.drawn, draw)
    part = spread_sample(len(keys[0]), SAMPLED_ROWS, draw)
    return [draw.permutation(each)[part] for each in keys]


def _share_of_people(people: NDArray[np.int64]) -> float:
    """Return how many different people were matched, as a share of the rows.

    People, not rows: a table that repeats one person's row would match that person under any permutation, and
    the other matches would pass for chance.
    """
    return len(np.unique(people[people >= 0])) / max(len(people), 1)
