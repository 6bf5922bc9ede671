"""A file's tables are examined together, and with one row for each participant."""

import polars as pl
import pyarrow as pa

from strongroom.tracer.table_forms import joined_tables, other_forms


def test_tables_with_the_same_columns_are_one():
    small = [pa.table({"n": ["a", "b"], "v": [place, place + 1]}) for place in range(3)]
    other = pa.table({"w": [1.0]})
    joined = joined_tables([small[0], other, *small[1:]])
    assert [table.column_names for table in joined] == [["n", "v"], ["w"]]
    assert joined[0].column("v").to_pylist() == [0, 1, 1, 2, 2, 3]


def test_columns_of_several_types_are_joined_as_text_and_nested_cells_are_missing():
    parts = [pa.table({"v": [1, 2]}), pa.table({"v": ["x"]}), pa.table({"v": [[1, 2]]})]
    (joined,) = joined_tables(parts)
    assert joined.column("v").to_pylist() == ["1", "2", "x", None]


def test_a_melted_table_is_also_read_with_a_row_a_participant():
    wide = pl.DataFrame(
        {"who": range(20), "a": [n * 1.5 for n in range(20)], "b": [n + 0.25 for n in range(20)]}
    )
    long = wide.unpivot(index="who").sample(fraction=1.0, shuffle=True, seed=1).to_arrow()
    forms = list(other_forms([long]))
    assert any(set(form.column_names) == {"a", "b"} and form.num_rows == 20 for form in forms)


def test_a_table_with_a_row_a_participant_is_not_read_as_transposed():
    table = pa.table({f"c{number}": [float(n * number) for n in range(30)] for number in range(9)})
    assert list(other_forms([table])) == []
