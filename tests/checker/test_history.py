"""What is kept of a request is small, comparable with later requests, and comes back as it was."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.history import from_bytes, kept_tables, sampled_places, to_bytes
from strongroom.errors import StoreError


def test_columns_that_left_one_by_one_stand_side_by_side_again():
    people = pa.table({"a": np.arange(50_000), "b": np.arange(50_000) * 2})
    one, other = (kept_tables([FoundTable("t", people.select([name]))], key=bytes(32))[0] for name in "ab")
    assert np.array_equal(one.table.column(0).to_numpy() * 2, other.table.column(0).to_numpy())
    assert one.table.num_rows == 2_000
    assert one.total_rows == 50_000


def test_only_tables_are_kept_and_wide_ones_are_cut():
    wide = pa.table({f"c{number}": [1] for number in range(400)})
    kept = kept_tables([FoundText("prose", "words"), FoundTable("wide", wide)], key=bytes(32))
    assert [found.table.num_columns for found in kept] == [256]


def test_it_comes_back_as_it_was():
    tables = (FoundTable("a > b", pa.table({"x": [1, None], "y": ["u", "v"]}), rows=7),)
    back = from_bytes(to_bytes(tables))
    assert back[0].where == "a > b"
    assert back[0].total_rows == 7
    assert back[0].table.equals(tables[0].table)


@pytest.mark.parametrize("blob", [b"", b"x" * 40, to_bytes(())[:-1]])
def test_anything_else_is_an_error(blob):
    with pytest.raises(StoreError):
        from_bytes(blob)


@given(st.integers(0, 10_000), st.integers(1, 500), st.integers(0, 2**63))
def test_sampled_places_are_in_order_inside_and_the_same_each_time(total, most, seed):
    places = sampled_places(total, most, seed=seed)
    assert np.all(np.diff(places) > 0)
    assert len(places) == min(total, most) or (total > most and 0 < len(places) <= most)
    assert np.all((places >= 0) & (places < total))
    assert np.array_equal(places, sampled_places(total, most, seed=seed))
