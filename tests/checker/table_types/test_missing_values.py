"""Missing values here and there are people's; blocks, tails and joined curves are results'."""

import numpy as np
import pytest

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.missing_values import has_scattered_gaps
from strongroom.checker.table_types.typed_table import typed_from_texts
from strongroom.checker.table_types.unlabelled_rows import are_unlabelled

ROWS = 40


def view(columns):
    cells = [["" if np.isnan(cell) else f"{cell:.6g}" for cell in column] for column in columns]
    return typed_from_texts([f"v{place}" for place, _ in enumerate(cells)], cells, Origin.TABLE)


def lacking(columns):
    return has_scattered_gaps(list(view(columns).columns))


def measured(columns=4):
    return list(np.random.default_rng(2).normal(50, 9, (columns, ROWS)))


def without(column, rows):
    column = column.copy()
    column[rows] = np.nan
    return column


def test_values_of_people_are_missing_here_and_there():
    draw = np.random.default_rng(1)
    assert lacking([without(column, draw.random(ROWS) < 0.3) for column in measured()])


@pytest.mark.parametrize(
    "rows", [slice(0, 0), slice(0, 9), slice(30, 40), slice(12, 25)], ids=["none", "head", "tail", "block"]
)
def test_results_lack_blocks_and_tails(rows):
    assert not lacking([without(column, rows) for column in measured()])


def test_estimates_that_failed_lack_all_their_columns():
    failed = np.random.default_rng(1).random(ROWS) < 0.3
    assert not lacking([without(column, failed) for column in measured()])


def test_curves_joined_by_their_times_lack_the_times_of_each_other():
    arm = np.random.default_rng(1).random(ROWS) < 0.5
    falling = np.linspace(1, 0.4, ROWS)
    assert not lacking([without(falling, arm), without(falling**2, ~arm)])


def test_an_order_by_one_column_excuses_no_people():
    draw = np.random.default_rng(7)
    people = [without(column, draw.random(ROWS) < 0.3) for column in measured()]
    axis = np.sort(draw.lognormal(3, 0.4, ROWS))
    assert are_unlabelled(view([axis, *people]))
    assert not are_unlabelled(view([axis, *measured()]))
    assert not are_unlabelled(view([np.linspace(0, 1, ROWS), *people]))
