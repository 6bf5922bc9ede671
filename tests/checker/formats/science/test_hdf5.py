"""HDF5: every dataset and attribute, nothing outside the file, nothing between the datasets."""

import io

import h5py
import numpy as np
import pytest
from tests.checker.formats.found import model, problems, read, tables, words

from strongroom.checker.contents.found import FoundModel, Limits, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes


def hdf5(fill, **options):
    sink = io.BytesIO()
    with h5py.File(sink, "w", **options) as file:
        fill(file)
    return sink.getvalue()


def _cells(file):
    """Fill a group as AnnData lays its annotations out."""
    obs = file.create_group("obs")
    obs["age"] = np.arange(100.0)
    obs["name"] = [f"cell {n}" for n in range(100)]
    obs["kind/codes"] = np.array([0, 1] * 50, np.int8)
    obs["kind/categories"] = ["u", "v"]
    file.create_dataset("X", data=np.ones((100, 3)), compression="gzip", shuffle=True)
    file.attrs["title"] = "the title"
    file["X"].attrs["rows"] = np.arange(100)


def test_columns_of_one_length_are_a_table_and_attributes_are_judged():
    found = read(hdf5(_cells), "x.h5ad")
    assert not problems(found)
    assert tables(found)["obs"].slice(0, 2).to_pydict() == {
        "age": [0.0, 1.0],
        "name": ["cell 0", "cell 1"],
        "kind": ["u", "v"],
    }
    assert tables(found)["X"].shape == (100, 3)
    assert tables(found)["attribute rows"].num_rows == 100
    assert "the title" in words(found)


def test_frames_of_pandas_get_their_names_back():
    def fill(file):
        file["df/block0_values"] = np.arange(12.0).reshape(4, 3)
        file["df/block0_items"] = ["a", "b", "c"]

    assert tables(read(hdf5(fill), "x.h5"))["block0_values"].column_names == ["a", "b", "c"]


def test_what_leaves_is_written_anew():
    data = hdf5(_cells, userblock_size=512)
    data = b"eid 1000001" + data[11:]
    found = read(data, "x.h5")
    assert ProblemKind.HIDDEN_CONTENT in problems(found)
    [copy] = rebuild_bytes(data, "x.h5", limits=Limits()).files
    assert b"1000001" not in copy.data
    with h5py.File(io.BytesIO(copy.data)) as file:
        assert file["obs/name"].asstr()[3] == "cell 3"
        assert file["obs/kind/codes"].dtype == np.int8
        assert file.attrs["title"] == "the title"
        assert np.array_equal(file["X"][()], np.ones((100, 3)))


def test_deleted_datasets_do_not_stay_unseen():
    def fill(file):
        file["kept"] = np.arange(10)
        file["deleted"] = np.random.default_rng(1).random(100_000)
        file["last"] = np.arange(10)
        file.flush()
        del file["deleted"]

    assert ProblemKind.HIDDEN_CONTENT in problems(read(hdf5(fill), "x.h5"))


def _external(file):
    file["x"] = h5py.ExternalLink("/etc/passwd", "/x")


def _virtual(file):
    layout = h5py.VirtualLayout((10,), dtype="i4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (10,))
    file.create_virtual_dataset("x", layout)


def _outside(file):
    file.create_dataset("x", (10,), "u1", external=[("/etc/passwd", 0, 10)])


@pytest.mark.parametrize("fill", [_external, _virtual, _outside])
def test_nothing_outside_the_file_is_read(fill):
    data = hdf5(fill)
    assert ProblemKind.UNSAFE_NAME in problems(read(data, "x.h5"))
    with pytest.raises(UnreadableError):
        rebuild_bytes(data, "x.h5", limits=Limits())


def test_claims_that_nothing_backs_are_refused():
    data = hdf5(lambda file: file.create_dataset("x", (10**9, 10), "f8", chunks=(1_000, 10)))
    assert ProblemKind.TOO_LARGE in problems(read(data, "x.h5"))


def test_groups_that_hold_each_other_end():
    def fill(file):
        file["a/b"] = np.arange(6)
        file["a/again"] = file["a"]
        file["a/soft"] = h5py.SoftLink("/a")

    found = read(hdf5(fill), "x.h5")
    assert len(tables(found)) == 1
    assert not problems(found)


def test_networks_are_models():
    def fill(file):
        file.attrs["keras_version"] = "3.0"
        file["layers/dense/vars/0"] = np.ones((4, 2), np.float32)

    found = read(hdf5(fill), "x.weights.h5")
    assert model(found).numbers == 8
    assert not any(isinstance(each, FoundModel) for each in read(hdf5(_cells), "x.h5"))


def test_references_lengths_and_bytes_are_read():
    def fill(file):
        ragged = file.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))
        ragged[0], ragged[1] = [1000001, 2, 3], [4, 5]
        file["reference"] = file["ragged"].ref
        file["bytes"] = np.frombuffer(b"eid\n1000002\n" * 9, np.uint8)
        file["nothing"] = h5py.Empty("f4")
        file["one"] = np.array([(1, b"x")], dtype=[("a", "i4"), ("b", "S3")])

    data = hdf5(fill)
    found = read(data, "x.h5")
    assert tables(found)["ragged"]["f0"].to_pylist() == [1000001, 2, 3, 4, 5]
    assert "1000002" in words(found)
    assert tables(found)["one"].to_pydict() == {"a": [1], "b": ["x"]}
    assert rebuild_bytes(data, "x.h5", limits=Limits()).files


@pytest.mark.parametrize("cut", [100, 2_000, -10])
def test_truncated_files_are_problems(cut):
    assert problems(read(hdf5(_cells)[:cut], "x.h5"))
