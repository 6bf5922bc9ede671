"""A large table is kept as an even sample that nobody can foresee but who has the seed."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.row_sample import AllRows, EvenSample, joined


def fed(gathering, rows, batch=7_000):
    for start in range(0, rows, batch):
        numbers = np.arange(start, min(start + batch, rows))
        gathering.feed(pa.table({"row": numbers, "name": numbers.astype(str)}))
    return gathering.found()


def test_a_small_table_is_kept_whole():
    found = fed(EvenSample("t", seed=1), 19_000)
    assert found.rows is None
    assert found.table.column("row").to_pylist() == list(range(19_000))


@pytest.mark.parametrize("rows", [21_000, 500_000])
def test_a_large_table_is_sampled_evenly(rows):
    found = fed(EvenSample("t", seed=1), rows, batch=33_333)
    kept = found.table.column("row").to_numpy()
    assert found.rows == found.total_rows == rows
    assert 9_000 < len(kept) <= 20_000
    assert found.table.column("name").to_pylist() == [str(row) for row in kept]
    stretch = 2 ** int(np.log2(rows / len(kept)) + 0.5)
    assert np.array_equal(kept // stretch, np.arange(len(kept)))
    assert abs(np.mean(kept % stretch) - (stretch - 1) / 2) < stretch / 20


@settings(max_examples=15)
@given(st.integers(0, 2**64 - 1), st.integers(3_000, 90_000))
def test_the_sample_does_not_depend_on_how_the_rows_were_cut(seed, batch):
    one, other = (fed(EvenSample("t", seed=seed), 90_000, size).table for size in (batch, 90_000))
    assert one.equals(other)


def test_another_seed_draws_other_rows():
    one, other = (fed(EvenSample("t", seed=seed), 400_000, 50_000).table.column("row") for seed in (1, 2))
    assert np.mean(one.to_numpy() == other.to_numpy()) < 0.1


def test_a_wide_table_keeps_fewer_rows():
    sample = EvenSample("t", seed=1)
    for _ in range(10):
        sample.feed(pa.table({f"c{number}": np.zeros(1_000) for number in range(5_000)}))
    assert sample.found().table.num_rows <= 4_000


def test_rows_kept_whole_do_not_follow_the_memory_they_came_in():
    numbers = np.arange(3)
    whole = AllRows("t")
    whole.feed(pa.table({"a": pa.Array.from_buffers(pa.int64(), 3, [None, pa.py_buffer(numbers)])}))
    numbers[:] = 0
    assert whole.found().table.column("a").to_pylist() == [0, 1, 2]


def test_batches_whose_types_widened_are_joined_as_the_widest():
    table = joined([pa.table({"a": pa.nulls(1), "b": [1]}), pa.table({"a": ["x"], "b": [0.5]})])
    assert table.to_pydict() == {"a": [None, "x"], "b": [1.0, 0.5]}
