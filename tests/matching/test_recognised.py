"""What every way of recognising rows returns."""

import numpy as np
import pytest

from strongroom.matching.chance import highest_rate
from strongroom.matching.recognised import (
    SAME,
    Chance,
    OthersPart,
    Pairs,
    RecognisedColumn,
    Recognition,
    Transform,
)


def test_a_transform_that_is_only_named_cannot_be_computed():
    with pytest.raises(TypeError, match="recoded"):
        Transform("recoded")(np.ones(2))
    assert SAME(np.array([3.0])).tolist() == [3.0]


def test_smoothed_values_show_what_other_columns_contribute():
    column = RecognisedColumn("a", "x", Transform("double", lambda values: 2 * values))
    smoothed = RecognisedColumn(
        "a", "x", column.transform, others_part=OthersPart((), np.array([0.0, 10.0, 20.0]))
    )
    people = np.array([2, 1])
    assert column.shown(np.array([1.0, 2.0]), people).tolist() == [2.0, 4.0]
    assert smoothed.shown(np.array([1.0, 2.0]), people).tolist() == [22.0, 14.0]


def test_rows_of_a_part_get_the_numbers_of_the_table():
    pairs = Pairs.one_each(np.arange(3), np.array([7, -1, 9]))
    found = Recognition(rows=np.arange(3), matched=2, pairs=pairs, chance=Chance(0.1))
    numbered = found.numbered(np.array([10, 20, 30]))
    assert numbered.rows.tolist() == [10, 20, 30]
    assert numbered.pairs.rows.tolist() == [10, 30]
    assert numbered.pairs.people.tolist() == [7, 9]
    assert numbered.expected == pytest.approx(0.3)


def test_only_almost_certain_pairs_count_and_each_person_once():
    certainty = np.array([0.95, 0.5, 0.99, 0.9])
    pairs = Pairs(np.array([0, 0, 1, 2]), np.array([4, 5, 4, 6]), certainty)
    assert pairs.surest.rows.tolist() == [0, 1, 2]
    assert pairs.sure_people == 2


def test_a_rate_measured_as_zero_is_at_most_three_in_its_trials():
    assert highest_rate(0, 400) == pytest.approx(0.0075)
    assert highest_rate(400, 400) == 0.5
    assert highest_rate(0, 0) == 0.5
