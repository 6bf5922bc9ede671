"""Estimates of population uniqueness: known truth, limits that must hold, and several that differ."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import ndtr

from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.population import Frequencies, estimate_uniqueness
from strongroom.risk.population.copula import correlations
from strongroom.risk.population.gamma_poisson import gamma_poisson
from strongroom.risk.population.pitman import pitman
from strongroom.risk.population.zayatz import zayatz


def columns_of(scores, shares):
    return [
        CodedColumn.of(f"c{at}", pa.array(np.searchsorted(np.cumsum(share)[:-1], ndtr(scores[:, at]))))
        for at, share in enumerate(shares)
    ]


@pytest.fixture(scope="module")
def population():
    """200,000 people of five columns that go together, a tenth of them sampled, and what is true of them."""
    draw, people = np.random.default_rng(11), 200_000
    scores = 0.8 * draw.normal(size=(people, 5)) + 0.6 * draw.normal(size=(people, 1))
    shares = [np.full(2, 1 / 2), np.full(35, 1 / 35), np.full(12, 1 / 12), np.full(22, 1 / 22)]
    few = 1 / np.arange(1, 11)
    columns = columns_of(scores, [*shares, few / few.sum()])
    of, sizes = classes_of(columns, people)
    chosen = draw.choice(people, people // 10, replace=False)
    sample = [CodedColumn(each.name, each.codes[chosen], each.levels) for each in columns]
    own, counts = classes_of(sample, len(chosen))
    alone = counts[own] == 1
    return sample, counts, people, (sizes[of[chosen]][alone] == 1).mean()


def test_the_copula_finds_the_truth_of_a_population_it_describes(population):
    sample, counts, people, truth = population
    found = {
        each.model[:6]: each for each in estimate_uniqueness(sample, counts, people, np.random.default_rng(2))
    }
    assert len(found) == 4
    assert found["Gaussi"].share == pytest.approx(truth, abs=0.03)
    assert all(0 <= each.low <= each.share <= each.high <= 1 for each in found.values())
    # The models suppose different things; that they differ by far is what the report shows.
    assert max(each.share for each in found.values()) > 1.5 * min(each.share for each in found.values())


def test_gamma_poisson_and_pitman_find_the_truth_of_their_own_populations():
    draw = np.random.default_rng(4)
    population = draw.poisson(draw.gamma(0.5, 4.0, 200_000))
    sample = draw.binomial(population, 0.2)
    truth = ((population == 1) & (sample == 1)).sum() / (sample == 1).sum()
    assert gamma_poisson(Frequencies.of(sample), int(population.sum())) == pytest.approx(truth, abs=0.02)
    classes = _seated(draw, 30_000, alpha=0.6, theta=50.0)
    chosen = classes[draw.permutation(len(classes))[:3_000]]
    counts, everybody = np.bincount(chosen), np.bincount(classes)
    alone = counts[chosen] == 1
    truth = (everybody[chosen][alone] == 1).mean()
    assert pitman(Frequencies.of(counts), 30_000) == pytest.approx(truth, abs=0.05)


def _seated(draw, people, *, alpha, theta):
    """Seat people by the Chinese restaurant process, whose partitions follow Pitman's formula."""
    classes, sizes = [0], [1]
    while len(classes) < people:
        number = len(classes)
        if draw.random() * (number + theta) < theta + alpha * len(sizes):
            classes.append(len(sizes))
            sizes.append(1)
            continue
        # The class of somebody seated before, refused as often as each class gives up an alpha.
        copied = classes[draw.integers(number)]
        while draw.random() < alpha / sizes[copied]:
            copied = classes[draw.integers(number)]
        classes.append(copied)
        sizes[copied] += 1
    return np.array(classes)


def test_zayatz_is_the_hypergeometric_by_hand():
    # Classes of one and of two, three of each, half the population of 18 sampled.
    seen = Frequencies(np.array([1, 2]), np.array([3, 3]))
    one = 9 / 18
    two = 2 * 9 * 9 / (18 * 17)
    assert zayatz(seen, 18) == pytest.approx(one / (one + two))


def test_a_sample_of_nearly_all_is_nearly_sure():
    seen = Frequencies(np.array([1, 2, 3]), np.array([500, 300, 200]))
    for model in (zayatz, gamma_poisson, pitman):
        assert model(seen, seen.people + 1) > 0.95, model


def test_nothing_is_estimated_where_there_is_nothing_to_estimate():
    draw = np.random.default_rng(0)
    column = [CodedColumn.of("c", pa.array([1, 1, 2]))]
    assert estimate_uniqueness(column, np.array([2, 1]), 3, draw) == []
    assert estimate_uniqueness(column, np.array([2, 2]), 30, draw) == []


def test_correlations_survive_being_cut_into_levels():
    draw = np.random.default_rng(8)
    first = draw.normal(size=(50_000, 1))
    scores = np.hstack([first, 0.5 * first + np.sqrt(0.75) * draw.normal(size=(50_000, 1))])
    found = correlations(columns_of(scores, [np.full(3, 1 / 3), np.full(20, 1 / 20)]))
    assert found[0, 1] == pytest.approx(0.5, abs=0.03)
