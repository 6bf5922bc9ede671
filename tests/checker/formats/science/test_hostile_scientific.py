"""Scientific files with bytes changed, cut or doubled: reading them ends, and never raises."""

import io
import sqlite3
from contextlib import suppress

import h5py
import joblib
import numpy as np
import pandas as pd
import pyreadstat
import pytest
import rdata
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper
from safetensors.numpy import save
from tests.checker.formats.models.test_model_files import torch

from strongroom.checker.contents.found import FoundProblem, Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

LIMITS = Limits(unpacked_bytes=20_000_000, members=50)
FRAME = pd.DataFrame({"a": [1.5, 2.5, None] * 4, "b": ["x", "y", "z"] * 4})


def _by_path(folder, name):
    path = folder / name
    {
        ".dta": pyreadstat.write_dta,
        ".sav": pyreadstat.write_sav,
        ".xpt": pyreadstat.write_xport,
        ".por": pyreadstat.write_por,
        ".rds": lambda frame, to: rdata.write_rds(to, {"a": frame["a"].to_numpy()}, compression=None),
        ".rda": lambda frame, to: rdata.write_rda(to, {"a": frame["a"].to_numpy()}, file_format="ascii"),
    }[path.suffix](FRAME, str(path))
    return path.read_bytes()


def _hdf5():
    sink = io.BytesIO()
    with h5py.File(sink, "w") as file:
        file["g/x"] = np.arange(20.0)
        file.create_dataset("y", data=np.ones((30, 3)), compression="gzip")
        file["s"] = ["a", "b"]
        file.attrs["note"] = "hello"
    return sink.getvalue()


def _sqlite():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER, b TEXT)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(n, "x" * 30) for n in range(300)])
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def _onnx():
    graph = helper.make_graph([], "net", [], [], [numpy_helper.from_array(np.ones((3, 4)), "w")])
    return helper.make_model(graph).SerializeToString()


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """Return valid files of every kind, small, by name."""
    folder = tmp_path_factory.mktemp("valid")
    arrays, packed, pickled = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(arrays, np.arange(20.0).reshape(5, 4))
    np.savez(packed, a=np.arange(5), b=np.ones(3))
    joblib.dump({"frame": FRAME, "array": np.arange(9.0), "objects": np.array(["a", None], object)}, pickled)
    found = {name: _by_path(folder, name) for name in ("x.dta", "x.sav", "x.xpt", "x.por", "x.rds", "x.rda")}
    return found | {
        "x.npy": arrays.getvalue(),
        "x.npz": packed.getvalue(),
        "x.joblib": pickled.getvalue(),
        "x.h5": _hdf5(),
        "x.db": _sqlite(),
        "x.onnx": _onnx(),
        "x.pt": torch(np.ones((3, 4), np.float32)),
        "x.safetensors": save({"a": np.ones((3, 4))}),
    }


NAMES = ["dta", "sav", "xpt", "por", "rds", "rda", "npy", "npz"]
NAMES += ["joblib", "h5", "db", "onnx", "pt", "safetensors"]
CHANGES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6)


def _changed(data, changes, cut, doubled):
    changed = bytearray(data)
    for place, value in changes:
        changed[int(place * len(changed))] = value
    start = int(doubled * len(changed))
    changed = changed[: int(cut * len(changed))] if cut < 1 else changed
    return bytes(changed + changed[start : start + 40] if doubled else changed)


@pytest.mark.parametrize("ending", NAMES)
@settings(max_examples=40)
@given(changes=CHANGES, cut=st.just(1.0) | st.floats(0, 1), doubled=st.just(0.0) | st.floats(0, 0.999))
def test_damaged_files_never_raise(valid, ending, changes, cut, doubled):
    data = _changed(valid[f"x.{ending}"], changes, cut, doubled)
    found = list(read_bytes(data, f"x.{ending}", limits=LIMITS))
    assert found or not data or data == valid[f"x.{ending}"]
    with suppress(UnreadableError):
        rebuild_bytes(data, f"x.{ending}", limits=LIMITS)


@pytest.mark.parametrize("ending", NAMES)
def test_whole_files_are_read_without_a_problem(valid, ending):
    found = list(read_bytes(valid[f"x.{ending}"], f"x.{ending}"))
    assert found
    assert not [each for each in found if isinstance(each, FoundProblem)]


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_random_opcodes_end(rest):
    assert list(read_bytes(b"\x80\x04" + rest, "x.pkl", limits=LIMITS))
