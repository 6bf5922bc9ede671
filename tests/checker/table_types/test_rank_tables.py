"""Ranks of people are told from axes, from named rankings and from what is evenly spaced by design."""

import numpy as np
import pytest

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.rank_tables import ranks_of_rows
from strongroom.checker.table_types.typed_table import typed_from_texts

PEOPLE = 10


def view(columns):
    texts = {
        name: [cell if isinstance(cell, str) else "" if np.isnan(cell) else f"{cell:.6g}" for cell in cells]
        for name, cells in columns.items()
    }
    return typed_from_texts(list(texts), list(texts.values()), Origin.TABLE)


def ranks(columns=4, people=PEOPLE, step=1.0):
    draw = np.random.default_rng(3)
    return {f"v{place}": draw.permutation(people) * step for place in range(columns)}


@pytest.mark.parametrize("step", [1, 10, 100 / 9, 1 / 9])
def test_ranks_and_quantiles_are_told(step):
    assert ranks_of_rows(view(ranks(step=step)))


def test_rows_in_the_order_of_one_column_keep_their_ranks():
    table = ranks()
    order = np.argsort(table["v0"])
    assert ranks_of_rows(
        view({name: cells[order] for name, cells in table.items()} | {"sex": ["m", "f"] * 5})
    )


def test_ties_and_missing_values_are_allowed():
    table = ranks(5)
    table["v1"][table["v1"] == 4] = 5
    table["v2"][table["v2"] == 9] = np.nan
    table["v3"][np.isin(table["v3"], [6, 7])] = 6.5
    del table["v4"]
    assert ranks_of_rows(view(table))


def test_people_who_are_measured_are_not_ranked():
    draw = np.random.default_rng(5)
    assert not ranks_of_rows(view({f"v{place}": draw.normal(50, 9, 12).round() for place in range(6)}))
    assert not ranks_of_rows(view({f"v{place}": draw.random(12) for place in range(6)}))


def test_a_ranking_of_named_methods_is_a_result():
    names = ["lasso", "ridge", "forest", "boosting", "trees", "spline", "kernel", "bayes", "nearest", "mean"]
    assert not ranks_of_rows(view({"method": names} | ranks()))


def test_a_ranking_of_years_is_a_result():
    years = {"year": np.arange(2001.0, 2001 + PEOPLE)}
    assert not ranks_of_rows(view(years | ranks()))


def test_axes_and_what_falls_as_they_rise_are_no_ranks():
    up = np.arange(10.0)
    assert not ranks_of_rows(view({"a": up, "b": up[::-1], "c": up, "d": up[::-1]}))


def test_two_columns_of_ranks_are_too_few():
    assert not ranks_of_rows(view(ranks(2)))


def test_columns_on_scales_of_their_own_are_no_ranks_among_the_same():
    table = ranks(3)
    assert not ranks_of_rows(
        view({name: 100 * n + 3 * cells for n, (name, cells) in enumerate(table.items())})
    )
