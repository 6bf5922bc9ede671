"""The same person has unrelated ids in two projects, and nobody shares an id."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.cohort.pseudonyms import Pseudonyms, shuffled_prefix
from strongroom.errors import UsageError

KEY = bytes(range(32))


def everyone(key=KEY, *, low=1_000, high=9_999, capacity=3_000):
    return Pseudonyms(key, low=low, high=high, capacity=capacity)


@settings(max_examples=30, deadline=None)
@given(
    key=st.binary(min_size=32, max_size=32),
    capacity=st.integers(1, 400),
    spare=st.integers(0, 100),
    low=st.integers(0, 10**6),
)
def test_any_key_gives_a_bijection_into_the_range(key, capacity, spare, low):
    people = np.arange(capacity, dtype=np.uint32)
    pseudonyms = Pseudonyms(key, low=low, high=low + capacity + spare - 1, capacity=capacity)
    issued = pseudonyms.of(people)
    assert len(np.unique(issued)) == capacity
    assert issued.min() >= low
    assert issued.max() < low + capacity + spare
    assert (pseudonyms.ordinals(issued) == people).all()


def test_a_number_never_issued_is_nobodys():
    pseudonyms = everyone()
    issued = set(pseudonyms.of(np.arange(3_000, dtype=np.uint32)).tolist())
    others = np.array([number for number in range(900, 10_100) if number not in issued])
    assert (pseudonyms.ordinals(others) == -1).all()


def test_the_first_look_passes_all_that_are_issued_and_of_others_the_share_it_says():
    pseudonyms = everyone(low=1_000, high=60_999, capacity=3_000)
    issued = pseudonyms.of(np.arange(3_000, dtype=np.uint32))
    assert pseudonyms.possibly_issued(issued).all()
    passing = everyone(bytes(32), low=1_000, high=60_999).possibly_issued(np.arange(1_000, 61_000))
    expected = 60_000 * pseudonyms.chance
    assert abs(passing.sum() - expected) < 5 * np.sqrt(expected)
    assert not pseudonyms.possibly_issued(np.empty(0, np.int64)).size


def test_the_same_key_gives_the_same_ids_and_another_key_unrelated_ones():
    people = np.arange(3_000, dtype=np.uint32)
    one, again, other = everyone().of(people), everyone().of(people), everyone(bytes(32)).of(people)
    assert (one == again).all()
    # Unrelated permutations agree on each person with chance 1/9,000.
    assert np.count_nonzero(one == other) < 6
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_ids_say_nothing_about_the_order_of_the_cohort():
    issued = everyone().of(np.arange(3_000, dtype=np.uint32))
    assert abs(np.corrcoef(np.arange(3_000), issued)[0, 1]) < 0.1


def test_the_first_ids_of_a_known_key_never_change():
    """A change here would give every project new ids: views already issued could not be matched any more."""
    assert everyone().of(np.arange(4, dtype=np.uint32)).tolist() == [9102, 8873, 9941, 7670]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 3_000), alike=st.integers(0, 50), part=st.floats(0, 1))
def test_sorting_a_part_of_the_range_gives_the_ids_that_sorting_all_of_it_gives(seed, size, alike, part):
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2**64 - 1, size, dtype=np.uint64, endpoint=True)
    words[rng.integers(0, size, min(alike, size))] = words[0]
    count = max(1, int(part * size))
    assert (shuffled_prefix(words, count) == np.argsort(words, kind="stable")[:count]).all()


def test_a_range_too_small_is_refused():
    with pytest.raises(UsageError, match="too small"):
        Pseudonyms(KEY, low=1, high=10, capacity=11)
