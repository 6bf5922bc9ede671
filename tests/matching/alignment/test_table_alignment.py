"""Tables are aligned from their values alone: no names, ids or order."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching import by_cells, recognise
from strongroom.matching.alignment.subject import comparable
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.tracer.recognition import is_ours

BOUND = 1e-9


def table_of(values):
    names = [f"v{number}" for number in range(values.shape[1])]
    return pa.table([pa.array(each, from_pandas=True) for each in values.T], names=names)


def aligned(marked, values):
    return recognise(table_of(values), marked.held, marked.index, [by_cells(marked.reaches)], seed=3)


def complete(marked, count):
    every = np.column_stack([marked.of(name) for name in marked.names])
    fewest = np.argsort(np.isnan(every).sum(axis=1), kind="stable")[:count]
    return np.random.default_rng(12).permutation(fewest)


@pytest.mark.parametrize("rows", [6, 12, 60])
def test_a_few_marked_rows_are_known(marked, rows):
    people = complete(marked, rows)
    found = aligned(marked, marked.copy(people, marked.names))
    assert {each.file_column: each.cohort_column for each in found.columns} == {
        f"v{number}": name for number, name in enumerate(marked.names)
    }
    sure = found.surest
    assert np.array_equal(sure.people, people[sure.rows])
    assert len(sure.rows) >= 0.8 * rows
    assert is_ours(found, BOUND)


def test_noise_leaves_the_right_people_likeliest(marked):
    people = complete(marked, 300)
    values = marked.copy(people, marked.names)
    values += np.random.default_rng(13).normal(0, 0.1 * np.nanstd(values, axis=0), values.shape)
    found = aligned(marked, values)
    sure = found.surest
    assert len(sure.rows) > 200
    assert np.mean(sure.people == people[sure.rows]) > 0.97


def test_missing_values_and_strange_rows_do_not_hide_the_others(marked):
    people = complete(marked, 80)
    values = marked.copy(people, marked.names)
    values[np.random.default_rng(14).random(values.shape) < 0.15] = np.nan
    draw = np.random.default_rng(15)
    strange = np.column_stack([draw.permutation(column)[:40] for column in values.T])
    found = aligned(marked, np.vstack([values, strange]))
    sure = found.surest
    ours = sure.rows < 80
    assert ours.sum() > 60
    assert np.array_equal(sure.people[ours], people[sure.rows[ours]])
    assert np.count_nonzero(~ours) <= 2


def test_a_few_true_rows_among_invented_ones_are_known(marked):
    people = complete(marked, 60)
    values = marked.copy(people, marked.names)
    draw = np.random.default_rng(17)
    # Invented with the columns' own correlations: likelier people than rows drawn column by column.
    every = np.column_stack([marked.of(name) for name in marked.names])
    every = every[np.isfinite(every).all(axis=1)]
    invented = draw.multivariate_normal(every.mean(axis=0), np.cov(every.T), 540).round(2)
    found = aligned(marked, np.vstack([invented, values]))
    sure = found.surest
    ours = sure.rows >= 540
    assert ours.sum() > 45
    assert np.array_equal(sure.people[ours], people[sure.rows[ours] - 540])
    assert np.count_nonzero(~ours) <= 10


def test_rows_are_known_by_what_stayed_of_them(marked):
    people = complete(marked, 400)
    values = marked.copy(people, marked.names)
    draw = np.random.default_rng(18)
    again = np.nanmean(values, axis=0) + draw.normal(0, np.nanstd(values, axis=0), values.shape)
    gone = draw.random(values.shape) < 0.6
    found = aligned(marked, np.where(gone, again.round(2), values))
    sure = found.surest
    assert is_ours(found, BOUND)
    assert len(sure.rows) > 200
    assert np.mean(sure.people == people[sure.rows]) > 0.95
    assert np.median([each.replaced for each in found.columns]) >= 0.35


def test_rows_that_stand_five_times_are_known(marked):
    people = np.repeat(complete(marked, 60), 5)
    values = marked.copy(people[::5], marked.names).repeat(5, axis=0)
    found = aligned(marked, values)
    assert np.array_equal(found.surest.people, people[found.surest.rows])
    assert found.matched >= 45


def test_columns_shuffled_by_themselves_are_nobodys(marked):
    values = marked.copy(complete(marked, 300), marked.names)
    draw = np.random.default_rng(16)
    mixed = np.column_stack([draw.permutation(column) for column in values.T])
    found = aligned(marked, mixed)
    assert not is_ours(found, BOUND)


def test_a_table_of_nothing_is_nobodys(marked):
    for table in (table_of(np.full((5, 2), np.nan)), pa.table({})):
        found = recognise(table, marked.held, marked.index, [by_cells(marked.reaches)], seed=1)
        assert len(found.pairs.rows) == found.matched == 0


def test_columns_of_one_name_are_told_apart():
    table = pa.table([pa.array([1.0, 2.0]), pa.array([3.0, 4.0])], names=["a", "a"])
    assert list(comparable(ComparableTable(table))) == ["a (1)", "a (2)"]
