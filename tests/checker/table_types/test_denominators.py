"""Of how many values numbers are the means is read off their last digits, and never off others'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.denominators import few_averaged
from strongroom.checker.table_types.typed_table import typed_from_texts


def columns_of(values):
    cells = [[repr(float(each)) for each in column] for column in values.T]
    return typed_from_texts([f"c{place}" for place in range(len(cells))], cells, Origin.TABLE).columns


def people(seed, rows, decimals=(0, 0, 1, 0)):
    draw = np.random.default_rng(seed)
    return np.column_stack([draw.normal(80, 15, rows).round(each) for each in decimals])


def means(values, group):
    return values.reshape(-1, group, values.shape[1]).mean(axis=1).round(3)


@pytest.mark.parametrize("group", [2, 3, 4])
def test_means_of_few_are_found(group):
    found = few_averaged(columns_of(means(people(group, 24 * group), group)), fewer_than=5)
    assert found is not None
    assert found.most == group
    assert found.columns >= 3
    assert found.bits > 60


def test_where_values_are_missing_fewer_were_averaged():
    values = people(1, 120)
    values[np.random.default_rng(2).random(values.shape) < 0.2] = np.nan
    averaged = np.nanmean(values.reshape(-1, 4, 4), axis=1).round(3)
    found = few_averaged(columns_of(averaged[~np.isnan(averaged).any(axis=1)]), fewer_than=5)
    assert found is not None
    assert found.most == 4


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 200), st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_values_with_any_decimals_are_not_means(seed, rows, decimals):
    found = few_averaged(columns_of(people(seed, rows, decimals)), fewer_than=5)
    assert found is None or found.bits < 20


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([7, 11, 13, 17, 19, 23, 29, 37, 51, 70]))
def test_means_of_many_are_not_means_of_few(seed, group):
    found = few_averaged(columns_of(means(people(seed, 30 * group), group)), fewer_than=5)
    assert found is None or found.bits < 20


def test_halves_here_and_there_are_medians():
    draw = np.random.default_rng(5)
    medians = draw.integers(30, 80, (60, 4)) + 0.5 * (draw.random((60, 4)) < 0.12)
    assert few_averaged(columns_of(medians), fewer_than=5) is None


def test_an_even_axis_is_no_mean():
    axes = np.column_stack([np.arange(40) * step for step in (0.25, 0.5, 0.75)])
    assert few_averaged(columns_of(axes), fewer_than=5) is None
