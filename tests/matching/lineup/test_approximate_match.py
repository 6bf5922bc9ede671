"""Pairs that agree in all but a few columns are found without comparing all pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.matching.lineup.approximate_match import Comparison, SortedPeople


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 3), st.floats(0, 9))
def test_pairs_who_agree_are_found_without_looking_at_all(seed, allowed, least):
    draw = np.random.default_rng(seed)
    people, rows = (draw.integers(0, 12, (count, 5)).astype(float) for count in (60, 40))
    people[draw.random(people.shape) < 0.1] = np.nan
    bits = draw.random(5) * 4
    found = SortedPeople(people, Comparison(bits, allowed)).matches(rows, least=least)
    near = np.abs(rows[:, None] - people[None]) <= 1
    agree = (near @ bits >= least) & ((~near).sum(axis=2) <= allowed)
    assert len(found[0]) == len(set(zip(*found, strict=True)))
    assert set(zip(*found, strict=True)) == set(zip(*np.nonzero(agree), strict=True))
