"""Cell keys: the same people get the same change, and changes are what the settings say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, discrete_normal
from strongroom.disclosure.answer_noise.influence import guessed_after
from strongroom.disclosure.answer_noise.release_rule import most_change

SECRET = b"s" * 32


@given(st.floats(0.5, 60))
def test_the_changes_have_no_bias_and_at_most_the_deviation_asked_for(deviation):
    values, chances = discrete_normal(deviation)
    assert chances.sum() == pytest.approx(1)
    assert np.sum(values * chances) == pytest.approx(0, abs=1e-9)
    variance = np.sum(values**2 * chances)
    assert variance <= deviation**2 * (1 + 1e-9)
    assert deviation < 1 or variance == pytest.approx(deviation**2, rel=0.002)


@pytest.mark.parametrize(("deviation", "more"), [(1.0, 0.01), (2.8, 0.001), (35.0, 0.0001)])
def test_one_person_more_is_told_no_better_than_under_continuous_noise(deviation, more):
    """The best guess between a count and one more is right with the probability that the budget allows."""
    _, chances = discrete_normal(deviation)
    shifted = np.concatenate([[0.0], chances])
    apart = np.abs(np.append(chances, 0.0) - shifted).sum() / 2
    assert 0.5 + apart / 2 <= guessed_after(deviation**-2) + more


def test_counts_get_the_noise_that_was_chosen():
    noise = CellNoise(SECRET)
    drawn = noise.integers(np.arange(20_000, dtype=np.uint64), of="people", deviation=2.5)
    values, chances = discrete_normal(2.5)
    counted = np.array([np.count_nonzero(drawn == value) for value in values])
    kept = chances * len(drawn) > 5
    expected = chances[kept] / chances[kept].sum() * counted[kept].sum()
    assert chisquare(counted[kept], expected).pvalue > 1e-4


@pytest.mark.parametrize("deviation", [1.0, 3.0, 35.0])
def test_no_noise_is_larger_than_what_decides_which_groups_are_shown(deviation):
    drawn = CellNoise(SECRET).integers(np.arange(50_000, dtype=np.uint64), of="people", deviation=deviation)
    assert np.abs(drawn).max() <= most_change(deviation)


def test_a_group_has_one_change_for_a_statistic_and_another_for_the_next():
    noise = CellNoise(SECRET)
    keys = np.arange(2_000, dtype=np.uint64)
    first = noise.integers(keys, of="people", deviation=2.5)
    assert (first == noise.integers(keys, of="people", deviation=2.5)).all()
    others = [
        noise.integers(keys, of="mean/bmi", deviation=2.5),
        CellNoise(b"t" * 32).integers(keys, of="people", deviation=2.5),
        # Less noise is independent noise: the difference of two answers must not be less noisy than either.
        noise.integers(keys, of="people", deviation=2.0),
    ]
    for other in others:
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.1


def test_sums_of_magnitudes_have_a_normal_change_of_the_same_variance():
    noise = CellNoise(SECRET)
    keys = np.arange(20_000, dtype=np.uint64)
    drawn = noise.normals(keys, of="x/bmi", deviation=10.0)
    assert kstest(drawn / 10, "norm").pvalue > 1e-4
    assert (drawn == noise.normals(keys, of="x/bmi", deviation=10.0)).all()
    assert abs(np.corrcoef(drawn, noise.integers(keys, of="people", deviation=10.0))[0, 1]) < 0.05
