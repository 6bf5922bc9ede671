"""Stata, SAS and SPSS: cells, labels and notes; what leaves is the cells."""

import datetime as dt
import struct

import pandas as pd
import pyreadstat
import pytest
from tests.checker.formats.found import problems, read, tables, words

from strongroom.checker.contents.found import Limits, ProblemKind
from strongroom.checker.formats.registry import rebuild_bytes

WRITERS = {
    "x.dta": pyreadstat.write_dta,
    "x.sav": pyreadstat.write_sav,
    "x.zsav": lambda frame, path: pyreadstat.write_sav(frame, path, compress=True),
    "x.xpt": pyreadstat.write_xport,
    "x.por": pyreadstat.write_por,
}
FRAME = pd.DataFrame({"A": [1.5, 2.0, None], "B": ["x", "y", "z"], "D": [dt.date(2020, 1, 2)] * 3})


def written(folder, name, **options):
    WRITERS[name](FRAME, str(folder / name), **options)
    return (folder / name).read_bytes()


@pytest.mark.parametrize("name", list(WRITERS))
def test_cells_are_read_and_leave_as_csv(tmp_path, name):
    data = written(tmp_path, name)
    found = read(data, name)
    assert tables(found)[name].to_pydict() == {
        "A": [1.5, 2.0, None],
        "B": ["x", "y", "z"],
        "D": [dt.date(2020, 1, 2)] * 3,
    }
    assert not problems(found)
    [copy] = rebuild_bytes(data, name, limits=Limits()).files
    assert copy.name == f"{name}.csv"
    assert copy.data == b"A,B,D\n1.5,x,2020-01-02\n2,y,2020-01-02\n,z,2020-01-02\n"


def test_labels_and_notes_are_judged_and_stay_behind(tmp_path):
    labels = {"A": {float(n): f"person {n}" for n in range(8)}}
    data = written(
        tmp_path, "x.sav", note="the note", column_labels={"A": "the label"}, variable_value_labels=labels
    )
    found = read(data, "x.sav")
    assert "the note" in words(found)
    assert "the label" in words(found)
    assert tables(found)["labels labels0"]["label"].to_pylist() == [f"person {n}" for n in range(8)]
    [copy] = rebuild_bytes(data, "x.sav", limits=Limits()).files
    assert b"person" not in copy.data


def with_characteristic(data, text):
    """Return a Stata file (format 118 or later) with one more note, its map of places moved accordingly."""
    content = bytes(2 * 129) + text
    note = b"<ch>" + struct.pack("<I", len(content)) + content + b"</ch>"
    at = data.index(b"<characteristics>") + len(b"<characteristics>")
    start = data.index(b"<map>") + len(b"<map>")
    places = struct.unpack_from("<14Q", data, start)
    moved = struct.pack("<14Q", *(place + len(note) * (place > at) for place in places))
    data = data[:start] + moved + data[start + len(moved) :]
    return data[:at] + note + data[at:]


def test_what_stata_notes_about_its_columns_is_judged(tmp_path):
    found = read(with_characteristic(written(tmp_path, "x.dta"), b"eid 1000001"), "x.dta")
    assert not problems(found)
    assert "1000001" in words(found)


def test_kinds_of_missing_do_not_turn_numbers_into_text(tmp_path):
    frame = pd.DataFrame({"a": [1.0, 2.0, "a", "b"]})
    pyreadstat.write_dta(frame, str(tmp_path / "x.dta"), missing_user_values={"a": ["a", "b"]})
    [table] = tables(read((tmp_path / "x.dta").read_bytes(), "x.dta")).values()
    assert table.to_pydict() == {"a": [1.0, 2.0, None, None], "a (missing)": [None, None, "a", "b"]}


@pytest.mark.parametrize("name", list(WRITERS))
def test_truncated_files_are_never_read_in_silence(tmp_path, name):
    data = written(tmp_path, name)
    whole = tables(read(data, name))[name].num_rows
    for cut in (len(data) // 3, len(data) // 2):
        found = read(data[:cut], name)
        assert problems(found) or tables(found)[name].num_rows < whole


def test_bytes_nobody_explains_are_told(tmp_path):
    assert ProblemKind.HIDDEN_CONTENT in problems(read(written(tmp_path, "x.sav") + bytes(600_000), "x.sav"))
    assert ProblemKind.TRAILING_BYTES in problems(read(written(tmp_path, "x.dta") + b"more", "x.dta"))


def test_a_statistical_file_under_another_name_is_told(tmp_path):
    assert ProblemKind.DISAGREEMENT in problems(read(written(tmp_path, "x.dta"), "x.csv"))
