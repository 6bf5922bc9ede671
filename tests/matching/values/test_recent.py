"""What was made of a column is made once while it is looked at, and never given to another column."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching.values import recent
from strongroom.matching.values.recent import once


@pytest.fixture(autouse=True)
def nothing_before(monkeypatch):
    monkeypatch.setattr(recent, "_LATELY", recent._Lately())


def counted(column, what="values"):
    made = []
    for _ in range(2):
        once(what, column, lambda: made.append(1) or len(made))
    return len(made)


def test_a_column_is_made_once():
    assert counted(pa.array([1.0, 2.0])) == 1


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pa.array(np.zeros(50_001)), id="long"),
        pytest.param(pa.array([1, 2, 3]).slice(1), id="part of another"),
        pytest.param(pa.array([[1], [2]]), id="nested"),
        pytest.param(pa.array(["a", "b"]).dictionary_encode(), id="dictionary"),
    ],
)
def test_what_its_memory_does_not_tell_is_made_anew(column):
    assert counted(column) == 2


def test_one_memory_read_as_two_types_is_two_columns():
    whole = pa.array([1, 2], pa.int64())
    other = pa.Array.from_buffers(pa.float64(), 2, whole.buffers())
    assert once("values", whole, lambda: "whole") == "whole"
    assert once("values", other, lambda: "other") == "other"


def test_two_things_made_of_one_column_are_two():
    column = pa.array([1.0])
    assert once("values", column, lambda: 1) == 1
    assert once("cells", column, lambda: 2) == 2


def test_what_was_looked_at_longest_ago_is_forgotten():
    columns = [pa.array([float(each)]) for each in range(49)]
    first = once("values", columns[0], lambda: "old")
    for column in columns[1:]:
        once("values", column, lambda: "")
    assert first == "old"
    assert once("values", columns[0], lambda: "new") == "new"
    assert once("values", columns[48], lambda: "never") == ""


def test_memory_that_is_used_again_is_not_taken_for_the_column_before():
    # What is held keeps the column, so its memory cannot become another's.
    for value in range(200):
        assert once("values", pa.array([float(value)] * 8), lambda value=value: value) == value
