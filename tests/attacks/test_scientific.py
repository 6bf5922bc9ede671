"""Rows in the containers of science: T-CHECK-*. Whatever packs them, they are the same rows."""

import io
import os
import pickle  # noqa: TID251 - only written here, to be handed in
import sqlite3

import h5py
import joblib
import numpy as np
import polars as pl
import pyreadstat
import pytest
import rdata
from onnx import helper, numpy_helper
from safetensors.numpy import save_file
from sklearn.neighbors import NearestNeighbors

from strongroom.checker import KnownIds, check
from strongroom.checker.finding import Verdict
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index

MEASURED = ["p21001_i0", "p21002_i0", "p50_i0", "p48_i0", "p49_i0"]


@pytest.fixture(scope="module")
def people(synthetic_source):
    """Forty people's measurements, whole rows in no order, without ids."""
    table = pl.read_parquet(synthetic_source.participants).select(MEASURED).drop_nulls()
    return (
        table.cast(pl.Float64)
        .sample(40, seed=3, shuffle=True)
        .rename(lambda name: f"v{MEASURED.index(name)}")
    )


@pytest.fixture
def judge(cohort_home):
    row = find_cohort("synthetic")
    cohort, index = open_cohort(cohort_home, row), open_index(cohort_home, row)
    known = [KnownIds("the cohort's own ids", cohort.ids())]

    def verdict(path):
        [file] = check([path], cohort=cohort, index=index, known_ids=known).files
        return file

    return verdict


def _sqlite(people, path):
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE t ({', '.join(people.columns)})")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", people.rows())
    connection.commit()
    connection.close()


def _hdf5(people, path):
    with h5py.File(path, "w") as file:
        for name in people.columns:
            file[f"results/{name}"] = people[name].to_numpy()


def _attribute(people, path):
    with h5py.File(path, "w") as file:
        file["figure"] = np.zeros(3)
        file["figure"].attrs["style"] = people.to_numpy()


def _onnx(people, path):
    constant = helper.make_node("Constant", [], ["y"], value=numpy_helper.from_array(people.to_numpy()))
    graph = helper.make_graph([constant], "net", [], [helper.make_tensor_value_info("y", 11, [40, 5])])
    path.write_bytes(helper.make_model(graph).SerializeToString())


def _rds(people, path):
    rdata.write_rds(path, {"table": {name: people[name].to_numpy() for name in people.columns}})


def _bytes_in_an_array(people, path):
    np.save(path, np.frombuffer(people.write_csv().encode(), np.uint8))


def _parquet_in_a_pickle(people, path):
    sink = io.BytesIO()
    people.write_parquet(sink)
    path.write_bytes(pickle.dumps({"cache": sink.getvalue()}))


def _archive(people, path):
    np.savez_compressed(path, a=people.to_numpy())


HANDED_IN = {
    "array.npy": lambda people, path: np.save(path, people.to_numpy()),
    "arrays.npz": _archive,
    "text.npy": _bytes_in_an_array,
    "table.dta": lambda people, path: pyreadstat.write_dta(people, str(path)),
    "table.sav": lambda people, path: pyreadstat.write_sav(people, str(path)),
    "object.rds": _rds,
    "results.h5": _hdf5,
    "figure.h5": _attribute,
    "results.db": _sqlite,
    "rows.pkl": lambda people, path: path.write_bytes(pickle.dumps(people.rows(), 2)),
    "cache.pkl": _parquet_in_a_pickle,
    "array.joblib": lambda people, path: joblib.dump({"weights": people.to_numpy()}, path, compress=3),
    "model.joblib": lambda people, path: joblib.dump(NearestNeighbors().fit(people.to_numpy()), path),
    "net.safetensors": lambda people, path: save_file({"layer.weight": people.to_numpy().copy()}, path),
    "net.onnx": _onnx,
}


@pytest.mark.parametrize("name", list(HANDED_IN))
def test_rows_are_found_in_every_container(name, people, judge, tmp_path):
    HANDED_IN[name](people, tmp_path / name)
    report = judge(tmp_path / name)
    assert report.verdict is Verdict.BLOCK, [each.to_json(detailed=True) for each in report.findings]
    assert "row-match" in {finding.detector for finding in report.findings}


class _Runs:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_checking_a_pickle_runs_nothing(judge, tmp_path):
    harmless = _Runs(f"touch {tmp_path / 'ran'}")
    joblib.dump({"weights": np.arange(9.0), "x": harmless}, tmp_path / "model.joblib")
    np.save(tmp_path / "objects.npy", np.array([harmless], object), allow_pickle=True)
    for name in ("model.joblib", "objects.npy"):
        assert judge(tmp_path / name).verdict is Verdict.BLOCK
    assert not (tmp_path / "ran").exists()
