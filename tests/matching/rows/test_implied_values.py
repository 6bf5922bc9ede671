"""Single people's values are computed from the statistics that give them away."""

import numpy as np
import pyarrow as pa

from strongroom.matching.rows.implied_values import implied_values
from strongroom.matching.values.comparable_table import ComparableTable

DRAW = np.random.default_rng(3)


def implied(**columns):
    """Return the implied tables by how they were made."""
    return {each.how: each.table for each in implied_values(ComparableTable(pa.table(columns)))}


def test_totals_and_means_of_groups_that_grow_by_one_give_each_person():
    pressure, lipid = DRAW.integers(90, 190, 40), DRAW.normal(3.5, 0.9, 40).round(3)
    counts = np.arange(1, 41)
    order = DRAW.permutation(40)
    found = implied(
        total=np.cumsum(pressure)[order],
        mean=(np.cumsum(lipid) / counts)[order].round(8),
        n=counts[order],
    )["differences by n"]
    assert np.array_equal(found["total (totals)"].to_numpy(), pressure[1:])
    assert np.allclose(found["mean (means)"].to_numpy(), lipid[1:], atol=1e-6)


def test_mean_and_spread_of_two_give_both():
    people = DRAW.normal([170, 30], [9, 5], (20, 2, 2)).round(1)
    means, spreads = people.mean(axis=1), people.std(axis=1, ddof=1)
    found = implied(
        n=np.full(20, 2),
        height=means[:, 0],
        sd=spreads[:, 0].round(5),
        fat=means[:, 1],
        sd_2=spreads[:, 1].round(5),
    )["means of two and SDs, 1 to the right"]
    rows = set(zip(*(found[name].to_numpy().round(1).tolist() for name in ("height", "fat")), strict=True))
    assert {tuple(person) for pair in people.tolist() for person in pair} <= rows


def test_tables_without_such_counts_imply_nothing():
    assert implied(n=DRAW.integers(20, 900, 30), mean=DRAW.normal(size=30), sd=np.ones(30)) == {}
    assert implied(a=[1, 2, 3], b=[4, 5, 6]) == {}
