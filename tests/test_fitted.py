"""Fitted numbers state the command, data, commit, date and held-out score of their fit."""

import json
import re
from pathlib import Path

import pytest

import strongroom
from strongroom.errors import StoreError
from strongroom.fitted import read_fitted

SOURCE = Path(strongroom.__file__).parent
ROOT = Path(__file__).resolve().parents[1]
STORED = sorted(
    path for path in SOURCE.rglob("*.json") if '"fitted"' in path.read_text(encoding="utf-8")[:100_000]
)
STATED = {"by": "fit.py", "data": "dots", "commit": "abc", "date": "2026-11-22", "held_out": {"right": 0.9}}


def test_all_fitted_files_are_found():
    assert [path.name for path in STORED] == [
        "calibration.json",
        "digits.json",
        "row_level_model.json",
        "unexplained.json",
    ]


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_the_fit_is_stated(path):
    fitted = read_fitted(path)["fitted"]
    assert (ROOT / fitted["by"].split()[0]).is_file(), "the command is a file of this repository"
    assert re.fullmatch(r"[0-9a-f]{7,40}", fitted["commit"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", fitted["date"])
    assert all(isinstance(value, int | float) for value in fitted["held_out"].values())


@pytest.mark.parametrize("lacking", STATED)
def test_a_file_that_does_not_state_its_fit_is_refused(tmp_path, lacking):
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"fitted": {**STATED, lacking: ""}, "weights": [1]}))
    with pytest.raises(StoreError, match=f'weights.json .* lacks "fitted.{lacking}"'):
        read_fitted(path)


def test_a_file_without_the_object_is_refused(tmp_path):
    path = tmp_path / "weights.json"
    path.write_text('{"weights": [1]}')
    with pytest.raises(StoreError, match='lacks the object "fitted"'):
        read_fitted(path)
    path.write_text(json.dumps({"fitted": STATED, "weights": [1]}))
    assert read_fitted(path)["weights"] == [1]
