"""Numbers in base 36 are read as whole columns, with the point where it was."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from strongroom.matching.values.base36 import from_base_36


def spelled(numbers, thousand=1_000):
    return pa.array(
        [None if each is None else np.base_repr(round(each * thousand), 36).lower() for each in numbers]
    )


def test_the_point_goes_back_where_it_was():
    table = pa.table({"a": spelled([56.0, 64, 39, None, 54]), "b": spelled([2.678, 3.1, 4.125, 27.5, 1.004])})
    read = from_base_36(table)
    assert read.column("a").to_pylist() == [56, 64, 39, None, 54]
    assert read.column("b").to_pylist() == [2.678, 3.1, 4.125, 27.5, 1.004]


def test_words_and_plain_numbers_are_left_alone():
    words = pa.table({"a": ["male", "female", "male"], "b": ["north", "south", "west"]})
    assert from_base_36(words) is None
    assert from_base_36(pa.table({"a": ["12", "13", "14"], "b": ["5", "6", "7"]})) is None


def test_one_column_of_codes_is_not_enough():
    assert from_base_36(pa.table({"code": ["f32", "i21", "k50"], "n": [120, 300, 44]})) is None


@given(st.lists(st.lists(st.text("0-9az -.", max_size=12), min_size=4, max_size=4), min_size=1, max_size=4))
def test_nothing_breaks_it(columns):
    table = pa.Table.from_arrays(
        [pa.array(each, pa.string()) for each in columns], [str(n) for n, _ in enumerate(columns)]
    )
    read = from_base_36(table)
    assert read is None or read.num_rows == 4
