"""The three spellings of a column mean one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.cohort.dictionary import ColumnName

_names = st.builds(ColumnName, st.integers(1, 9_999_999), st.integers(0, 99), st.integers(0, 9_999))


@given(_names)
def test_every_spelling_is_read_back_as_the_same_name(name):
    assert {ColumnName.parse(text) for text in (name.rap, name.showcase, name.r)} == {name}
    assert ColumnName.parse(name.rap.upper()) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("21001-0.0", ColumnName(21001)),
        ("f.21001.2.0", ColumnName(21001, 2)),
        ("p21001_i2", ColumnName(21001, 2)),
        ("p6138_i0_a1", ColumnName(6138, 0, 1)),
        ("p6138_i0_a0", ColumnName(6138)),
        ("p31", ColumnName(31)),
        ("p22009_a3", ColumnName(22009, 0, 3)),
    ],
)
def test_spellings_that_researchers_meet(text, name):
    assert ColumnName.parse(text) == name


@pytest.mark.parametrize(
    "text", ["", "eid", "p", "p21001_", "21001", "21001-0", "f.1.2", "px31", "p31 ", "p\u0663\u0661"]
)
def test_other_names_are_no_columns_of_fields(text):
    assert ColumnName.parse(text) is None


def test_the_first_place_of_an_array_has_no_suffix():
    assert [ColumnName(6138, 1, place).rap for place in (0, 1)] == ["p6138_i1", "p6138_i1_a1"]
