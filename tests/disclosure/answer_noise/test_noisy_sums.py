"""Sums, means and lines: near the truth for large groups, and changed by more than one person could."""

import numpy as np
import pytest

from strongroom.disclosure.answer_noise import CellNoise, ReleaseRule
from strongroom.disclosure.answer_noise.estimates import _ESTIMATES
from strongroom.disclosure.answer_noise.noisy_bins import noisy_bins, shown_distinct, shown_quantile
from strongroom.disclosure.answer_noise.noisy_sums import shown_numbers
from strongroom.disclosure.answer_noise.release_rule import most_change
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.representation import Statistic

RULE = ReleaseRule(noise=10.0)
NOISE = CellNoise(b"s" * 32)
BMI, OTHER = Bounds(14, 40), Bounds(0, 30)
PEOPLE = 1_000_000


def parts(values, bounds):
    return (np.clip(values, bounds.low, bounds.high) - bounds.middle) / bounds.half


def sums(x, y=None):
    """Return what an engine says of one group."""
    x = parts(x, BMI if y is None else OTHER)
    made = {"n": len(x), "x": x.sum() * UNIT, "xx": (2 * x * x - 1).sum() * UNIT}
    if y is not None:
        y = parts(y, BMI)
        made |= {"y": y.sum() * UNIT, "yy": (2 * y * y - 1).sum() * UNIT, "xy": (x * y).sum() * UNIT}
    return {name: np.array([round(value)]) for name, value in made.items()}


def estimated(statistic, known, bounds=(BMI,), key=7):
    keys = np.array([key], np.uint64)
    return shown_numbers(
        statistic, known, keys, of="bmi", bounds=bounds, noise=NOISE, rule=RULE, deviation=RULE.noise
    )[0]


def shown(statistic, known, bounds=(BMI,), key=7):
    return estimated(statistic, known, bounds, key)[0]


def test_numbers_of_a_large_group_are_near_the_truth():
    draw = np.random.default_rng(1)
    x = np.clip(draw.normal(15, 4, PEOPLE), 1, 29)
    y = 20 + 0.5 * x + draw.normal(0, 1, len(x))
    one = sums(y)
    assert shown(Statistic.MEAN, one) == pytest.approx(y.mean(), abs=0.001)
    assert shown(Statistic.SUM, one) == pytest.approx(y.sum(), rel=1e-4)
    assert shown(Statistic.DEVIATION, one) == pytest.approx(y.std(), rel=1e-3)
    assert shown(Statistic.VARIANCE, one) == pytest.approx(y.var(), rel=1e-3)
    lines, bounds = sums(x, y), (BMI, OTHER)
    slope, intercept = np.polyfit(x, y, 1)
    assert shown(Statistic.SLOPE, lines, bounds) == pytest.approx(slope, abs=1e-2)
    assert shown(Statistic.INTERCEPT, lines, bounds) == pytest.approx(intercept, abs=0.1)
    correlation = np.corrcoef(x, y)[0, 1]
    assert shown(Statistic.CORRELATION, lines, bounds) == pytest.approx(correlation, abs=1e-2)
    assert shown(Statistic.R_SQUARED, lines, bounds) == pytest.approx(correlation**2, abs=1e-2)


@pytest.mark.parametrize(
    "statistic", [each for each in _ESTIMATES if each is not Statistic.R_SQUARED], ids=lambda each: each.value
)
def test_the_standard_deviation_printed_is_that_of_the_noise(statistic):
    draw = np.random.default_rng(3)
    x = np.clip(draw.normal(15, 4, 3_000), 1, 29)
    y = 20 + 0.5 * x + draw.normal(0, 3, len(x))
    two = statistic in (Statistic.CORRELATION, Statistic.SLOPE, Statistic.INTERCEPT)
    known, bounds = (sums(x, y), (BMI, OTHER)) if two else (sums(y), (BMI,))
    found = np.array([estimated(statistic, known, bounds, key) for key in range(1_500)])
    assert np.median(found[:, 1]) == pytest.approx(np.std(found[:, 0]), rel=0.12)


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SUM, Statistic.DEVIATION])
def test_a_few_people_have_no_mean(statistic):
    assert shown(statistic, sums(np.arange(9.0) + 20)) is None


def test_one_persons_value_is_within_the_change():
    values = np.random.default_rng(2).normal(27, 5, 200)
    means = [shown(Statistic.MEAN, sums([*values, 1e6]), key=key) for key in range(400)]
    without = [shown(Statistic.MEAN, sums(values), key=key) for key in range(400)]
    # The same draws: what even the largest value adds is a tenth of their spread, or little more.
    assert 0 < np.mean(means) - np.mean(without) < 0.15 * np.std(means)


def test_not_a_single_result_is_impossible_with_one_person_more():
    """Changes of whole numbers times the bounds would leave a comb, which one person's value shifts."""
    values = np.full(500, 27.0)
    told = {shown(Statistic.SUM, sums(values), key=key) for key in range(400)}
    assert len(told) > 2 * (2 * most_change(RULE.noise) + 1)


def bins_of(people, bounds, deviation=RULE.noise):
    keys = np.arange(len(people), dtype=np.uint64)
    return noisy_bins(people, keys, bounds=bounds, noise=NOISE, deviation=deviation)


def test_a_quantile_lies_where_it_should_however_many_bins_are_empty():
    people = np.zeros(20, np.int64)
    people[9:11] = 50_000
    told, noise = shown_quantile(bins_of(people, Bounds(0, 20)), 0.5, RULE)
    assert told == pytest.approx(10, abs=0.1)
    assert 0 < noise < 0.1
    assert shown_quantile(bins_of(people // 500, Bounds(0, 20)), 0.999, RULE) == (None, None)
    assert shown_quantile(bins_of(people // 50_000, Bounds(0, 1), 1.0), 0.5, RULE) == (None, None)


def test_the_standard_deviation_of_a_quantile_is_that_of_its_noise():
    people = np.random.default_rng(4).poisson(400, 20)
    found = []
    for key in range(800):
        keys = np.arange(20, dtype=np.uint64) + 100 * key
        bins = noisy_bins(people, keys, bounds=Bounds(0, 20), noise=NOISE, deviation=RULE.noise)
        found.append((bins.quantile(0.4), bins.noise_of(0.4)))
    values, noise = np.array(found).T
    assert np.median(noise) == pytest.approx(np.std(values), rel=0.15)


def test_a_value_of_a_few_people_is_not_counted_as_one():
    people, keys = np.array([3, 9, 400, 500]), np.arange(4, dtype=np.uint64)
    assert shown_distinct(people, keys, noise=NOISE, rule=RULE, deviation=RULE.noise) == 2
