"""Names spelled from values are a table; names that count versions and fields are not."""

from strongroom.checker.formats.text.names_with_values import name_tables


def test_functions_named_after_rows_are_a_table():
    names = [
        "f_54p2_m1_None_27p5",
        "f_61p0_3_2010m05m01_22p1",
        "f_47p9_0_None_30p0",
        "f_70_2_None_19p9",
        "f_38p5_9_None_41p0",
    ]
    code = "import os\n" + "".join(f"def {name}(): pass\n" for name in names)
    [(line, table)] = name_tables(code)
    assert line == 2
    assert table.column(0).to_pylist() == [54.2, 61.0, 47.9, 70.0, 38.5]
    assert table.column(1).to_pylist() == [-1, 3, 0, 2, 9]
    assert table.column(2).to_pylist() == [None, "2010-05-01", None, None, None]


def test_fields_and_versions_are_not():
    code = "".join(f"p20002_i0_a{place} = n_20002_0_{place} + model_v1_2_{place}\n" for place in range(40))
    assert list(name_tables(code)) == []


def test_a_few_names_are_not():
    assert list(name_tables("x_1_2_3_4 = x_1_2_3_5 + x_1_2_3_6")) == []
