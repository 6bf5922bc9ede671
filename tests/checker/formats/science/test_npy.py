"""NumPy arrays: every value, nothing after them, nothing that is not there, and never a pickle loaded."""

import io
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays
from tests.checker.formats.found import problems, read, tables, words

from strongroom.checker.contents.found import FoundOpaque, FoundTable, Limits, Origin, ProblemKind
from strongroom.checker.formats.registry import rebuild_bytes


def npy(array, **options):
    sink = io.BytesIO()
    np.save(sink, array, **options)
    return sink.getvalue()


def npz(**members):
    sink = io.BytesIO()
    np.savez_compressed(sink, **members)
    return sink.getvalue()


def test_a_matrix_is_a_table_of_its_columns():
    [found] = read(npy(np.arange(6.0).reshape(3, 2)), "x.npy")
    assert found.origin is Origin.ARRAY
    assert found.table.to_pydict() == {"f0": [0.0, 2.0, 4.0], "f1": [1.0, 3.0, 5.0]}


@given(
    arrays.arrays(
        arrays.integer_dtypes() | arrays.floating_dtypes(), arrays.array_shapes(max_dims=3, max_side=6)
    )
)
def test_every_value_is_in_the_table_and_in_the_copy(array):
    [table] = tables(read(npy(array), "x.npy")).values()
    expected = array.reshape(len(array), -1)
    shown = np.column_stack([np.asarray(column) for column in table.columns])
    assert np.array_equal(shown.astype(array.dtype), expected, equal_nan=array.dtype.kind == "f")
    [copy] = rebuild_bytes(npy(array), "x.npy", limits=Limits()).files
    assert np.array_equal(np.load(io.BytesIO(copy.data)), array, equal_nan=array.dtype.kind == "f")


def test_order_bytes_and_fields_are_understood():
    array = np.array([(1, 2.5, "a"), (2, 3.5, "b")], dtype=[("i", ">i4"), ("f", ">f8"), ("s", "U4")])
    [table] = tables(read(npy(array), "x.npy")).values()
    assert table.to_pydict() == {"i": [1, 2], "f": [2.5, 3.5], "s": ["a", "b"]}
    [table] = tables(read(npy(np.asfortranarray([[1, 2], [3, 4]])), "x.npy")).values()
    assert table.to_pydict() == {"f0": [1, 3], "f1": [2, 4]}


def test_far_wider_than_long_is_turned():
    [table] = tables(read(npy(np.zeros((2, 5_000), np.int8)), "x.npy")).values()
    assert table.shape == (5_000, 2)


def test_an_archive_holds_arrays_and_leaves_as_arrays():
    data = npz(a=np.arange(3), b=np.array(["x", "y"]))
    assert {name: table["f0"].to_pylist() for name, table in tables(read(data, "x.npz")).items()} == {
        "a.npy": [0, 1, 2],
        "b.npy": ["x", "y"],
    }
    [copy] = rebuild_bytes(data, "x.npz", limits=Limits()).files
    assert np.load(io.BytesIO(copy.data))["b"].tolist() == ["x", "y"]


def test_an_archive_of_anything_else_is_not_what_its_name_says():
    sink = io.BytesIO(npz(a=np.arange(3)))
    with zipfile.ZipFile(sink, "a") as archive:
        archive.writestr("note.txt", "hello")
    assert ProblemKind.DISAGREEMENT in problems(read(sink.getvalue(), "x.npz"))


def test_objects_are_walked_and_never_loaded():
    found = read(npy(np.array([{"eid": 1000001}, "x"], object), allow_pickle=True), "x.npy")
    assert "eid" in words(found)


def test_bytes_that_are_a_text_are_judged_as_one():
    hidden = np.frombuffer(b"eid,a\n1000001,2\n" * 10, np.uint8)
    assert "1000001" in words(read(npy(hidden), "x.npy"))
    assert ProblemKind.HIDDEN_CONTENT in problems(read(npy(hidden.view(np.float64)), "x.npy"))


def test_bytes_that_are_a_file_are_judged_as_one():
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, pa.schema([("eid", pa.int64())])) as writer:
        writer.write_table(pa.table({"eid": [1000001]}))
    found = read(npy(np.frombuffer(sink.getvalue(), np.uint8)), "x.npy")
    assert any(isinstance(each, FoundTable) and each.table.column_names == ["eid"] for each in found)
    assert ProblemKind.HIDDEN_CONTENT in problems(found)


def test_bytes_without_meaning_are_opaque():
    array = np.array([b"\x00\xff" * 50], dtype="V100")
    assert any(isinstance(each, FoundOpaque) and each.size == 100 for each in read(npy(array), "x.npy"))


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (13421772800,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (True,)}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': 'V0', 'fortran_order': False, 'shape': (99999999999,)}",
        "{'descr': '<f8', 'shape': (1,)}",
        "__import__('os').system('true')",
        "(" * 3_000,
    ],
)
def test_headers_that_lie_are_refused(text):
    assert problems(read(header(text) + bytes(8), "x.npy")) & {ProblemKind.UNREADABLE, ProblemKind.TOO_LARGE}


def test_what_follows_the_array_is_told():
    assert problems(read(npy(np.arange(3)) + b"more", "x.npy")) == {ProblemKind.TRAILING_BYTES}
    assert problems(read(npy(np.arange(3))[:-1], "x.npy")) == {ProblemKind.UNREADABLE}
    assert problems(read(npy(np.zeros(1_000)), "x.npy", unpacked_bytes=100)) == {ProblemKind.TOO_LARGE}
