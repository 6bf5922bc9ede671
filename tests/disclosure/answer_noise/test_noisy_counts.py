"""Counts: whatever is shown is of enough people, and tells no single person apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.answer_noise import CellNoise, ReleaseRule, shown_counts
from strongroom.disclosure.answer_noise.noisy_counts import deviation_of_count, noisy_counts
from strongroom.disclosure.answer_noise.release_rule import most_change
from strongroom.errors import UsageError

RULE = ReleaseRule(noise=10.0)
NOISE = CellNoise(b"s" * 32)


def shown_of(people, keys):
    noisy = noisy_counts(people, keys, noise=NOISE, deviation=RULE.noise)
    return shown_counts(noisy, rule=RULE, deviation=RULE.noise)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2**32 - 1)), min_size=1, max_size=50))
def test_what_is_shown_is_of_enough_people(groups):
    people, keys = (np.array(each) for each in zip(*groups, strict=True))
    shown = shown_of(people, keys.astype(np.uint64))
    assert (people[~shown.hidden] >= RULE.smallest).all()
    assert (shown.values[shown.hidden] == 0).all()
    assert (shown.values % RULE.step == 0).all()
    farthest = most_change(RULE.noise) + RULE.step / 2
    assert (np.abs(shown.values - people)[~shown.hidden] <= farthest).all()


def test_being_hidden_does_not_tell_one_person_from_none():
    # Groups of 30 and of 31 people are hidden about as often: their keys decide, not their size alone.
    keys = np.arange(5_000, dtype=np.uint64)
    hidden = [shown_of(np.full(5_000, size), keys).hidden.mean() for size in (30, 31)]
    assert 0 < hidden[1] < hidden[0] < 1


def test_the_standard_deviation_printed_is_that_of_what_is_shown():
    keys = np.arange(20_000, dtype=np.uint64)
    shown = shown_of(np.full(20_000, 1_003), keys)
    assert np.std(shown.values - 1_003) == pytest.approx(deviation_of_count(RULE, RULE.noise), rel=0.03)


@pytest.mark.parametrize(
    "wrong",
    [
        {"smallest": 0},
        {"step": 0},
        {"noise": 0.5},
        {"noise": float("nan")},
        {"outermost": 0.5},
        {"similar": 21},
        {"groups_each": 0},
        {"groups_each": 51},
        {"guessed": 0.4},
        {"guessed": 0.8, "all_guessed": 0.7},
        {"all_guessed": 0.99},
    ],
)
def test_a_rule_that_protects_nothing_cannot_be_made(wrong):
    with pytest.raises(UsageError):
        ReleaseRule(**wrong)
