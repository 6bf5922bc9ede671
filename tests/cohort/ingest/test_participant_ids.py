"""Ids and ordinals, and the range that projects' pseudonyms come from."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.cohort.ingest.participant_ids import NotWholeNumbersError, ParticipantIds


def people_of(ids, *, whole_numbers=True):
    people = ParticipantIds(whole_numbers=whole_numbers)
    people.add(pa.array([str(each) for each in ids]))
    people.close("p.csv", "eid")
    return people


@pytest.mark.parametrize(
    ("ids", "low", "high"),
    [
        ([1_000_034, 6_009_999], 1_000_000, 6_999_999),
        ([2_345_678, 2_345_679], 2_000_000, 2_999_999),
        ([10, 11, 12], 10, 19),
        (range(10, 16), 1_000_000, 9_999_999),
        (range(1, 501), 1_000_000, 9_999_999),
        (range(1000, 1100), 1000, 1999),
        ([-5, 7], 1_000_000, 9_999_999),
    ],
)
def test_the_range_is_like_the_ids_own_with_twice_the_room(ids, low, high):
    assert people_of(ids).id_range() == (low, high)


def test_text_ids_get_seven_digit_pseudonyms():
    assert people_of(["a", "b"], whole_numbers=False).id_range() == (1_000_000, 9_999_999)


def test_ids_are_found_in_any_order():
    people = people_of([30, 10, 20])
    assert people.find(pa.array(["20", "99", "30", "x", "010", "10"])).tolist() == [2, -1, 0, -1, -1, 1]


@pytest.mark.parametrize("odd", ["007", "+1", "1.0", "x", "1" * 16, "-0", ""])
def test_ids_that_numbers_would_not_keep_are_no_numbers(odd):
    with pytest.raises(NotWholeNumbersError):
        ParticipantIds(whole_numbers=True).add(pa.array(["1", odd]))


def test_ordinals_go_on_across_chunks():
    people = ParticipantIds(whole_numbers=True)
    first, second = people.add(pa.array(["5", "6"])), people.add(pa.array(["7"]))
    assert np.concatenate([first, second]).tolist() == [0, 1, 2]
    assert first.dtype == np.uint32
