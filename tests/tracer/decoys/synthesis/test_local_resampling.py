"""Values go near a real person's: no accident of the sample is repeated, and every rule is kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.tracer.decoys.synthesis.local_resampling import (
    LocalResampler,
    decimal,
    rounding_errors_of,
    with_rounding_errors,
)

PEOPLE, DRAWN = 5_000, 20_000


def given_on(column, seed=2, count=DRAWN):
    """Values of people drawn with replacement, each moved."""
    draw = np.random.default_rng(seed)
    values = draw.choice(column, count)
    near = LocalResampler.of(column)
    return values, values if near is None else near.moved(values, draw)


def counts_of(values, places):
    return np.array([np.count_nonzero(np.abs(values - place) < 1e-6) for place in places])


def test_how_often_each_value_was_drawn_once_is_not_repeated():
    draw = np.random.default_rng(1)
    column = np.round(draw.normal(70, 12, PEOPLE), 1)
    others = np.round(draw.normal(70, 12, PEOPLE), 1)
    before, after = given_on(column)
    places = np.round(np.arange(60, 80, 0.1), 1)
    mine, theirs = counts_of(column, places), counts_of(others, places)
    assert np.corrcoef(mine, counts_of(before, places))[0, 1] > 0.9
    # Six or seven places are within reach of each: a root of so many of their chances is left.
    left = np.corrcoef(mine, counts_of(after, places))[0, 1] - np.corrcoef(mine, theirs)[0, 1]
    assert left < 0.5


def test_a_value_goes_no_further_than_people_are_about_it():
    draw = np.random.default_rng(3)
    column = np.round(np.exp(draw.normal(0, 1, PEOPLE)), 3)
    before, after = given_on(column)
    ranks = [np.searchsorted(np.sort(column), values) / PEOPLE for values in (before, after)]
    assert np.abs(ranks[0] - ranks[1]).max() <= 0.025
    assert np.mean(before == after) < 0.1
    assert column.min() <= after.min()
    assert after.max() <= column.max()
    assert after.mean() == pytest.approx(before.mean(), rel=0.01)


def test_a_limit_and_a_ceiling_stay_and_nobody_is_moved_to_them():
    draw = np.random.default_rng(4)
    column = np.clip(np.round(draw.normal(50, 20, PEOPLE), 1), 20, 80)
    before, after = given_on(column)
    for place in (20, 80):
        assert np.array_equal(before == place, after == place)


def test_digits_that_people_prefer_are_preferred():
    draw = np.random.default_rng(5)
    column = np.round(draw.normal(2_000, 300, PEOPLE))
    rounded = draw.random(PEOPLE) < 0.3
    column[rounded] = np.round(column[rounded] / 10) * 10
    _, after = given_on(column)
    shares = [np.mean(np.mod(values, 10) == 0) for values in (column, after)]
    assert shares[1] == pytest.approx(shares[0], abs=0.03)


def test_only_even_values_stay_even():
    column = 2 * np.round(np.random.default_rng(6).normal(300, 60, PEOPLE))
    before, after = given_on(column)
    assert np.all(np.mod(after, 2) == 0)
    assert np.mean(before == after) < 0.3


def test_values_that_follow_no_rule_are_taken_from_people():
    draw = np.random.default_rng(7)
    prices = draw.choice(2_000, 900, replace=False).astype(float)
    column = draw.choice(prices, PEOPLE)
    before, after = given_on(column)
    assert np.isin(after, column).all()
    assert np.mean(before == after) < 0.5


def test_what_lies_between_the_values_of_a_few_thousand_is_no_gap_but_what_all_avoid_is():
    draw = np.random.default_rng(8)
    column = np.round(draw.uniform(0, 100, PEOPLE), 1)
    column = column[(column < 40) | (column > 45)]
    _, after = given_on(column)
    assert np.isin(np.round(after, 1), np.round(column, 1)).mean() > 0.99
    assert np.count_nonzero((after > 41) & (after < 44)) == 0


@pytest.mark.parametrize("column", [np.repeat(np.arange(10.0), 50), np.full(300, 4.0), np.full(5, np.nan)])
def test_few_values_stay(column):
    assert LocalResampler.of(column) is None


def test_a_few_people_are_copied_by_nobody():
    column = np.round(np.random.default_rng(9).normal(100, 15, 60), 2)
    before, after = given_on(column, count=500)
    assert np.mean(before == after) < 0.4


def test_the_dust_of_binary_fractions_is_as_frequent_as_among_people():
    draw = np.random.default_rng(10)
    portions = np.round(draw.uniform(0, 8, (PEOPLE, 3)), 2)
    column = portions[:, 0] + portions[:, 1] + portions[:, 2]
    _, after = given_on(column)
    dusty_shares = [np.mean(np.round(values, 2) != values) for values in (column, after)]
    assert dusty_shares[0] > 0.1
    assert dusty_shares[1] == pytest.approx(dusty_shares[0], abs=0.03)
    assert np.allclose(after, np.round(after, 2), atol=1e-9)


def test_a_zero_written_as_next_to_nothing_spoils_nothing():
    draw = np.random.default_rng(11)
    column = np.round(draw.gamma(2, 30, PEOPLE), 1)
    column[:50] = 5.397605346934028e-79
    _, after = given_on(column)
    assert np.isfinite(after).all()
    assert after.max() <= column.max()


@settings(max_examples=60)
@given(st.integers(0, 4), st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=30), st.integers(-3, 3))
def test_dust_comes_back_as_it_was(decimals, places, ulps):
    step = 10.0**-decimals
    clean = decimal(np.array(places, np.float64), step)
    values = with_rounding_errors(clean, np.full(len(places), float(ulps)), step)
    assert np.array_equal(with_rounding_errors(clean, rounding_errors_of(values, step), step), values)
