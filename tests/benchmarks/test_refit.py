"""One command fits again what was fitted, scores it, and writes only when it is asked to."""

import csv
import hashlib
import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest

from benchmarks import refit
from benchmarks.exfiltration import _fit_digits, _fit_unexplained
from strongroom.fitted import read_fitted

FONTS = Path(mpl.get_data_path(), "fonts", "ttf")
SIZES = (14, 24)


@pytest.fixture(autouse=True)
def targets(tmp_path, monkeypatch):
    """Copies of the stored fits, so that nothing is written into the package."""
    copies = {name: tmp_path / fit.target.name for name, fit in refit.FITS.items()}
    for name, fit in refit.FITS.items():
        shutil.copy(fit.target, copies[name])
        monkeypatch.setitem(refit.FITS, name, replace(fit, target=copies[name]))
    return copies


@pytest.fixture
def few_glyphs(monkeypatch):
    """Two fonts at two sizes, one of them held out."""
    names = ("DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf")
    monkeypatch.setattr(_fit_digits, "fonts", lambda folder: [str(folder / name) for name in names])
    fits = {each: getattr(_fit_digits, each) for each in ("fit", "check")}
    for name, function in fits.items():
        monkeypatch.setattr(
            _fit_digits, name, lambda folder, function=function: function(folder, sizes=SIZES)
        )


@pytest.fixture
def data(tmp_path):
    """Tables of people and of results, as the shared data folder has them."""
    folder, draw = tmp_path / "data", np.random.default_rng(3)
    (folder / "tables").mkdir(parents=True)
    rows = []
    for place in range(6):
        people = {f"measure{each}": draw.normal(50, 9, 60).round(2) for each in range(6)}
        sex = {"sex": draw.choice(["f", "m"], 60, p=[0.7, 0.3])}
        rows.append((f"people{place}.csv", "rowlevel", pl.DataFrame(people | sex)))
        steps = np.arange(40)
        curves = {name: (steps * scale).tolist() for name, scale in (("a", 1), ("b", 2), ("c", place + 3))}
        rows.append((f"curve{place}.csv", "benign", pl.DataFrame(curves)))
    with (folder / "manifest.csv").open("w", newline="") as file:
        manifest = csv.writer(file)
        manifest.writerow(["root", "file", "label", "sha256", "repo"])
        for name, label, table in rows:
            path = folder / "tables" / name
            table.write_csv(path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            manifest.writerow(["tables", name, label, digest, name.split(".")[0]])
    return folder


def outcomes(path, seed):
    draw = np.random.default_rng(seed)
    lines = []
    for place in range(400):
        carries = bool(draw.random() < 0.5)
        fires = bool(draw.random() < (0.9 if carries else 0.05))
        case = {"family": "attack" if carries else "real", "name": f"class {place % 7}", "parameters": {}}
        found = [["row-match", "block", 40.0, 100, 100, 0.1]] if fires else []
        lines.append(json.dumps({"case": case, "error": "", "findings": found}) + "\n")
    path.write_text("".join(lines))
    return str(path)


@pytest.mark.usefixtures("few_glyphs")
def test_digits_are_fitted_and_scored_on_fonts_the_fit_did_not_use(targets, capsys):
    before = targets["digits"].read_text()
    words = ["--only", "digits", "--fonts", str(FONTS)]
    assert refit.main([*words, "--check"]) == 0
    assert "| digits read correctly | " in capsys.readouterr().out
    assert targets["digits"].read_text() == before
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so few glyphs do not make it converge
        assert refit.main([*words, "--write"]) == 0
    written = read_fitted(targets["digits"])
    assert written["fitted"]["by"] == "benchmarks/exfiltration/_fit_digits.py"
    assert written["fitted"]["held_out"]["glyphs"] > 100
    assert [np.shape(layer["weights"]) for layer in written["layers"]] == [(97, 32), (32, 11)]


def test_the_confidence_is_fitted_to_outcomes(tmp_path, targets, capsys):
    words = ["--only", "confidence", "--held-out-outcomes", outcomes(tmp_path / "held.jsonl", 2)]
    before = targets["confidence"].read_text()
    assert refit.main([*words, "--check"]) == 0
    assert refit.main([*words, "--outcomes", outcomes(tmp_path / "rows.jsonl", 1)]) == 0
    assert "| brier | " in capsys.readouterr().out
    assert targets["confidence"].read_text() == before
    assert refit.main([*words, "--outcomes", str(tmp_path / "rows.jsonl"), "--write"]) == 0
    written = read_fitted(targets["confidence"])
    assert written["fitted"]["held_out"]["files"] == 400
    assert set(written) == set(json.loads(before))
    assert set(written["fitted"]) == set(json.loads(before)["fitted"])


def test_the_confidence_makes_its_outcomes_where_none_are_given(monkeypatch, capsys):
    ran = []

    def run(command, **_):
        ran.append(command)
        outcomes(Path(command[command.index("--rows") + 1]), len(ran))

    monkeypatch.setattr(refit.subprocess, "run", run)
    monkeypatch.setattr("benchmarks.exfiltration._fitted.commit", lambda: "abc1234")
    assert refit.main(["--only", "confidence"]) == 0
    assert ["--held-out" in command for command in ran] == [False, True]
    assert "## confidence" in capsys.readouterr().out


def test_checking_and_writing_exclude_each_other():
    with pytest.raises(SystemExit, match="2"):
        refit.main(["--check", "--write"])


def test_the_model_of_texts_is_fitted_and_scored(tmp_path, targets, capsys, monkeypatch):
    monkeypatch.setattr(_fit_unexplained, "_PACKAGES", ())
    monkeypatch.setattr(_fit_unexplained, "_LANGUAGES", ["de"])
    texts, data = tmp_path / "texts", tmp_path / "honest"
    (texts / "owner+name@abc").mkdir(parents=True)
    (texts / "owner+name@abc" / "fit.R").write_text("model <- glm(sbp ~ age + sex, data = analysis)\n" * 50)
    data.mkdir()
    (data / "report.txt").write_text("The model was adjusted for age and sex.\n")
    (data / "manifest.csv").write_text("root,file,label\n.,report.txt,benign\n")
    words = ["--only", "unexplained", "--texts", str(texts), "--data", str(data)]
    assert refit.main([*words, "--write"]) == 0
    written = read_fitted(targets["unexplained"])["fitted"]
    assert "owner+name@abc" in written["data"]
    assert written["held_out"]["honest texts above the limit"] == 0
    assert written["held_out"]["bytes of 10,000 as syllables"] > 2_000
    assert refit.main([*words, "--check"]) == 0
    assert "| honest texts | 1 | 1 |" in capsys.readouterr().out
