"""Whatever a value is written as, it is compared as what it is."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.matching.values.comparable import ValueKind, canonical_values, round_to


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1.5, 27.43, None]),
        pa.array([1.5, 27.43, None], pa.float32()),
        pa.array([Decimal("1.50"), Decimal("27.43"), None]),
        pa.array(["1.50", "+27.43", "NA"]),
        pa.array([" 1.5", "2.743e1", ""]),
        pa.array(["1.5", "27.43", None]).dictionary_encode(),
        pa.chunked_array([["1.5"], ["27.43", "nan"]]),
    ],
)
def test_one_number_has_one_form(column):
    values = canonical_values(column)
    assert values.kind is ValueKind.NUMBER
    assert values.decimals == 2
    assert values.keys[:2].tolist() == [1.5, 27.43]
    assert np.isnan(values.keys[2])


@pytest.mark.parametrize(
    "column",
    [
        pa.array([date(2010, 3, 1), None]),
        pa.array(["2010-03-01", None]),
        pa.array(["01/03/2010", ""]),
        pa.array(["01.03.2010", "NA"]),
    ],
)
def test_one_date_has_one_form(column):
    values = canonical_values(column)
    assert values.kind is ValueKind.DATE
    assert values.keys[0] == 14_669
    assert np.isnan(values.keys[1])


def test_a_heading_taken_for_a_row_does_not_make_a_short_column_text():
    values = canonical_values(pa.array(["score", "1.5", "2.25", "7"]))
    assert values.kind is ValueKind.NUMBER
    assert np.isnan(values.keys[0])
    assert values.keys[1:].tolist() == [1.5, 2.25, 7.0]
    assert canonical_values(pa.array(["a", "b", "7"])).kind is ValueKind.TEXT


def test_text_is_equal_whatever_its_case():
    values = canonical_values(pa.array(["I10", "i10", "E11", None]))
    assert values.kind is ValueKind.TEXT
    assert values.keys[0] == values.keys[1] != values.keys[2]
    assert np.isnan(values.keys[3])


@pytest.mark.parametrize("column", [pa.array([[1], [2]]), pa.array([b"x"]), pa.array([{"a": 1}])])
def test_what_holds_no_single_values_is_left_out(column):
    assert canonical_values(column) is None


@pytest.mark.parametrize(
    "column", [pa.array([], pa.string()), pa.array([None, None], pa.string()), pa.nulls(2)]
)
def test_empty_columns_are_harmless(column):
    values = canonical_values(column)
    assert values is None or np.isnan(values.keys).all()


@given(number=st.decimals(-(10**6), 10**6, places=3), written=st.integers(3, 6))
def test_a_number_is_equal_to_itself_written_with_more_decimals(number, written):
    """A file may say 27.430 where the cohort says 27.43; both must be one key, bit for bit."""
    assert round_to(np.array([float(number)]), 3)[0] == round_to(np.array([float(number)]), written)[0]


@given(st.lists(st.text(max_size=12) | st.none(), max_size=20))
def test_any_text_can_be_read(words):
    values = canonical_values(pa.array(words, pa.string()))
    assert len(values.keys) == len(words)
