"""A table's columns are read once for all who share the table, and never for another table."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching.values import comparable_table
from strongroom.matching.values.cells import LIMITS as READING
from strongroom.matching.values.cells import column_cells, columns_cells
from strongroom.matching.values.comparable import canonical_values
from strongroom.matching.values.comparable_table import ComparableTable

COLUMNS = {
    "number": pa.array([1.5, None, 3.25]),
    "text": pa.array(["27.40", "2010-03-01", "I10"]),
    "day": pa.array(["2010-03-01", "2011-04-02", None]),
    "coded": pa.array(["a", "b", "a"]).dictionary_encode(),
    "coded number": pa.array([1, 2, 1]).dictionary_encode(),
    "list": pa.array([[1], [2], [3]]),
}


def same(first, second):
    return all(
        np.array_equal(getattr(first, each), getattr(second, each), equal_nan=True) for each in vars(first)
    )


@pytest.mark.parametrize("place", range(len(COLUMNS)), ids=list(COLUMNS))
def test_columns_are_read_as_they_are_by_themselves(place):
    table = ComparableTable(pa.table(COLUMNS))
    column = table.column(place)
    values, expected = table.values(place), canonical_values(column)
    assert values is expected or (
        values.kind is expected.kind and np.array_equal(values.keys, expected.keys, True)
    )
    assert same(table.cells(place), column_cells(column))
    assert table.values(place) is values
    assert table.cells(place) is table.cells(place)


def test_a_table_of_many_columns_is_read_together_once():
    wide = pa.table({f"v{place}": [1.0, place] for place in range(READING.read_singly + 1)})
    table = ComparableTable(wide)
    assert all(map(same, table.all_cells(), columns_cells(wide.columns)))
    assert table.all_cells() is table.all_cells()


def test_of_a_large_table_nothing_is_kept(monkeypatch):
    limits = type(comparable_table.LIMITS)(most_kept_cells=17)
    monkeypatch.setattr(comparable_table, "LIMITS", limits)
    table = ComparableTable(pa.table(COLUMNS))
    assert table.values(0) is not table.values(0)
    assert table.cells(0) is not table.cells(0)


def test_all_rows_of_a_table_are_the_table_and_fewer_are_another():
    table = ComparableTable(pa.table(COLUMNS))
    assert table.part(0, 3) is table
    assert ComparableTable.of(table) is table
    assert table.part(1, 2).values(0).keys[1] == 3.25
    assert table.part(0, 2).table.num_rows == 2


def test_one_table_never_gets_what_was_read_of_another():
    for value in range(200):
        column = pa.array([float(value)] * 8)
        assert ComparableTable(pa.table({"v": column})).values(0).keys[0] == value
