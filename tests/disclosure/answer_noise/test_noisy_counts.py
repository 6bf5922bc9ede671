"""Counts: whatever is shown is of enough people, and tells no single person apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.answer_noise import CellNoise, ReleaseRule, shown_counts
from strongroom.errors import UsageError

RULE = ReleaseRule()
NOISE = CellNoise(b"s" * 32, most=RULE.most_change, variance=RULE.variance)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2**32 - 1)), min_size=1, max_size=50))
def test_what_is_shown_is_of_enough_people(groups):
    people, keys = (np.array(each) for each in zip(*groups, strict=True))
    shown = shown_counts(people, keys.astype(np.uint64), noise=NOISE, rule=RULE)
    assert (people[~shown.hidden] >= RULE.smallest).all()
    assert (shown.values[shown.hidden] == 0).all()
    assert (shown.values % RULE.step == 0).all()
    farthest = RULE.most_change + RULE.step / 2
    assert (np.abs(shown.values - people)[~shown.hidden] <= farthest).all()


def test_being_hidden_does_not_tell_one_person_from_none():
    # Groups of 12 and of 13 people are hidden about as often: their keys decide, not their size alone.
    keys = np.arange(5_000, dtype=np.uint64)
    hidden = [
        shown_counts(np.full(5_000, size), keys, noise=NOISE, rule=RULE).hidden.mean() for size in (15, 16)
    ]
    assert 0 < hidden[1] < hidden[0] < 1


@pytest.mark.parametrize(
    "wrong", [{"smallest": 0}, {"step": 0}, {"most_change": -1}, {"outermost": 0.5}, {"similar": 21}]
)
def test_a_rule_that_protects_nothing_cannot_be_made(wrong):
    with pytest.raises(UsageError):
        ReleaseRule(**wrong)
