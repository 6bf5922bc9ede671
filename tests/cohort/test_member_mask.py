"""Packed masks of a view's members answer as masks of one byte a participant do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strongroom.cohort.member_mask import MemberMask

masks = st.lists(st.booleans(), min_size=1, max_size=70).map(lambda each: np.array(each, bool))


@given(masks)
def test_a_packed_mask_says_who_is_a_member(members):
    everybody = np.arange(len(members))
    assert np.array_equal(MemberMask.of(members)[everybody], members)
    assert np.array_equal(MemberMask.of_ordinals(np.flatnonzero(members), len(members))[everybody], members)
    assert MemberMask.of(members).capacity - len(members) in range(8)


@given(masks, masks)
def test_masks_of_different_length_are_joined_and_compared(one, two):
    longest = max(len(one), len(two))
    padded = [np.pad(each, (0, longest - len(each))) for each in (one, two)]
    first, second = MemberMask.of(one), MemberMask.of(two)
    assert np.array_equal((first | second)[np.arange(longest)], padded[0] | padded[1])
    assert first.lacks(second) == int(np.count_nonzero(padded[1] & ~padded[0]))
