"""Changes make columns coarser: they never tell more, and say why they cannot be made."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import UsageError
from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.recoding import Change, changed, read_changes


def values(column):
    return [None if code == len(column.levels) else column.levels[code].as_py() for code in column.codes]


def test_changes_are_read_as_they_are_written():
    assert read_changes("drop:p53|coarsen:p34:5 | shift:hesin_diag.epistart:30") == [
        Change("drop", "p53"),
        Change("coarsen", "p34", 5.0),
        Change("shift", "hesin_diag.epistart", 30.0),
    ]
    assert read_changes("") == []


@pytest.mark.parametrize(
    "text", ["blur:p34", "coarsen:p34", "coarsen:p34:none", "shift:p53:0", "top:p34:nan", "drop"]
)
def test_what_is_no_change_is_refused(text):
    with pytest.raises(UsageError):
        read_changes(text)


def test_a_change_leaves_one_zero():
    after = changed(CodedColumn.of("y", pa.array([-0.4, 0.4, -3.0])), Change("bottom", "y", -0.0))
    assert len(after.levels) == 2
    assert values(changed(CodedColumn.of("y", pa.array([-0.0, 0.0])), Change("coarsen", "y", 5))) == [0, 0]


def test_each_change_does_what_it_says():
    years = CodedColumn.of("y", pa.array([1934, 1936, None, 1971]))
    assert values(changed(years, Change("coarsen", "y", 5))) == [1930, 1935, None, 1970]
    assert values(changed(years, Change("top", "y", 1940))) == [1934, 1936, None, 1940]
    assert values(changed(years, Change("bottom", "y", 1936))) == [1936, 1936, None, 1971]
    assert changed(years, Change("drop", "y")) is None
    days = CodedColumn.of("d", pa.array([date(2020, 2, 29), date(2020, 2, 1), None]))
    assert values(changed(days, Change("month", "d"))) == [date(2020, 2, 1), date(2020, 2, 1), None]
    assert values(changed(days, Change("year", "d")))[0] == date(2020, 1, 1)
    codes = CodedColumn.of("k", pa.array(["I210", "I219", "E11"]))
    assert values(changed(codes, Change("coarsen", "k", 3))) == ["I21", "I21", "E11"]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30), st.integers(0, 60))
def test_whoever_was_alike_stays_alike(days, shift):
    column = CodedColumn.of("d", pa.array(days, pa.int32()).cast(pa.date32()))
    coarser = changed(column, Change("shift", "d", float(shift)))
    before, _ = classes_of([column], len(days))
    after, _ = classes_of([coarser, column], len(days))
    assert len(set(after)) == len(set(before))
    assert len(coarser.levels) <= len(column.levels)


def test_what_a_column_cannot_be_is_refused():
    with pytest.raises(UsageError):
        changed(CodedColumn.of("s", pa.array(["a"])), Change("top", "s", 3))
    with pytest.raises(UsageError):
        changed(CodedColumn.of("s", pa.array([1])), Change("month", "s"))
