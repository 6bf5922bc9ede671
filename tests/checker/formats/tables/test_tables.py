"""Delimited text, Parquet and Arrow: what a table is, and what must not slip in beside it."""

import gzip

import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet as pq

from strongroom.checker.contents.found import FoundTable, FoundText, Limits, ProblemKind
from strongroom.checker.disguises.search_file import read_bytes


def tables(found):
    return [each.table for each in found if isinstance(each, FoundTable)]


def problems(found):
    return {
        each.kind for each in found if not isinstance(each, FoundTable | FoundText) and hasattr(each, "kind")
    }


def read(data, name, **limits):
    return list(read_bytes(data, name, limits=Limits(**limits)))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_found_by_where_lines_agree(delimiter):
    data = "\n".join(delimiter.join(row) for row in (["a", "b"], ["1", "x"], ["2", "y"])).encode()
    [table] = tables(read(data, "t.csv"))
    assert table.to_pydict() == {"a": [1, 2], "b": ["x", "y"]}


def test_a_lone_column_of_ids_is_a_table():
    assert tables(read(b"eid\n1000001\n1000002\n", "ids.csv"))[0].num_rows == 2


def test_aligned_columns_are_not_taken_for_one_column():
    rows = "".join(f" {1000000 + n}   {n}\n" for n in range(6))
    found = read((" eid   n\n" + rows).encode(), "t.assoc")
    assert any(1000003 in column for table in tables(found) for column in table.to_pydict().values())


def test_cells_of_a_lone_column_hide_no_columns_far_down():
    rows = "a\n" + "1\n" * 500 + "".join(f"{1000000 + n} {n}\n" for n in range(6))
    assert len(tables(read(rows.encode(), "t.csv"))) == 2


def test_block_gzip_of_many_members_is_read():
    data = b"".join(gzip.compress(b"1,2\n") for _ in range(2_000))
    assert tables(read(data, "t.csv.gz"))[0].num_rows == 2_000


def test_without_header_no_row_is_lost_to_names():
    [table] = tables(read(b"1000001,2\n1000002,3\n", "t.csv"))
    assert table.column(0).to_pylist() == [1000001, 1000002]


def test_quoted_line_breaks_stay_in_their_cell():
    [table] = tables(read(b'a,b\n"x\ny",1\nz,2\n', "t.csv"))
    assert table.column("a").to_pylist() == ["x\ny", "z"]


def test_types_that_change_late_in_a_large_file_lose_no_row():
    rows = "a,b\n" + "1,2\n" * 1_500_000 + "x,2\n"
    [table] = tables(read(rows.encode(), "t.csv"))
    assert table.num_rows == 1_500_001
    assert table.column("a")[-1].as_py() == "x"


def test_a_ragged_file_is_text_and_its_rectangular_part_a_table():
    found = read(b"Results of the model\n\na,b\n" + b"1,2\n" * 6 + b"\nEnd, of, it, all\n", "t.csv")
    assert any(isinstance(each, FoundText) for each in found)
    assert tables(found)[0].num_rows == 6
    assert not problems(found)


@pytest.mark.parametrize("data", [b"a,b\n1,\x00\n", b"a,b\n1,\xff\xfe\n", b"\xff\xfea\x00,"])
def test_nul_bytes_and_wrong_encodings_are_not_read(data):
    assert problems(read(data, "t.csv")) == {ProblemKind.UNREADABLE}


def test_an_extension_never_overrules_the_content():
    assert ProblemKind.DISAGREEMENT in problems(read(gzip.compress(b"a,b\n1,2\n"), "t.csv"))
    assert ProblemKind.DISAGREEMENT in problems(read(b"cposix\nsystem\n", "model.pkl"))


def parquet(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def arrow(table):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


TABLE = pa.table({"a": [1, 2], "b": pa.array(["x", "y"]).dictionary_encode()})


@pytest.mark.parametrize(("make", "name"), [(parquet, "t.parquet"), (arrow, "t.feather")])
def test_columnar_files_give_plain_columns(make, name):
    found = read(make(TABLE), name)
    assert [each.to_pydict() for each in tables(found)] == [{"a": [1, 2], "b": ["x", "y"]}]
    assert tables(found)[0].schema.field("b").type == pa.string()
    assert not problems(found)


@pytest.mark.parametrize(("make", "name"), [(parquet, "t.parquet"), (arrow, "t.feather")])
def test_metadata_is_judged_as_text(make, name):
    found = read(make(TABLE.replace_schema_metadata({"note": "eid 1000001"})), name)
    assert any(isinstance(each, FoundText) and "1000001" in each.text for each in found)


@pytest.mark.parametrize(("make", "name"), [(parquet, "t.parquet"), (arrow, "t.feather")])
@pytest.mark.parametrize("cut", [1, 20, 60])
def test_truncated_columnar_files_are_problems(make, name, cut):
    data = make(TABLE)
    assert problems(read(data[:-cut], name))


def test_bytes_hidden_between_parquet_pages_and_footer_are_told():
    data = parquet(TABLE)
    footer = int.from_bytes(data[-8:-4], "little") + 8
    hidden = data[:-footer] + b"x" * 5_000 + data[-footer:]
    assert ProblemKind.TRAILING_BYTES in problems(read(hidden, "t.parquet"))


def test_encrypted_parquet_is_told():
    assert ProblemKind.ENCRYPTED in problems(read(b"PARE" + b"x" * 100 + b"PARE", "t.parquet"))


def test_parquet_that_claims_endless_rows_is_stopped_by_the_budget():
    data = parquet(pa.table({"a": pa.array([0] * 100_000, pa.int8())}))
    assert ProblemKind.TOO_LARGE in problems(read(data, "t.parquet", unpacked_bytes=1_000))


def test_gzip_members_are_joined_and_what_follows_is_told():
    data = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")
    found = read(data, "t.csv.gz")
    assert [each.where for each in found] == ["t.csv.gz > t.csv"]
    assert tables(found)[0].num_rows == 2
    assert problems(read(data + b"hidden", "t.csv.gz")) == {ProblemKind.TRAILING_BYTES}


def test_gzip_bombs_truncation_and_comments_are_problems():
    assert problems(read(gzip.compress(b"a" * 50_000_000), "t.csv.gz")) == {ProblemKind.TOO_LARGE}
    assert problems(read(gzip.compress(b"a,b\n1,2\n")[:-9], "t.csv.gz")) == {ProblemKind.UNREADABLE}
    commented = bytearray(gzip.compress(b"a,b\n1,2\n"))
    commented[3] = 16
    commented[10:10] = b"a comment\x00"
    assert problems(read(bytes(commented), "t.csv.gz")) == {ProblemKind.HIDDEN_CONTENT}


def test_the_reader_agrees_with_arrows_own_parser_on_a_plain_file():
    data = b"a,b,c\n1,2.5,x\n2,,y\n"
    expected = arrow_csv.read_csv(pa.py_buffer(data))
    assert tables(read(data, "t.csv"))[0].equals(expected)
