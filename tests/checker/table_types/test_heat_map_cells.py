"""Heat maps of summaries pass, those of people one below another do not."""

import numpy as np
import pytest

from strongroom.checker.table_types.heat_map_cells import unordered_cells


def people(draw, rows=10, columns=6):
    return draw.normal(0, 1, (rows, columns))


def rates_by_age_and_year(draw):
    age, year = np.meshgrid(np.linspace(0, 1, 12), np.linspace(0, 1, 15), indexing="ij")
    return np.exp(2 * age) * (1 + 0.2 * year) + draw.normal(0, 0.03, age.shape)


def rates_by_region_and_disease(draw):
    return draw.normal(0, 1, (1, 10)) + draw.normal(0, 0.4, (9, 1)) + draw.normal(0, 0.3, (9, 10))


def correlations(draw):
    return np.corrcoef(draw.normal(0, 1, (14, 40)))


def correlations_from_below(draw):
    return correlations(draw)[::-1]


def confusions(draw):
    counts = draw.poisson(4, (8, 8)).astype(float)
    return counts + np.diag(draw.poisson(90, 8))


@pytest.mark.parametrize("seed", range(5))
def test_people_are_told(seed):
    draw = np.random.default_rng(seed)
    assert unordered_cells(people(draw))
    assert unordered_cells(people(draw, 300, 5))
    assert unordered_cells(people(draw, 10, 10))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "summary",
    [
        rates_by_age_and_year,
        rates_by_region_and_disease,
        correlations,
        correlations_from_below,
        confusions,
    ],
)
def test_summaries_pass(summary, seed):
    assert not unordered_cells(summary(np.random.default_rng(seed)))


def test_what_does_not_vary_is_nobodys():
    assert not unordered_cells(np.zeros((10, 6)))
    assert not unordered_cells(np.zeros((2, 40)))


def test_people_with_empty_and_repeated_columns_are_loose():
    draw = np.random.default_rng(6)
    levels = np.full((10, 6), 90.0)
    levels[:, :2] = draw.uniform(0, 255, (10, 1))
    levels[::3, 4] = draw.uniform(0, 255, 4)
    assert unordered_cells(levels)
