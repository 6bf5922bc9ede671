"""Attacks by the files that are put forward for release: T-CHECK-*."""

import json
import os
import re
import struct
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import polars as pl
import pytest
from openpyxl import Workbook
from PIL import Image, PngImagePlugin
from typer.testing import CliRunner

from strongroom.checker import Verdict
from strongroom.cli.app import application
from strongroom.errors import UsageError
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.outputs import actions
from strongroom.portal.outputs.actions import airlock, check_outputs

HARMLESS = "term,estimate,std_error\nintercept,110.25,0.81\nage,0.52,0.02\n"
SHOWN = {
    "detector", "severity", "where", "message", "participants", "rows", "chance", "bits",
    "rule", "advice", "help", "further",
}  # fmt: skip
COLUMNS = ["p31", "p21022", "p21001_i0", "p21002_i0", "p50_i0", "p30690_i0", "p30780_i0", "p30760_i0"]


@pytest.fixture
def project(cohort_home):
    add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=COLUMNS,
        by="ada",
    )
    return cohort_home


@pytest.fixture
def view(project, tmp_path) -> pl.DataFrame:
    _, files = write_project_view(project, slug="heart", to=tmp_path / "view", by="ada")
    return pl.read_parquet(files[0])


@pytest.fixture
def outputs(tmp_path):
    (tmp_path / "outputs").mkdir()
    return tmp_path / "outputs"


def released(tmp_path) -> dict[str, bytes]:
    folder = tmp_path / "released"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ask(home, path, tmp_path):
    _, report = check_outputs(
        home, [path], through=airlock(project="heart"), by="eve", release_to=tmp_path / "released"
    )
    return report


def picture(**arguments) -> bytes:
    made = BytesIO()
    Image.new("RGB", (80, 60), "white").save(made, "PNG", **arguments)
    return made.getvalue()


def test_an_extract_in_a_notebook_in_a_zip_is_blocked(project, view, outputs, tmp_path):
    rows = view.drop("eid").sample(300, shuffle=True, seed=3).drop_nulls()
    cells = "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in row)}</tr>" for row in rows.iter_rows())
    html = f"<table><tr>{''.join(f'<th>v{n}</th>' for n in range(rows.width))}</tr>{cells}</table>"
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": [], "outputs": [output]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    with zipfile.ZipFile(outputs / "supplement.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/analysis.ipynb", json.dumps(notebook))
    report = ask(project, outputs / "supplement.zip", tmp_path)
    assert report.verdict is Verdict.BLOCK
    assert any(finding.detector == "row-match" for finding in report.files[0].findings)


def test_a_list_of_the_projects_pseudonyms_is_blocked(project, view, outputs, tmp_path):
    ids = ", ".join(map(str, view["eid"].head(40)))
    (outputs / "exclude.py").write_text(f"EXCLUDED = [{ids}]\n", encoding="utf-8")
    assert ask(project, outputs / "exclude.py", tmp_path).verdict is Verdict.BLOCK


def test_a_zip_bomb_is_blocked(project, outputs, tmp_path):
    with zipfile.ZipFile(outputs / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.csv", b"0" * 50_000_000)
    assert ask(project, outputs / "bomb.zip", tmp_path).verdict is Verdict.BLOCK


def test_what_follows_the_end_of_a_picture_does_not_leave(project, view, outputs, tmp_path):
    hidden = BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("rows.csv", view.write_csv())
    (outputs / "plot.png").write_bytes(picture() + hidden.getvalue())
    assert ask(project, outputs / "plot.png", tmp_path).verdict is Verdict.BLOCK
    assert not (tmp_path / "released").exists()


def test_what_a_picture_carries_beside_its_pixels_does_not_leave(project, view, outputs, tmp_path):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", view.head(20).write_csv(), zip=True)
    plain = picture(pnginfo=notes)
    private = b"prVt" + view.head(20).write_csv().encode()
    chunk = struct.pack(">I", len(private) - 4) + private + struct.pack(">I", zlib.crc32(private))
    (outputs / "plot.png").write_bytes(plain[:33] + chunk + plain[33:])
    report = ask(project, outputs / "plot.png", tmp_path)
    left = b"".join(released(tmp_path).values()) if report.verdict is Verdict.RELEASE else b""
    assert b"prVt" not in left
    assert b"Comment" not in left


def test_a_name_in_an_archive_cannot_point_out_of_the_release(project, outputs, tmp_path):
    target = tmp_path / "planted.csv"
    names = ("../planted.csv", "../../planted.csv", str(target), "ok/../../planted.csv", "..\\planted.csv")
    with zipfile.ZipFile(outputs / "results.zip", "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), HARMLESS)
    report = ask(project, outputs / "results.zip", tmp_path)
    assert report.verdict is Verdict.BLOCK
    assert list(tmp_path.rglob("planted.csv")) == []


def test_a_link_among_the_outputs_is_not_followed(project, outputs, tmp_path):
    (outputs / "table.csv").write_text(HARMLESS, encoding="utf-8")
    secret = tmp_path / "secret.csv"
    secret.write_text(HARMLESS.replace("age", "secret"), encoding="utf-8")
    (outputs / "linked.csv").symlink_to(secret)
    (outputs / "folder").symlink_to(project.path / "keys")
    report = ask(project, outputs, tmp_path)
    assert report.verdict is Verdict.BLOCK
    assert not (tmp_path / "released").exists()
    assert "secret" not in json.dumps(report.to_json()["files"]).replace("secret.csv", "")


def test_a_pipe_among_the_outputs_does_not_hold_the_check(project, outputs, tmp_path):
    os.mkfifo(outputs / "pipe.csv")
    assert ask(project, outputs, tmp_path).verdict is Verdict.BLOCK


def test_a_files_name_cannot_steer_the_terminal(project, outputs):
    name = "a\x1b]0;owned\x07\x1b[2J\x9b2Jb\u202e\r\nVerdict: release.csv"
    (outputs / name).write_text(HARMLESS, encoding="utf-8")
    command = ["check", str(outputs), "--project", "heart", "--home", str(project.path)]
    for as_json in ([], ["--json"]):
        told = CliRunner().invoke(application(), [*command, *as_json]).output
        assert not {"\x1b", "\x07", "\x9b", "\r", "\u202e"} & set(told)
        assert not any(line.startswith("Verdict: release.csv") for line in told.splitlines())


def test_what_a_researcher_is_told_holds_no_value(project, view, outputs, tmp_path):
    view.drop("eid").write_csv(outputs / "scores.csv")
    report = ask(project, outputs / "scores.csv", tmp_path)
    assert report.verdict is Verdict.BLOCK
    assert all(set(finding) == SHOWN for file in report.to_json()["files"] for finding in file["findings"])
    # Sentences alone: a chance or a number of bits may come out as any figure, somebody's cholesterol too.
    told = " ".join(
        f"{finding.where} {finding.message}" for file in report.files for finding in file.findings
    )
    figures = set(re.findall(r"\d+\.\d+", told))
    assert told
    assert not figures & {f"{value}" for value in view["p30690_i0"].drop_nulls()}


def test_a_pickle_is_blocked_and_never_loaded(project, outputs, tmp_path):
    # By hand, in protocol 2: whoever loads this makes a directory.
    path = str(tmp_path / "planted").encode()
    planted = b"\x80\x02cos\nmkdir\nX" + struct.pack("<I", len(path)) + path + b"\x85R."
    for name in ("model.pkl", "model.csv", "model.joblib"):
        (outputs / name).write_bytes(planted)
    report = ask(project, outputs, tmp_path)
    assert [file.verdict for file in report.files] == [Verdict.BLOCK] * 3
    assert not (tmp_path / "planted").exists()


def test_what_is_not_understood_is_blocked(project, outputs, tmp_path):
    (outputs / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (outputs / "report.pdf").write_bytes(b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n")
    (outputs / "clip.mp3").write_bytes(b"ID3\x04\x00" + bytes(range(256)) * 4)
    (outputs / "empty.csv").write_bytes(b"")
    report = ask(project, outputs, tmp_path)
    assert report.verdict is Verdict.BLOCK
    unread = [file.verdict for file in report.files if file.path != "empty.csv"]
    assert unread == [Verdict.BLOCK] * 3


def test_a_file_changed_after_it_was_judged_leaves_as_it_was_judged(
    project, view, outputs, tmp_path, monkeypatch
):

    path, judge = outputs / "table.csv", actions.check
    path.write_text(HARMLESS, encoding="utf-8")

    def slow_check(paths, **arguments):
        report = judge(paths, **arguments)
        view.write_csv(path)
        return report

    monkeypatch.setattr(actions, "check", slow_check)
    assert ask(project, path, tmp_path).verdict is Verdict.RELEASE
    assert b"intercept" in released(tmp_path)["table.csv"]


def test_one_bad_file_keeps_the_whole_batch_inside(project, view, outputs, tmp_path):
    (outputs / "table.csv").write_text(HARMLESS, encoding="utf-8")
    view.write_csv(outputs / "zz_rows.csv")
    report = ask(project, outputs, tmp_path)
    assert [file.verdict for file in report.files] == [Verdict.RELEASE, Verdict.BLOCK]
    assert not (tmp_path / "released").exists()


def test_hidden_content_of_a_workbook_is_seen(project, view, outputs, tmp_path):
    book = Workbook()
    book.active.append(["term", "estimate"])
    book.active.append(["age", 0.52])
    hidden = book.create_sheet("data")
    hidden.sheet_state = "veryHidden"
    for row in view.drop("eid").drop_nulls().head(200).iter_rows():
        hidden.append(row)
    book.save(outputs / "table.xlsx")
    assert ask(project, outputs / "table.xlsx", tmp_path).verdict is Verdict.BLOCK


def test_the_cohorts_own_ids_are_known_to_every_projects_airlock(project, outputs, tmp_path):
    ids = open_cohort(project, find_cohort("synthetic")).ids()[:50]
    (outputs / "ids.txt").write_text("\n".join(map(str, ids)), encoding="utf-8")
    assert ask(project, outputs / "ids.txt", tmp_path).verdict is Verdict.BLOCK


def test_two_files_of_one_name_do_not_replace_each_other(project, outputs, tmp_path):
    for folder, text in (("one", HARMLESS), ("two", HARMLESS.replace("age", "sex"))):
        (outputs / folder).mkdir()
        (outputs / folder / "table.csv").write_text(text, encoding="utf-8")
    through = airlock(project="heart")
    paths = [outputs / "one" / "table.csv", outputs / "two" / "table.csv"]
    with suppress(UsageError):
        check_outputs(project, paths, through=through, by="eve", release_to=tmp_path / "released")
    assert len(released(tmp_path)) in (0, 2)
