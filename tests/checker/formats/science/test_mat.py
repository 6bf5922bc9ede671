"""MATLAB files: every value of both containers, no byte unexplained, no object or function."""

import io
import struct

import h5py
import numpy as np
import pytest
import scipy.io
import scipy.sparse
from tests.checker.formats.found import problems, read, tables, words

from strongroom.checker.contents.found import Limits, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

VALUES = {
    "a": np.arange(6.0).reshape(2, 3),
    "small": np.arange(-3, 3, dtype=np.int16),
    "people": np.array([(1000001, "x"), (1000002, "y")], dtype=[("eid", "O"), ("sex", "O")]),
    "trial": {
        "age": np.array([61, 62, 63]),
        "name": np.array(["u", "v", "w"], object),
        "n": 3,
        "site": "Leeds",
    },
    "mixed": np.array([np.arange(3), "abc", {"inner": np.arange(4)}], dtype=object),
    "sparse": scipy.sparse.csc_matrix(np.array([[0.0, 5.0], [7.0, 0.0]])),
    "z": np.array([[1 + 2j, 3], [4, 5]]),
    "title": "the title",
    "lines": np.array(["ab", "cde"]),
}


def level_5(values=None, **options):
    sink = io.BytesIO()
    scipy.io.savemat(sink, VALUES if values is None else values, **options)
    return sink.getvalue()


def level_73(fill):
    sink = io.BytesIO()
    with h5py.File(sink, "w", userblock_size=512) as file:
        fill(file)
    words = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Sun Nov 22 2026 HDF5 schema 1.00 ."
    data = bytearray(sink.getvalue())
    data[:512] = (words.ljust(124, b" ") + b"\x00\x02IM").ljust(512, b"\x00")
    return bytes(data)


def dataset(at, name, value, kind, **attributes):
    made = at.create_dataset(name, data=value)
    made.attrs["MATLAB_class"] = np.bytes_(kind)
    for key, each in attributes.items():
        made.attrs[key] = each
    return made


def text(at, name, words):
    codes = np.frombuffer(words.encode("utf-16-le"), "<u2").reshape(-1, 1)
    return dataset(at, name, codes, "char", MATLAB_int_decode=np.int32(2))


def _variables(file):
    dataset(file, "a", np.arange(6.0).reshape(2, 3).T, "double")
    text(file, "title", "the title")
    trial = file.create_group("trial")
    trial.attrs["MATLAB_class"] = np.bytes_("struct")
    dataset(trial, "age", np.array([[61.0], [62.0], [63.0]]), "double")
    held = file.create_group("#refs#")
    names = [text(held, f"n{number}", word).ref for number, word in enumerate("uvw")]
    dataset(trial, "name", np.array(names, h5py.ref_dtype).reshape(3, 1), "cell")
    people = file.create_group("people")
    people.attrs["MATLAB_class"] = np.bytes_("struct")
    ids = [dataset(held, f"i{each}", np.array([[float(each)]]), "double").ref for each in (1000001, 1000002)]
    people.create_dataset("eid", data=np.array(ids, h5py.ref_dtype).reshape(2, 1))
    sparse = file.create_group("sparse")
    sparse.attrs["MATLAB_class"], sparse.attrs["MATLAB_sparse"] = np.bytes_("double"), np.uint64(2)
    for name, value in (("data", [7.0, 5.0]), ("ir", [1, 0]), ("jc", [0, 1, 2])):
        sparse.create_dataset(name, data=np.array(value))
    dataset(file, "none", np.array([0, 0], np.uint64), "double", MATLAB_empty=np.uint8(1))


@pytest.mark.parametrize("packed", [True, False])
def test_every_variable_of_level_5_is_found(packed):
    found = read(level_5(do_compression=packed), "x.mat")
    assert not problems(found)
    by_name = tables(found)
    assert by_name["a"].to_pydict() == {"f0": [0.0, 3.0], "f1": [1.0, 4.0], "f2": [2.0, 5.0]}
    assert by_name["small"].to_pydict() == {"small": [-3, -2, -1, 0, 1, 2]}
    assert by_name["sparse"].to_pydict() == {"f0": [0.0, 7.0], "f1": [5.0, 0.0]}
    wheres = {each.where: each.table for each in found if hasattr(each, "table")}
    assert wheres["x.mat > people > columns"].to_pydict() == {"eid": [1000001, 1000002], "sex": ["x", "y"]}
    assert wheres["x.mat > trial > columns"].to_pydict() == {"age": [61, 62, 63], "name": ["u", "v", "w"]}
    assert wheres["x.mat > trial > single values"].to_pydict() == {
        "name": ["n", "site"],
        "value": ["3", "Leeds"],
    }
    assert wheres["x.mat > mixed > 3 > inner"].to_pydict() == {"inner": [0, 1, 2, 3]}
    assert wheres["x.mat > lines"].to_pydict() == {"lines": ["ab", "cde"]}
    assert "the title" in wheres["x.mat > single values"]["value"].to_pylist()
    assert "MATLAB 5.0" in words(found)


def test_numbers_are_those_that_scipy_reads():
    draw = np.random.default_rng(1)
    kinds = ("f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")
    values = {f"v{kind}": draw.integers(0, 100, (5, 4)).astype(kind) for kind in kinds}
    data = level_5(values)
    expected = scipy.io.loadmat(io.BytesIO(data))
    for name, table in tables(read(data, "x.mat")).items():
        assert np.array_equal(np.column_stack([each.to_numpy() for each in table.columns]), expected[name])


def test_every_variable_of_v73_is_found():
    found = read(level_73(_variables), "x.mat")
    assert not problems(found)
    wheres = {each.where: each.table for each in found if hasattr(each, "table")}
    assert wheres["x.mat > a"].to_pydict() == {"f0": [0.0, 3.0], "f1": [1.0, 4.0], "f2": [2.0, 5.0]}
    assert wheres["x.mat > trial > columns"].to_pydict() == {
        "age": [61.0, 62.0, 63.0],
        "name": ["u", "v", "w"],
    }
    assert wheres["x.mat > people > eid"].to_pydict() == {"eid": [1000001.0, 1000002.0]}
    assert wheres["x.mat > sparse"].to_pydict() == {"f0": [0.0, 7.0], "f1": [5.0, 0.0]}
    assert "the title" in wheres["x.mat > single values"]["value"].to_pylist()


@pytest.mark.parametrize("data", [level_5(), level_73(_variables)], ids=["level 5", "v7.3"])
def test_what_leaves_is_csv(data):
    rebuilt = rebuild_bytes(data, "x.mat", limits=Limits())
    assert all(each.name.startswith("x.mat.sheets/") and each.name.endswith(".csv") for each in rebuilt.files)
    assert any(each.data == b"f0,f1,f2\n0,1,2\n3,4,5\n" for each in rebuilt.files)


def _inside(data, extra):
    """Put bytes at the end of the first array's element, as its length allows and SciPy never notices."""
    size = struct.unpack_from("<I", data, 132)[0]
    end = 136 + size
    return data[:132] + struct.pack("<I", size + len(extra)) + data[136:end] + extra + data[end:]


def test_bytes_within_an_array_are_found():
    data = _inside(level_5({"a": np.arange(3.0)}), b"1000001,140,27.5,61\n".ljust(24))
    assert scipy.io.loadmat(io.BytesIO(data))["a"].size == 3  # it sees nothing of them
    assert problems(read(data, "x.mat")) == {ProblemKind.TRAILING_BYTES}


def test_padding_that_holds_something_is_found():
    data = bytearray(level_5({"a": np.arange(3, dtype=np.uint8)}))
    data[-1] = 7
    assert problems(read(bytes(data), "x.mat")) == {ProblemKind.HIDDEN_CONTENT}
    with pytest.raises(UnreadableError):
        rebuild_bytes(bytes(data), "x.mat", limits=Limits())


@pytest.mark.parametrize("kind", [3, 16, 17])
def test_objects_and_functions_are_refused(kind):
    data = bytearray(level_5({"a": np.arange(3.0)}))
    data[144] = kind  # the class in the array's flags
    assert problems(read(bytes(data), "x.mat")) == {ProblemKind.ACTIVE_CONTENT}


def test_a_file_with_a_subsystem_is_refused():
    data = bytearray(level_5())
    data[116:124] = struct.pack("<Q", 4_096)
    assert problems(read(bytes(data), "x.mat")) == {ProblemKind.ACTIVE_CONTENT}


def _handle(file):
    dataset(file, "f", np.array([[1]], np.uint8), "function_handle")


def _object(file):
    dataset(file, "f", np.array([[1]], np.uint32), "table", MATLAB_object_decode=np.int32(3))


def _subsystem(file):
    dataset(file.create_group("#subsystem#"), "MCOS", np.array([[1]], np.uint8), "double")


@pytest.mark.parametrize("fill", [_handle, _object, _subsystem])
def test_objects_and_functions_of_v73_are_refused(fill):
    assert problems(read(level_73(fill), "x.mat")) == {ProblemKind.ACTIVE_CONTENT}


def _unreached(file):
    _variables(file)
    dataset(file["#refs#"], "spare", np.arange(100.0), "double")


def _odd_attribute(file):
    dataset(file, "a", np.arange(3.0), "double", note="1000001")


@pytest.mark.parametrize("fill", [_unreached, _odd_attribute])
def test_what_no_variable_leads_to_is_found(fill):
    assert ProblemKind.HIDDEN_CONTENT in problems(read(level_73(fill), "x.mat"))


def _loop(file):
    made = file.create_dataset("c", (1, 1), h5py.ref_dtype)
    made.attrs["MATLAB_class"] = np.bytes_("cell")
    made[0, 0] = made.ref


def test_cells_that_hold_themselves_end():
    assert problems(read(level_73(_loop), "x.mat")) == {ProblemKind.TOO_DEEP}


@pytest.mark.parametrize("cut", [100, 130, 140, 150, 200])
def test_cut_files_are_damaged(cut):
    assert problems(read(level_5(do_compression=False)[:cut], "x.mat"))


def test_a_sparse_matrix_of_any_size_is_bounded():
    data = level_5({"s": scipy.sparse.csc_matrix(([1.0], ([0], [0])), shape=(1 << 30, 1 << 4))})
    assert problems(read(data, "x.mat")) == {ProblemKind.TOO_LARGE}
