"""Exact values are recognised under any scale and offset of each column, and only people's are."""

from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.matching import BEYOND_CHANCE, CohortColumns, Index, recognise
from strongroom.matching.disguised.kernels import count_votes, offsets_in
from strongroom.matching.recognition import by_steps
from strongroom.matching.storage.coded_column import code_values
from strongroom.matching.storage.index import ORDINALS, MemoryArrays, profile_of
from strongroom.matching.values.comparable import canonical_values

PEOPLE = 4_000
# What is measured, its mean and SD, and decimals: six to ten bits a value.
MEASURED = {
    "sbp": (138, 19, 0), "weight": (78, 15, 1), "ldl": (3.5, 0.9, 3), "hba1c": (36, 6, 1),
    "urate": (310, 80, 1), "vitamin D": (48, 20, 1), "lung": (2.8, 0.8, 2), "platelets": (250, 60, 1),
}  # fmt: skip


@cache
def drawn(seed):
    """Return people's values as texts, as another cohort of the same kind would have them."""
    draw = np.random.default_rng(seed)
    frail = draw.normal(size=PEOPLE)
    return {
        name: [f"{mean + sd * (0.6 * one + 0.8 * other):.{decimals}f}"
               for one, other in zip(frail, draw.normal(size=PEOPLE), strict=True)]
        for name, (mean, sd, decimals) in MEASURED.items()
    }  # fmt: skip


@pytest.fixture(scope="module")
def cohort():
    arrays, profiles = {ORDINALS: np.arange(PEOPLE)}, {}
    for name, cells in drawn(1).items():
        column = code_values(canonical_values(pa.array(cells)))
        profiles[name] = profile_of(name, column)
        arrays |= {f"{part}:{name}": getattr(column, part) for part in ("distinct", "counts", "codes")}
    index = Index(profiles, MemoryArrays(arrays))
    return CohortColumns(None, index), index


def changed(people, columns, rows, changes):
    """Return people's values times a scale plus an offset, written exactly."""
    table = {}
    for place, (name, (scale, offset)) in enumerate(zip(columns, changes, strict=True)):
        exact = [Decimal(people[name][row]) * scale + offset for row in rows]
        digits = max(0, -min(each.normalize().as_tuple().exponent for each in exact))
        table[f"v{place}"] = [f"{each:.{digits}f}" for each in exact]
    return pa.table(table)


scales = st.builds(
    lambda digits, power, sign: Decimal(sign * digits).scaleb(power),
    st.sampled_from([1, 2, 3, 4, 5, 7, 8, 25]),
    st.integers(-7, 4),
    st.sampled_from([1, 1, 1, -1]),
)
offsets = st.one_of(
    st.just(Decimal(0)),
    st.integers(-400, 400).map(lambda tenths: Decimal(tenths) / 10),
    st.just(Decimal(44_000_000)),
)


@settings(max_examples=25, derandomize=True)
@given(
    st.lists(st.sampled_from(sorted(MEASURED)), min_size=3, max_size=5, unique=True),
    st.lists(st.tuples(scales, offsets), min_size=5, max_size=5),
    st.sampled_from([40, 150]),
)
def test_exact_values_are_recognised_under_any_scale_and_offset(cohort, columns, changes, rows):
    chosen = np.random.default_rng(len(columns)).permutation(PEOPLE)[:rows]
    table = changed(drawn(1), columns, chosen, changes[: len(columns)])
    found = recognise(table, *cohort, (by_steps,), seed=1)
    assert found.chance.log10 <= BEYOND_CHANCE
    assert np.mean(found.pairs.people == chosen[found.pairs.rows]) > 0.95


@settings(max_examples=15, derandomize=True)
@given(
    st.lists(st.sampled_from(sorted(MEASURED)), min_size=3, max_size=5, unique=True),
    st.lists(st.tuples(scales, offsets), min_size=5, max_size=5),
    st.sampled_from([12, 40, 150]),
)
def test_people_of_another_cohort_are_not_recognised(cohort, columns, changes, rows):
    table = changed(drawn(2), columns, np.arange(rows), changes[: len(columns)])
    assert recognise(table, *cohort, (by_steps,), seed=1).chance.log10 > BEYOND_CHANCE / 2


@pytest.mark.parametrize("columns", [["ldl", "urate"], ["sbp", "weight", "ldl"]])
def test_permuted_columns_are_nobodys(cohort, columns):
    people, draw = drawn(1), np.random.default_rng(4)
    mixed = {name: draw.permutation(people[name]) for name in columns}
    table = changed(mixed, columns, range(300), [(Decimal("0.1"), Decimal(2))] * len(columns))
    assert recognise(table, *cohort, (by_steps,), seed=1).chance.log10 == 0


def test_values_off_the_grid_do_not_hide_the_others(cohort):
    table = changed(drawn(1), ["ldl", "weight", "urate"], range(100), [(Decimal("0.2"), Decimal(1))] * 3)
    cells = {name: table.column(name).to_pylist() for name in table.column_names}
    for column in cells.values():
        column[7] = "1.234567"
    found = recognise(pa.table(cells), *cohort, (by_steps,), seed=1)
    assert found.chance.log10 <= BEYOND_CHANCE
    assert len(found.pairs.rows) > 90


def test_curves_and_sequences_are_nobodys(cohort):
    steps = np.arange(200)
    table = pa.table({"x": steps, "y": 300 - steps + steps % 7, "z": (steps * 0.37).round(2)})
    assert recognise(table, *cohort, (by_steps,), seed=1).chance.log10 > BEYOND_CHANCE / 2


def test_votes_are_counted_where_rows_and_people_agree():
    draw = np.random.default_rng(5)
    theirs = draw.integers(0, 500, (2, 300)).astype(np.int32)
    mine = theirs[:, :12] - np.array([[30], [7]], np.int32)
    bounds = np.array([[-600, 600], [-600, 600]])
    most, cell, second = count_votes(mine, theirs, bounds, 1 << 12)
    assert most >= 12 > 2 * second - 12
    assert np.median(offsets_in(mine, theirs, bounds, 1 << 12, cell), axis=0).tolist() == [30, 7]
    assert count_votes(mine, theirs, np.array([[31, 600], [-600, 600]]), 1 << 12)[0] < 12
