"""Tables too coarse to tell one row are told as a whole, against what people outside the cohort would hit."""

import numpy as np
import polars as pl

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.matching import BEYOND_CHANCE, recognise
from strongroom.matching.columns.joint_assignment import count_holders
from strongroom.matching.recognised import Null
from strongroom.matching.rows.rare_tuples import rare_excess

_COARSE = ["p34_i0", "p52_i0", "p48_i0", "p49_i0"]


def recognised(extracts, table):
    return recognise(table, extracts.cohort, extracts.index, seed=1)


def test_four_whole_numbers_of_many_people_are_a_copy(extracts):
    table, ordinals = extracts.rows(_COARSE, 400)
    found = recognised(extracts, table)
    assert found.chance.log10 <= BEYOND_CHANCE
    assert extracts.right(found, ordinals) > 0.9


def test_the_same_columns_of_other_people_are_none(extracts, tmp_path):
    """Others hit as often as the cohort's own people would if they were not in it."""
    other = write_synthetic_cohort(tmp_path, participants=2_000, seed=98, columns=60, variants=12)
    fresh = pl.read_parquet(other.participants).select(_COARSE).head(400).to_arrow()
    assert recognised(extracts, fresh).chance.log10 > BEYOND_CHANCE / 3


def test_rounding_to_fives_is_undone(extracts):
    table, _ = extracts.rows([*_COARSE, "p4080_i0"], 400)
    fives = [(pl.col(f"v{place}") / 5).round() * 5 for place in (2, 3)]
    rounded = pl.from_arrow(table).with_columns(fives)
    assert recognised(extracts, rounded.to_arrow()).chance.log10 <= BEYOND_CHANCE


def test_combinations_that_occur_often_are_a_summary(extracts):
    people = pl.from_arrow(extracts.cohort.participants.read(["p31_i0", "p52_i0", "p54_i0"]))
    cells = people.group_by(people.columns).len().filter(pl.col("len") >= 10)
    assert recognised(extracts, cells.to_arrow()).chance.log10 == 0


def test_holders_are_counted_with_missing_values_and_without_the_owner():
    held = [np.array([1.0, 1.0, np.nan, np.nan, 2.0]), np.array([5.0, 5.0, 6.0, 7.0, 5.0])]
    rows = [np.array([1.0, np.nan, 3.0, 2.0]), np.array([5.0, 6.0, 5.0, 5.0])]
    counts, people = count_holders(rows, held)
    assert counts.tolist() == [2, 1, 0, 1]
    assert people.tolist()[1:] == [2, -1, 4]
    counts, _ = count_holders([each[:2] for each in held], held, owners=np.array([0, 1]))
    assert counts.tolist() == [1, 1]


def test_no_excess_over_the_null_is_no_evidence():
    null = np.array([0, 1, 0, 1] * 100)
    nulls = [(Null.LEFT_OUT, null)]
    assert rare_excess(null, nulls).log10 == 0
    assert rare_excess(np.ones(60, np.int64), nulls).log10 < BEYOND_CHANCE
    assert rare_excess(np.full(60, 9), nulls).log10 == 0


def test_the_null_that_gives_most_is_named():
    often, seldom = np.ones(100, np.int64), np.zeros(100, np.int64)
    chance = rare_excess(often, [(Null.PERMUTED, seldom), (Null.SIMILAR, often), (Null.LEFT_OUT, seldom)])
    assert chance.null is Null.SIMILAR
    assert chance.log10 == 0
