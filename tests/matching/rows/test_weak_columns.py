"""Columns that many people share a value of say little each, and enough together."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.matching import match_rows
from strongroom.matching.recognised import Null
from strongroom.matching.rows.score import _redundancy

_WEAK = (4.0, 8.0)


@pytest.fixture
def weak_columns(extracts):
    """Whole numbers and coarse measurements: 16 to 256 people in a thousand share a value."""
    low, high = _WEAK
    profiles = extracts.index.columns.values()
    return [each.name for each in profiles if low <= each.bits < high and each.missing < 0.3][:12]


def test_an_extract_of_whole_numbers_is_recognised(extracts, weak_columns):
    """Protects against leaks that avoid every precise column."""
    table, ordinals = extracts.rows(weak_columns, 500)
    found = match_rows(table, extracts.cohort, extracts.index, seed=1)
    assert found.matched > 400
    assert extracts.right(found, ordinals) > 0.99


def test_other_people_with_the_same_whole_numbers_are_not(extracts, weak_columns, tmp_path):
    other = write_synthetic_cohort(tmp_path, participants=2_000, seed=77, columns=60, variants=12)
    fresh = pl.read_parquet(other.participants).select(weak_columns).to_arrow()
    assert match_rows(fresh, extracts.cohort, extracts.index, seed=1).matched == 0


def test_three_people_are_not_taken_for_chance(extracts):
    """Three rows have hardly a permutation that is not themselves: the null must not be made of those."""
    table, _ = extracts.rows(extracts.telling, 4)
    found = match_rows(table, extracts.cohort, extracts.index, seed=1)
    assert found.matched >= 3
    assert found.expected < 0.1
    assert found.chance.null is Null.INDEPENDENT


def test_a_column_takes_no_more_off_than_it_adds():
    """Else a file full of copies of one coarse column would hide the precise ones beside it."""
    draw = np.random.default_rng(3)
    coarse, precise = draw.integers(0, 3, 5_000).astype(float), draw.normal(size=5_000)
    held = [precise, coarse, coarse, coarse]
    assert _redundancy(held, np.array([12.0, 1.6, 1.6, 1.6])) < 3.5


def test_unrelated_columns_take_nothing_off():
    draw = np.random.default_rng(4)
    assert _redundancy(list(draw.normal(size=(4, 20_000))), np.full(4, 12.0)) < 0.1


def test_columns_filled_in_few_rows_are_no_reason_to_fail(extracts):
    """The rows voted on may all miss them; a check that fails here would block an honest file."""
    table, _ = extracts.rows(extracts.telling, 1_500)
    rare = [
        pa.array([value if row in (1, 2, 3, 4) else None for row, value in enumerate(column.to_pylist())])
        for column in table.columns
    ]
    found = match_rows(pa.table(rare, names=table.column_names), extracts.cohort, extracts.index, seed=1)
    assert len(found.rows) == 1_500
