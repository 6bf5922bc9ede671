"""Cell keys: the same people get the same change, and changes are what the settings say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, maximum_entropy

SECRET = b"s" * 32


@given(st.integers(1, 15), st.floats(0.1, 60))
def test_the_changes_have_no_bias_and_the_variance_asked_for(most, variance):
    values, chances = maximum_entropy(most, variance)
    even = np.mean(values**2.0)
    assert chances.sum() == pytest.approx(1)
    assert (chances >= 0).all()
    assert np.sum(values * chances) == pytest.approx(0, abs=1e-9)
    assert np.sum(values**2 * chances) == pytest.approx(min(variance, even), abs=1e-6)


def test_no_change_at_all_can_be_asked_for():
    noise = CellNoise(SECRET, most=0, variance=0)
    assert not noise.integers(np.arange(100, dtype=np.uint64), of="people").any()


def test_changes_are_drawn_from_that_distribution():
    noise = CellNoise(SECRET, most=6, variance=6.25)
    drawn = noise.integers(np.arange(20_000, dtype=np.uint64), of="people")
    values, chances = maximum_entropy(6, 6.25)
    counted = np.array([np.count_nonzero(drawn == value) for value in values])
    assert chisquare(counted, chances * len(drawn)).pvalue > 1e-4


def test_a_group_has_one_change_for_a_statistic_and_another_for_the_next():
    noise = CellNoise(SECRET, most=6, variance=6.25)
    keys = np.arange(2_000, dtype=np.uint64)
    assert (noise.integers(keys, of="people") == noise.integers(keys, of="people")).all()
    first, second = noise.integers(keys, of="people"), noise.integers(keys, of="mean/bmi")
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
    other = CellNoise(b"t" * 32, most=6, variance=6.25).integers(keys, of="people")
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1


def test_sums_of_magnitudes_have_a_normal_change_of_the_same_variance():
    noise = CellNoise(SECRET, most=30, variance=100)
    keys = np.arange(20_000, dtype=np.uint64)
    drawn = noise.normals(keys, of="x/bmi")
    assert kstest(drawn / 10, "norm").pvalue > 1e-4
    assert (drawn == noise.normals(keys, of="x/bmi")).all()
    assert abs(np.corrcoef(drawn, noise.integers(keys, of="people"))[0, 1]) < 0.05
