"""Whether a column is sorted says something only where chance would not sort it."""

import numpy as np
import pytest
from strongroom.checker.table_types.unlabelled_rows import are_unlabelled

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.row_order import classifies, sorted_by_chance
from strongroom.checker.table_types.typed_table import typed_from_texts


def view(columns):
    cells = [[f"{cell:.6g}" for cell in column] for column in columns]
    return typed_from_texts([f"v{place}" for place, _ in enumerate(cells)], cells, Origin.TABLE)


@pytest.mark.parametrize(
    ("values", "expected"), [([0, 1] + [1] * 8, 0.2), ([0] * 5 + [1] * 5, 2 / 252), ([1, 2, 3, 4], 2 / 24)]
)
def test_orderings_are_counted(values, expected):
    assert sorted_by_chance(view([values]).columns[0]) == pytest.approx(expected)


def test_one_odd_value_at_the_top_is_no_order():
    draw = np.random.default_rng(4)
    columns = [draw.normal(0, 1, 10) for _ in range(6)]
    assert are_unlabelled(view([*columns, [-2.8, *[0.3] * 9]]))


def test_an_axis_is_one():
    draw = np.random.default_rng(4)
    columns = [draw.normal(0, 1, 16) for _ in range(6)]
    assert not are_unlabelled(view([*columns, np.sort(draw.normal(0, 1, 16))]))
    assert not are_unlabelled(view([*columns, [0.5] * 8 + [1.5] * 8]))


@pytest.mark.parametrize(
    "cells",
    [
        ["E11", "E11.9", "I21", "I21-I25"],
        ["<40", "40-49", "50-59", "60+"],
        ["2019-20", "2020-21", "2021Q1"],
        ["S1", "S2", "S3"],
    ],
    ids=["ICD-10", "bands", "periods", "numbered groups"],
)
def test_codes_of_groups_classify(cells):
    assert classifies(typed_from_texts(["v"], [cells], Origin.TABLE).columns[0])


@pytest.mark.parametrize(
    "cells",
    [
        ["A4821", "A0193", "A7754"],
        ["P00017", "P00912", "P00003"],
        [f"P{each:03d}" for each in range(1, 200)],
        ["male", "female"],
    ],
    ids=["assigned", "unordered numbers", "as many as people", "words"],
)
def test_assigned_ids_and_words_do_not(cells):
    assert not classifies(typed_from_texts(["v"], [cells], Origin.TABLE).columns[0])
