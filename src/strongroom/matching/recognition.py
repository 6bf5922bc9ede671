"""`recognise`: whose rows does a table hold? Tries every way of recognising rows, cheapest first.

1. ROWS: unchanged values, row by row (`rows.match_rows`).
2. TUPLES: few or coarse columns, by rare combinations of values or by association between columns.
3. CHANGED: values that were rescaled, ranked, rounded, recoded or perturbed (`disguised`).
4. FEW: the same for a table too small to fit changes on some rows and test them on the others.

A trace knows what marks may have done to values, and aligns single cells instead (`tracer.alignment`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import Cohort
from strongroom.matching.chance import log10_tail
from strongroom.matching.columns.assign import ColumnMatch
from strongroom.matching.columns.candidates import candidate_columns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.joint_assignment import assign_jointly
from strongroom.matching.rows.association import match_by_association
from strongroom.matching.rows.match_rows import (
    LEAST_COLUMNS,
    Recognition,
    SampledTable,
    at_rows,
    cohort_columns_of,
    first_of_equal_rows,
    matched_rows,
)
from strongroom.matching.rows.rare_tuples import TupleMatch, match_tuples
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Values
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold


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


class Way(Enum):
    """One way of recognising rows, as in the module's list."""

    ROWS = "rows"
    TUPLES = "tuples"
    CHANGED = "changed values"
    FEW = "few rows"


UNCHANGED_VALUES = (Way.ROWS, Way.TUPLES)
ALL_WAYS = tuple(Way)


def recognise(
    table: pa.Table | ComparableTable,
    cohort: Cohort | CohortColumns,
    index: Index,
    how: Sequence[Way] = ALL_WAYS,
    *,
    seed: int,
) -> Recognition:
    """Return whose rows a table holds, by the first of the ways `how` that is beyond chance, or the best.

    Pass `CohortColumns` and `ComparableTable` to share decrypted columns and converted values among calls.
    `seed` determines which rows are tested; it must be unknown to anyone who could hide rows from the test.
    """
    held = cohort_columns_of(cohort)
    draw = np.random.default_rng(seed)
    sampled = SampledTable.of(ComparableTable.of(table), draw)
    best = Recognition.nothing(sampled.rows)
    for way in how:
        if way is Way.ROWS:
            best = _with_chance(matched_rows(sampled, held, index, draw))
        else:
            found = _WAYS[way](sampled.values, sampled.rows, held, index, np.random.default_rng(seed))
            if found is not None and found.log10_chance < best.log10_chance:
                best = found
        if best.log10_chance <= BEYOND_CHANCE or best.rows_tested == 0:
            break
    return best


def _with_chance(match: Recognition) -> Recognition:
    if match.rows_matched <= LIMITS.least_excess * match.chance:
        return match
    rate = min((match.chance + 3) / max(match.rows_tested, 1), 0.5)
    # By chance, a row passes its own bar once in a thousand files.
    chance = min(log10_tail(match.rows_matched, match.rows_tested, rate), LIMITS.row_bar * match.rows_matched)
    return replace(match, log10_chance=chance)


def _by_tuples(
    values: Mapping[str, Values],
    rows: NDArray[np.int64],
    held: CohortColumns,
    index: Index,
    draw: np.random.Generator,
) -> Recognition | None:
    candidates = candidate_columns(values, index)
    if len(candidates) < LEAST_COLUMNS:
        return None
    searched = assign_jointly(values, candidates, held)
    found = match_tuples(searched, values, held, draw=draw)
    if found is not None:
        return _of_tuples(found, "tuples", rows, held)
    found = match_by_association(searched, values, held, draw=draw)
    if found is None:
        return None
    unproved = replace(found, log10_chance=max(found.log10_chance, _ASSOCIATION_BOUND))
    return _of_tuples(unproved, "associated", rows, held)


def _of_tuples(found: TupleMatch, method: str, rows: NDArray[np.int64], held: CohortColumns) -> Recognition:
    return Recognition(
        columns=tuple(ColumnMatch(mine, theirs, 1.0) for mine, theirs in found.pairs),
        rows_tested=len(rows),
        rows_matched=int(np.count_nonzero(found.holders)),
        row_numbers=rows,
        participants=held.ordinals(found.people),
        chance=found.rate * len(rows),
        log10_chance=found.log10_chance,
        method=method,
    )


def _by_changed_values(
    values: Mapping[str, Values],
    rows: NDArray[np.int64],
    held: CohortColumns,
    index: Index,
    draw: np.random.Generator,
) -> Recognition | None:
    # Loads compiled code that most checks never need.
    from strongroom.matching.disguised import match_disguised  # noqa: PLC0415 - see above

    found = match_disguised(_measured(values), held, index, draw=draw) if values else None
    if found is None:
        return None
    return Recognition(
        columns=tuple(ColumnMatch(mine, theirs, 1.0, transform=how) for mine, theirs, how in found.columns),
        rows_tested=len(found.rows),
        rows_matched=int(np.count_nonzero(found.people >= 0)),
        row_numbers=rows[found.rows],
        participants=held.ordinals(found.people),
        bits_median=found.bits,
        chance=found.rate * len(found.rows),
        log10_chance=found.log10_chance,
        method="disguised",
    )


def _by_few_rows(
    values: Mapping[str, Values],
    rows: NDArray[np.int64],
    held: CohortColumns,
    index: Index,
    draw: np.random.Generator,
) -> Recognition | None:
    distinct = first_of_equal_rows(values) if values else rows[:0]
    # Decided before the import, which a large table does not need.
    if not 0 < len(distinct) <= LIMITS.few_rows:
        return None
    from strongroom.matching.disguised import match_few_rows  # noqa: PLC0415 - see `_by_changed_values`

    found = match_few_rows(_measured(at_rows(values, distinct)), held, index, draw=draw)
    if found is None:
        return None
    return Recognition(
        columns=tuple(ColumnMatch(mine, theirs, 1.0, transform=how) for mine, theirs, how in found.columns),
        rows_tested=len(distinct),
        rows_matched=int(np.count_nonzero(found.people >= 0)),
        row_numbers=rows[distinct],
        participants=held.ordinals(found.people),
        bits_median=found.bits_median,
        log10_chance=min(-found.bits * float(np.log10(2)), 0.0),
        method="disguised",
    )


def _measured(values: Mapping[str, Values]) -> dict[str, Values]:
    """Replace numbers that no measurement gives by missing values, before they are squared or inverted."""
    return {
        name: replace(each, keys=np.where(np.abs(each.keys) > LIMITS.largest, np.nan, each.keys))
        for name, each in values.items()
    }


_WAYS = {Way.TUPLES: _by_tuples, Way.CHANGED: _by_changed_values, Way.FEW: _by_few_rows}
