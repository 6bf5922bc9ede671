"""Pickles are walked, never loaded: every array, table and word is seen, every program told."""

import datetime as dt
import io
import os
import pickle  # noqa: TID251 - only written here, to be read by the walk
import zipfile
import zlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.cluster import BisectingKMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import OneHotEncoder, SplineTransformer
from tests.checker.formats.found import model, problems, read, tables, words

from strongroom.checker.contents.found import FoundTable, Limits, Origin, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

PROTOCOLS = [2, 3, 4, 5]


def dumped(value, **options):
    """Return a value as joblib writes it."""
    sink = io.BytesIO()
    joblib.dump(value, sink, **options)
    return sink.getvalue()


def all_cells(found):
    """Return every cell of every table."""
    return [
        cell
        for each in found
        if isinstance(each, FoundTable)
        for column in each.table.columns
        for cell in column.to_pylist()
    ]


@given(
    arrays.arrays(
        arrays.floating_dtypes(sizes=(32, 64)) | arrays.integer_dtypes(), arrays.array_shapes(max_dims=2)
    ),
    st.sampled_from(PROTOCOLS),
)
def test_every_array_is_made_from_its_bytes(array, protocol):
    # Numbers whose bytes are letters are a disguise, and said to be one.
    letters = array.tobytes().decode("utf-8", errors="replace").translate({9: " ", 10: " ", 13: " "})
    assume("\ufffd" in letters or not letters.isprintable())
    for data in (pickle.dumps(array, protocol), dumped(array), dumped(np.asfortranarray(array), compress=3)):
        found = read(data, "x.pkl")
        assert not problems(found)
        [table] = [each.table for each in found if isinstance(each, FoundTable)]
        shown = np.column_stack([np.asarray(column) for column in table.columns])
        assert np.array_equal(
            shown.astype(array.dtype), array.reshape(len(array), -1), equal_nan=array.dtype.kind == "f"
        )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_plain_records_rows_and_lists_are_tables(protocol):
    value = {
        "records": [{"eid": 1000001 + n, "x": n / 2} for n in range(9)],
        "rows": [(n, str(n)) for n in range(9)],
        "ids": list(range(1_000_000, 1_000_009)),
        "deep": {"deeper": {"note": "eid 1000077", "when": dt.date(2020, 1, 2)}},
    }
    found = read(pickle.dumps(value, protocol), "x.pkl")
    assert tables(found)["records"]["eid"].to_pylist()[8] == 1_000_009
    assert tables(found)["rows"].shape == (9, 2)
    assert 1_000_003 in tables(found)["ids"]["f0"].to_pylist()
    assert "eid 1000077" in words(found)


@pytest.mark.parametrize("write", [pickle.dumps, dumped])
def test_data_frames_are_put_together_again(write):
    frame = pd.DataFrame(
        {
            "eid": [1000001, 1000002, 1000003],
            "x": [1.5, 2.5, 3.5],
            "s": ["a", "b", "c"],
            "d": pd.to_datetime(["2020-01-02"] * 3),
            "c": pd.Categorical(["u", "v", "u"]),
        }
    )
    found = read(write(frame), "x.pkl")
    assert not problems(found)
    [table] = [
        each.table for each in found if isinstance(each, FoundTable) and "eid" in each.table.column_names
    ]
    assert table.to_pylist()[1] == {
        "eid": 1000002,
        "x": 2.5,
        "s": "b",
        "d": dt.datetime.fromisoformat("2020-01-02"),
        "c": "v",
    }


def test_models_keep_what_they_keep():
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(40, 3))
    fitted = KNeighborsClassifier(algorithm="brute").fit(rows, np.arange(40) % 2)
    for data in (
        pickle.dumps(fitted),
        dumped(fitted),
        dumped(fitted, compress=("xz", 1)),
        dumped(fitted, compress=("bz2", 1)),
    ):
        found = read(data, "x.pkl")
        kept = tables(found)["_fit_X"]
        assert np.array_equal(np.column_stack([np.asarray(column) for column in kept.columns]), rows)
        assert "sklearn.neighbors._classification.KNeighborsClassifier" in model(found).classes
        assert all(
            each.origin is Origin.MODEL
            for each in found
            if isinstance(each, FoundTable) and "_fit" in each.where
        )


def test_categories_and_leaves_are_seen():
    encoder = OneHotEncoder().fit(np.array([[f"person {n}"] for n in range(30)], object))
    assert "person 7" in all_cells(read(dumped(encoder), "x.joblib"))
    forest = RandomForestClassifier(2, random_state=1).fit(np.arange(40.0).reshape(20, 2), np.arange(20) % 2)
    found = read(dumped(forest), "x.joblib")
    assert any("n_node_samples" in each.table.column_names for each in found if isinstance(each, FoundTable))


@pytest.mark.parametrize("model", [SelectKBest(k=2), BisectingKMeans(2), SplineTransformer()])
def test_functions_that_models_only_name_are_no_programs(model):
    draw = np.random.default_rng(1)
    fitted = model.fit(draw.normal(size=(40, 3)), np.arange(40) % 2)
    assert not problems(read(dumped(fitted), "x.joblib"))


class Calls:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@pytest.mark.parametrize(
    "function", [os.system, eval, getattr, open, __import__, np.load, np.fromfile, joblib.load, pd.read_csv]
)
def test_programs_are_told_and_never_run(function, tmp_path):
    data = pickle.dumps(Calls(function, f"touch {tmp_path}/ran"))
    for name, content in (("x.pkl", data), ("x.joblib", zlib.compress(data)), ("x.bin", data)):
        assert ProblemKind.ACTIVE_CONTENT in problems(read(content, name))
    assert not list(tmp_path.iterdir())


def test_a_program_behind_data_or_another_pickle_is_told():
    bad = pickle.dumps(Calls(os.system, "true"))
    assert ProblemKind.ACTIVE_CONTENT in problems(
        read(pickle.dumps([1, 2, Calls(os.system, "true")]), "x.pkl")
    )
    assert ProblemKind.ACTIVE_CONTENT in problems(read(pickle.dumps([1]) + bad, "x.pkl"))
    objects = np.array([Calls(os.system, "true")], object)
    assert ProblemKind.ACTIVE_CONTENT in problems(read(dumped(objects), "x.pkl"))


def test_a_computed_name_or_call_is_told():
    computed = b"\x80\x04(\x8c\x02os\x8c\x06systemt\x8c\x01x\x93."
    called = b"\x80\x04\x8c\x02os)R."
    for data in (computed, called):
        assert problems(read(data, "x.pkl")) == {ProblemKind.ACTIVE_CONTENT}


@pytest.mark.parametrize("wrong", ["extension", "checksum"])
def test_scanners_known_blind_spots_are_none_here(wrong):
    """What other scanners let pass: another ending of the name, a broken checksum in the archive."""
    bad = pickle.dumps(Calls(os.system, "true"))
    if wrong == "extension":
        for name in ("model.bin", "model.txt", "model", "model.pt", "model.npy", "model.7z"):
            assert problems(read(bad, name)) & {ProblemKind.ACTIVE_CONTENT}
        return
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("m/data.pkl", bad)
        archive.writestr("m/version", "3")
    data = bytearray(sink.getvalue())
    for at in (data.find(b"PK\x03\x04") + 14, data.find(b"PK\x01\x02") + 16):
        data[at] ^= 0xFF
    assert problems(read(bytes(data), "m.pt"))


def test_no_pickle_is_made_anew():
    for value in ([1, 2], np.arange(3), Calls(os.system, "true")):
        with pytest.raises(UnreadableError):
            rebuild_bytes(pickle.dumps(value), "x.pkl", limits=Limits())


def test_cycles_depth_and_doubling_end():
    cycle: list = []
    cycle.append(cycle)
    assert not problems(read(pickle.dumps(cycle), "x.pkl"))
    deep = b"\x80\x04" + b"]" * 40_000 + b"a" * 39_999 + b"."
    assert read(deep, "x.pkl")
    doubled = (
        b"\x80\x04K\x01\x94"
        + b"".join(b"h" + bytes([n]) + b"h" + bytes([n]) + b"\x86\x94" for n in range(100))
        + b"."
    )
    assert read(doubled, "x.pkl")


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04.",
        b"\x80\x04K\x01",
        b"\x80\x040.",
        b"\x80\x04K\x01b.",
        b"\x80\x04h\x05.",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x04K\x01K\x02s.",
        b"\x80\x04\x82\x01.",
        b"\x80\x05\x97.",
        b"\x80\x02Px\n.",
        b"\x80\x04N)R.",
    ],
)
def test_nonsense_is_refused(data):
    assert problems(read(data, "x.pkl"))


def test_arrays_that_lie_about_their_size_are_refused():
    data = pickle.dumps(np.arange(1_000), 2)
    assert problems(read(data.replace(b"M\xe8\x03", b"M\xff\xff"), "x.pkl")) == {ProblemKind.UNREADABLE}
    data = dumped(np.arange(1_000.0))
    assert problems(read(data.replace(b"M\xe8\x03", b"J\xff\xff\xff\x7f", 1), "x.pkl"))
    assert problems(read(data[:-100], "x.pkl"))
    assert ProblemKind.TRAILING_BYTES in problems(read(data + b"more", "x.pkl"))


def test_compressed_bombs_are_stopped():
    bomb = zlib.compress(b"\x80\x04" + bytes(50_000_000))
    assert problems(read(bomb, "x.joblib")) == {ProblemKind.TOO_LARGE}


def test_bytes_in_a_pickle_are_opened():
    table = b"eid,x\n" + b"1000001,2\n" * 20
    assert "1000001" in words(read(pickle.dumps({"cache": table}), "x.pkl"))
    nested = pickle.dumps({"inner": pickle.dumps({"eid": list(range(1_000_000, 1_000_050))})})
    assert 1_000_049 in all_cells(read(nested, "x.pkl"))


def test_a_walk_never_imports_what_it_reads(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "sklearn_evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert problems(read(b"\x80\x02csklearn_evil\nThing\n.", "x.pkl")) == {ProblemKind.ACTIVE_CONTENT}
    assert not Path(tmp_path / "ran").exists()
