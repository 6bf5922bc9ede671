"""Attempts to carry rows past the comparison by knowing how it works: T-CHECK-*.

The source is open, so whoever attacks knows how rows are sampled and what the null is.
"""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors import DETECTORS, Evidence, KnownIds
from strongroom.checker.finding import Verdict, worst
from strongroom.checker.policy import default_policy
from strongroom.checker.table_types.examined import examine
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index

MEASURED = ("p21001_i0", "p21002_i0", "p50_i0", "p48_i0", "p49_i0", "p30690_i0", "p30780_i0", "p30760_i0")


@pytest.fixture
def cohort(cohort_home):
    return open_cohort(cohort_home, find_cohort("synthetic"))


@pytest.fixture
def judge(cohort_home, cohort):
    """Return the verdict on a table: an array (rows, columns), or an Arrow table."""
    known = [KnownIds("the cohort's own ids", cohort.ids())]
    evidence = Evidence(cohort, open_index(cohort_home, find_cohort("synthetic")), known, default_policy())

    def verdict(table) -> Verdict:
        if isinstance(table, np.ndarray):
            table = pa.table({f"x{place}": table[:, place] for place in range(table.shape[1])})
        found = [
            finding for each in DETECTORS for finding in each.run(examine(FoundTable("t", table)), evidence)
        ]
        return worst([finding.severity for finding in found])

    return verdict


@pytest.fixture
def rows(cohort) -> np.ndarray:
    """Return participants' complete rows of eight measurements; shape (people, 8)."""
    table = cohort.participants.read(MEASURED)
    values = np.column_stack([table[name].to_numpy().astype(float) for name in MEASURED])
    return values[~np.isnan(values).any(axis=1)]


def shuffled_columns(rows: np.ndarray, count: int, draw: np.random.Generator) -> np.ndarray:
    """Return rows of nobody: columns like the people's, unrelated, and no value one of theirs."""
    drawn = rows[draw.integers(0, len(rows), count)]
    blurred = drawn + draw.normal(0, 0.3, drawn.shape) * rows.std(axis=0)
    return np.round(np.column_stack([draw.permutation(column) for column in blurred.T]), 1)


def test_rows_placed_where_an_even_sample_does_not_look_are_found(judge, rows):
    draw = np.random.default_rng(0)
    table = shuffled_columns(rows, 20_000, draw)
    assert judge(table) is not Verdict.BLOCK
    looked_at = np.unique(np.linspace(0, len(table) - 1, 2_000).astype(int))
    free = np.setdiff1d(np.arange(len(table)), looked_at)
    table[free] = rows[draw.integers(0, len(rows), len(free))]
    assert judge(table) is Verdict.BLOCK


def test_one_persons_row_repeated_does_not_hide_the_others_from_the_null(judge, rows):
    draw = np.random.default_rng(0)
    table = np.concatenate([np.repeat(rows[:1], 1_900, axis=0), rows[1:101]])
    assert judge(draw.permutation(table)) is Verdict.BLOCK


def test_two_peoples_records_side_by_side_are_found(judge, rows):
    assert judge(np.concatenate([rows[:300], rows[300:600]], axis=1)) is Verdict.BLOCK


def test_values_written_as_text_are_found(judge, rows):
    table = {f"x{place}": [f" {value:.4f}" for value in rows[:300, place]] for place in range(rows.shape[1])}
    assert judge(pa.table(table)) is Verdict.BLOCK


def test_rows_among_as_many_invented_ones_are_found(judge, rows):
    draw = np.random.default_rng(1)
    table = np.concatenate([rows[:300], shuffled_columns(rows, 1_500, draw)])
    assert judge(draw.permutation(table)) is Verdict.BLOCK


def test_a_list_of_the_cohorts_ids_among_other_numbers_is_found(judge, cohort):
    draw = np.random.default_rng(2)
    numbers = np.concatenate([cohort.ids()[:100], draw.integers(1_000_000, 6_000_000, 1_000)])
    assert judge(pa.table({"position": draw.permutation(numbers)})) is Verdict.BLOCK
