"""`recognise`: whose rows does a table hold? Tries the ways of recognising rows that it is given, in turn.

A check of a file asks whether a table holds participants' rows. It samples rows, and stops at the first way
that is beyond chance:

1. `by_rows`: unchanged values, row by row (`rows.match_rows`).
2. `by_tuples`: few or coarse columns, by rare combinations of values or by association between columns.
3. `by_steps`: exact values under a scale and an offset of each column (`disguised.match_steps`).
4. `by_changed_values`: values that were rescaled, ranked, rounded, recoded or perturbed (`disguised`).
5. `by_few_rows`: the same for a table too small to fit changes on some rows and test them on the others.

A trace knows what marks may have done to values, and needs single cells of all rows: `by_cells`
(`alignment`). Rows that are no participant's are then compared with people outside the cohort
(`lineup.row_search`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from strongroom.cohort.model import Cohort
from strongroom.matching.chance import highest_rate, log10_tail
from strongroom.matching.columns.candidates import candidate_columns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.joint_assignment import assign_jointly
from strongroom.matching.disguised.sizes import can_be_searched, can_be_split, can_be_stepped
from strongroom.matching.recognised import Recognition
from strongroom.matching.rows.association import match_by_association
from strongroom.matching.rows.match_rows import LEAST_COLUMNS, cohort_columns_of, matched_rows
from strongroom.matching.rows.rare_tuples import match_tuples
from strongroom.matching.sampled_table import SampledTable, at_rows, first_of_equal_rows
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Values
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from strongroom.matching.alignment.movements import Reaches


class _Limits(Thresholds):
    """The numbers this module decides by."""

    beyond_chance: float = threshold(
        -9.0,
        "log10 of the chance",
        "judgement: honest files match this well in less than one of 10^9; the detectors block below it",
    )
    association_margin: float = threshold(
        0.5,
        "log10 of the chance",
        "judgement: rows that are only associated like the cohort's stay above beyond_chance (review)",
    )
    least_excess: int = threshold(
        10,
        "times the matches by chance",
        "judgement: fewer are within what a wrong null would explain",
    )
    row_bar: float = threshold(
        -3.0,
        "log10 of the chance, a row",
        "derived: the 10 spare bits of a row (rows/score) are a chance of 10^-3",
    )
    few_rows: int = threshold(
        64,
        "distinct rows",
        "judgement: more rows are enough to fit transforms on some and test them on the others",
    )
    largest: float = threshold(
        1e100,
        "value",
        "judgement: no measurement is as large, and its square is still finite",
    )


LIMITS = _Limits()
BEYOND_CHANCE = LIMITS.beyond_chance
# Association alone shows that rows are person-level data, not whose they are: it never blocks a file.
_ASSOCIATION_BOUND = LIMITS.beyond_chance + LIMITS.association_margin


@dataclass(frozen=True)
class Question:
    """Whose rows does this table hold? What every way of recognising rows is given.

    `seed` determines which rows are tested and what is drawn for the nulls.
    """

    table: ComparableTable
    held: CohortColumns
    index: Index
    seed: int

    @cached_property
    def drawn(self) -> tuple[SampledTable, np.random.Generator]:
        """The rows tested by the ways that sample them, and the generator that has drawn them."""
        draw = np.random.default_rng(self.seed)
        return SampledTable.of(self.table, draw), draw

    @property
    def sampled(self) -> SampledTable:
        """The rows tested by the ways that sample them."""
        return self.drawn[0]

    def draw(self) -> np.random.Generator:
        """Return a new generator, the same for every way."""
        return np.random.default_rng(self.seed)


Way = Callable[[Question], Recognition | None]


def by_rows(question: Question) -> Recognition:
    """Recognise rows as they are."""
    sampled, draw = question.drawn
    match = matched_rows(sampled, question.held, question.index, draw)
    if match.matched <= LIMITS.least_excess * match.expected:
        return match
    rate = highest_rate(match.expected, len(match.rows))
    # By chance, a row passes its own bar once in a thousand files.
    log10 = min(log10_tail(match.matched, len(match.rows), rate), LIMITS.row_bar * match.matched)
    return replace(match, chance=replace(match.chance, log10=log10))


def by_tuples(question: Question) -> Recognition | None:
    """Recognise few or coarse columns, by rare combinations of values or by association."""
    values, draw = question.sampled.values, question.draw()
    candidates = candidate_columns(values, question.index)
    if len(candidates) < LEAST_COLUMNS:
        return None
    searched = assign_jointly(values, candidates, question.held)
    found = match_tuples(searched, values, question.held, draw=draw)
    if found is None:
        found = match_by_association(searched, values, question.held, draw=draw)
        if found is None:
            return None
        unproved = replace(found.chance, log10=max(found.chance.log10, _ASSOCIATION_BOUND))
        found = replace(found, chance=unproved)
    return found.numbered(question.sampled.rows)


def by_steps(question: Question) -> Recognition | None:
    """Recognise rows of exact values under a scale and an offset of each column."""
    values = _measured({name: each.with_all_decimals() for name, each in question.sampled.values.items()})
    if not values or not can_be_stepped(values):
        return None
    # Loads compiled code that most checks never need.
    from strongroom.matching.disguised.match_steps import match_steps  # noqa: PLC0415 - see above

    found = match_steps(values, question.held, question.index, draw=question.draw())
    return None if found is None else found.numbered(question.sampled.rows)


def by_changed_values(question: Question) -> Recognition | None:
    """Recognise rows whose values were changed, in a table of two dozen rows or more."""
    values = _measured(question.sampled.values)
    if not values or not can_be_split(values):
        return None
    # Loads compiled code that most checks never need.
    from strongroom.matching.disguised.match_disguised import match_disguised  # noqa: PLC0415 - see above

    found = match_disguised(values, question.held, question.index, draw=question.draw())
    return None if found is None else found.numbered(question.sampled.rows)


def by_few_rows(question: Question) -> Recognition | None:
    """Recognise rows whose values were changed, in a smaller table."""
    rows, values = question.sampled.rows, question.sampled.values
    distinct = first_of_equal_rows(values) if values else rows[:0]
    # Decided before the import, which a large table does not need.
    if not 0 < len(distinct) <= LIMITS.few_rows:
        return None
    measured = _measured(at_rows(values, distinct))
    if not can_be_searched(measured):
        return None
    from strongroom.matching.disguised.few_rows import match_few_rows  # noqa: PLC0415 - see `by_changed_values`

    found = match_few_rows(measured, question.held, question.index, draw=question.draw())
    return None if found is None else found.numbered(rows[distinct])


def by_cells(reaches: "Reaches") -> Way:
    """Return the way that aligns all rows, cell by cell; `reaches` is how far marks may have moved values."""
    # Loads compiled code that no check needs.
    from strongroom.matching.alignment.table_alignment import align  # noqa: PLC0415 - see above

    return lambda asked: align(asked.table, asked.held, asked.index, reaches, seed=asked.seed)


def _measured(values: Mapping[str, Values]) -> dict[str, Values]:
    """Replace numbers that no measurement gives by missing values, before they are squared or inverted."""
    return {
        name: replace(each, keys=np.where(np.abs(each.keys) > LIMITS.largest, np.nan, each.keys))
        for name, each in values.items()
    }


UNCHANGED_VALUES: tuple[Way, ...] = (by_rows, by_tuples)
EXACT_VALUES: tuple[Way, ...] = (*UNCHANGED_VALUES, by_steps)
ALL_WAYS: tuple[Way, ...] = (*EXACT_VALUES, by_changed_values, by_few_rows)


def recognise(
    table: pa.Table | ComparableTable,
    cohort: Cohort | CohortColumns,
    index: Index,
    how: Sequence[Way] = ALL_WAYS,
    *,
    seed: int,
) -> Recognition:
    """Return whose rows a table holds, by the first of the ways `how` that is beyond chance, or the best.

    Pass `CohortColumns` and `ComparableTable` to share decrypted
    columns and converted values among calls. `seed` must be unknown to anyone who could hide rows from the
    test.
    """
    question = Question(ComparableTable.of(table), cohort_columns_of(cohort), index, seed)
    best: Recognition | None = None
    for way in how:
        found = way(question)
        if found is not None and (best is None or found.chance.log10 < best.chance.log10):
            best = found
        if best is not None and (best.chance.log10 <= BEYOND_CHANCE or len(best.rows) == 0):
            break
    return best or Recognition(rows=question.sampled.rows)
