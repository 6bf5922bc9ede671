"""A column handed in alone keeps its gaps, and records keep what is nested in them."""

from tests.checker.formats.found import read, tables


def test_empty_lines_of_a_lone_column_are_missing_cells():
    table = tables(read(b"bmi\n\n23.1\n\n27.4\n25.0\n\n", "bmi.csv"))["bmi.csv"]
    assert table.column(0).to_pylist() == [None, 23.1, None, 27.4, 25.0, None]


def test_of_a_table_with_several_columns_they_are_nothing():
    table = tables(read(b"bmi,sbp\n\n23.1,120\n\n27.4,131\n", "t.csv"))["t.csv"]
    assert table.num_rows == 2


def test_objects_within_records_are_columns():
    data = b'[{"n": 1, "x": {"bmi": 23.1, "more": {"sbp": 120}}}, {"n": 2, "x": {"bmi": 27.4}}]'
    (table,) = tables(read(data, "t.json")).values()
    assert table.to_pylist() == [
        {"n": 1, "x.bmi": 23.1, "x.more.sbp": 120},
        {"n": 2, "x.bmi": 27.4, "x.more.sbp": None},
    ]


def test_no_value_is_lost_where_two_names_become_one():
    (table,) = tables(read(b'[{"x.bmi": 1, "x": {"bmi": 2}}]', "t.json")).values()
    assert sorted(table.to_pylist()[0].values()) == [1, 2]


def test_lists_of_one_length_in_an_object_are_columns_beside_other_values():
    data = b'{"auc": 0.7, "fpr": [0, 0.2, 0.5, 0.8, 1], "tpr": [0, 0.6, 0.8, 0.9, 1]}'
    (table,) = tables(read(data, "t.json")).values()
    assert table.column_names == ["fpr", "tpr"]
    assert table.num_rows == 5


def test_lists_of_several_lengths_stay_apart():
    data = b'{"n": 5, "a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 5, 6]}'
    assert [table.num_rows for table in tables(read(data, "t.json")).values()] == [5, 6]


def test_words_above_numbers_name_the_columns_of_a_page_s_table():
    rows = "<tr><th></th><th>mean</th><th>mean</th></tr><tr><th>a</th><td>1.5</td><td>2</td></tr>"
    page = f"<html><table>{rows}</table></html>".encode()
    (table,) = [each for where, each in tables(read(page, "t.html")).items() if where.endswith("table 1")]
    assert table.to_pylist() == [{"f0": "a", "mean": 1.5, "mean f2": 2}]
