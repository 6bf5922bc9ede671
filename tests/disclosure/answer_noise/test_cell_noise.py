"""Cell keys: the same people get the same change, and changes are what the settings say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, maximum_entropy
from strongroom.disclosure.answer_noise.release_rule import most_change

SECRET = b"s" * 32


@given(st.integers(1, 15), st.floats(0.1, 60))
def test_the_changes_have_no_bias_and_the_variance_asked_for(most, variance):
    values, chances = maximum_entropy(most, variance)
    even = np.mean(values**2.0)
    assert chances.sum() == pytest.approx(1)
    assert (chances >= 0).all()
    assert np.sum(values * chances) == pytest.approx(0, abs=1e-9)
    assert np.sum(values**2 * chances) == pytest.approx(min(variance, even), abs=1e-6)


def test_counts_get_the_noise_that_was_chosen():
    noise = CellNoise(SECRET)
    drawn = noise.integers(np.arange(20_000, dtype=np.uint64), of="people", deviation=2.5)
    values, chances = maximum_entropy(10, 6.25)
    counted = np.array([np.count_nonzero(drawn == value) for value in values])
    kept = chances * len(drawn) > 5
    expected = chances[kept] / chances[kept].sum() * counted[kept].sum()
    assert chisquare(counted[kept], expected).pvalue > 1e-4


@pytest.mark.parametrize("deviation", [0.5, 3.0, 35.0])
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
