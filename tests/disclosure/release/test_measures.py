"""Sums, means and lines: near the truth for large groups, absent where few people make them up."""

import numpy as np
import pytest

from strongroom.disclosure.query.emitting import Summary
from strongroom.disclosure.query.representation import Statistic
from strongroom.disclosure.release import CellNoise, ReleaseRule
from strongroom.disclosure.release.measures import shown_numbers
from strongroom.disclosure.release.spreads import shown_different, shown_quantile

RULE = ReleaseRule()
NOISE = CellNoise(b"s" * 32, most=RULE.most_change, variance=RULE.variance)


def summaries(values, key=7):
    values = np.asarray(values, float)
    largest = np.empty(1, object)
    largest[0] = sorted(np.abs(values))[-2:][::-1]
    return {
        Summary.PEOPLE: np.array([len(values)]),
        Summary.KEY: np.array([key]),
        Summary.SUM: np.array([values.sum()]),
        Summary.MEAN: np.array([values.mean()]),
        Summary.VARIANCE: np.array([values.var()]),
        Summary.LARGEST: largest,
    }


def pairs(y, x, key=7):
    return {
        Summary.PEOPLE: np.array([len(x)]),
        Summary.KEY: np.array([key]),
        Summary.MEAN_X: np.array([x.mean()]),
        Summary.MEAN_Y: np.array([y.mean()]),
        Summary.SXX: np.array([((x - x.mean()) ** 2).sum()]),
        Summary.SYY: np.array([((y - y.mean()) ** 2).sum()]),
        Summary.SXY: np.array([((x - x.mean()) * (y - y.mean())).sum()]),
    }


def shown(statistic, known):
    return shown_numbers(statistic, known, of="bmi", noise=NOISE, rule=RULE)


def test_numbers_of_a_large_group_are_near_the_truth():
    draw = np.random.default_rng(1)
    x = draw.normal(27, 5, 100_000)
    y = 0.5 * x + draw.normal(0, 3, len(x))
    known, lines = summaries(x), pairs(y, x)
    assert shown(Statistic.MEAN, known).values[0] == pytest.approx(x.mean(), abs=0.005)
    assert shown(Statistic.SUM, known).values[0] == pytest.approx(x.sum(), rel=1e-3)
    assert shown(Statistic.DEVIATION, known).values[0] == pytest.approx(x.std(ddof=1), rel=1e-3)
    assert shown(Statistic.VARIANCE, known).values[0] == pytest.approx(x.var(ddof=1), rel=1e-3)
    slope, intercept = np.polyfit(x, y, 1)
    assert shown(Statistic.SLOPE, lines).values[0] == pytest.approx(slope, abs=1e-3)
    assert shown(Statistic.INTERCEPT, lines).values[0] == pytest.approx(intercept, abs=0.02)
    correlation = np.corrcoef(x, y)[0, 1]
    assert shown(Statistic.CORRELATION, lines).values[0] == pytest.approx(correlation, abs=1e-3)
    assert shown(Statistic.R_SQUARED, lines).values[0] == pytest.approx(correlation**2, abs=1e-3)


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SUM, Statistic.DEVIATION])
def test_a_few_people_have_no_mean(statistic):
    assert np.isnan(shown(statistic, summaries(np.arange(9.0) + 20)).values[0])


def test_a_sum_that_two_people_make_up_is_not_shown():
    hospital_bills = [*np.full(48, 10.0), 9_000.0, 4_000.0]
    answer = shown(Statistic.SUM, summaries(hospital_bills))
    assert answer.dominated[0]
    assert np.isnan(answer.values[0])


def test_a_sum_that_tells_the_largest_to_within_a_tenth_is_not_shown():
    # The second largest subtracts its own value from the sum.
    assert shown(Statistic.MEAN, summaries([*np.full(48, 1.0), 1_000.0, 900.0])).dominated[0]


def test_one_persons_value_is_within_the_change():
    values = np.random.default_rng(2).normal(27, 5, 200)
    with_one = [*values, 60.0]
    means = [shown(Statistic.MEAN, summaries(with_one, key)).values[0] for key in range(400)]
    # What even an extreme person does to the mean is about its spread over keys.
    assert abs(np.mean(with_one) - values.mean()) < 1.5 * np.std(means)
    assert np.mean(means) == pytest.approx(np.mean(with_one), abs=0.03)


def test_a_quantile_is_the_edge_of_a_bin_with_people_on_both_sides():
    bins = [20.0, 21.0, 22.0, 23.0]
    people, keys = np.array([100, 200, 300, 50]), np.arange(4, dtype=np.uint64)
    assert shown_quantile(bins, people, keys, 0.5, noise=NOISE, rule=RULE) == 22.0
    assert shown_quantile(bins, people, keys, 0.999, noise=NOISE, rule=RULE) is None
    assert shown_quantile(bins[:1], np.array([8]), keys[:1], 0.5, noise=NOISE, rule=RULE) is None


def test_a_value_of_a_few_people_is_not_counted_as_one():
    people, keys = np.array([3, 9, 400, 500]), np.arange(4, dtype=np.uint64)
    assert shown_different(people, keys, noise=NOISE, rule=RULE) == 2
