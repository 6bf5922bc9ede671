"""A home as a Python object; the README's example runs as it is printed."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import strongroom
from strongroom.errors import NotFoundError, RefusedError, VerificationError
from strongroom.sandbox.confinement import bubblewrap
from strongroom.tracer import TraceVerdict

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def room(cohort_home, extracts):
    """A home with the project "heart-risk", which sees everybody."""
    opened = strongroom.open(cohort_home.path, by="ada")
    rows = opened.add_project(
        "heart-risk", cohort="synthetic", institution="Northgate", columns=["p31", *extracts.telling]
    )
    assert rows == 2_000
    return opened


def test_the_readmes_example_runs(room, tmp_path, monkeypatch, capsys):
    files = room.write_view("heart-risk", tmp_path / "view")
    view = pl.read_parquet(next(file for file in files if file.stem == "participants"))
    view.drop("eid").sample(700, seed=1).write_csv(tmp_path / "found-for-sale.csv")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "means.csv").write_text("sex,n,mean\n0,1070,27.1\n1,930,27.9\n")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.startswith("release []")
    assert "attributed" in printed
    assert "heart-risk" in printed


def test_rows_are_blocked_and_the_project_can_be_revoked(room, tmp_path):
    (view, *_) = room.write_view("heart-risk", tmp_path / "view")
    pl.read_parquet(view).head(200).write_csv(tmp_path / "rows.csv")
    assert room.check([tmp_path / "rows.csv"], project="heart-risk").verdict.value == "block"
    room.revoke("heart-risk", reason="data found for sale")
    with pytest.raises(RefusedError, match="revoked"):
        room.query("heart-risk", "SELECT COUNT(*) AS n FROM participants")


@pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")
def test_a_script_runs_beside_the_view(room, tmp_path):
    script = tmp_path / "count.py"
    script.write_text("open('/outputs/n.csv', 'w').write('sex,n\\nf,1070\\nm,930\\n'); print('counted')")
    assert room.run("heart-risk", script, dummy=True)["streams"] == {"stdout.txt": "counted\n"}
    told = room.run("heart-risk", str(script), outputs=["n.csv"], release_to=tmp_path / "out")
    assert told["verdict"] == "release"
    assert (tmp_path / "out" / "n.csv").exists()


def test_a_cohort_is_added_to_a_new_home(tmp_path, synthetic_source):
    opened = strongroom.open(tmp_path / "new", create=True)
    assert opened.path == (tmp_path / "new").resolve()
    people = opened.add_cohort(
        "ukb",
        participants=str(synthetic_source.participants),
        dictionary=synthetic_source.dictionary,
        id_column=synthetic_source.id_column,
        events=synthetic_source.events,
    )
    assert people == 2_000
    assert opened.ledger.verify().entries == 2
    assert "(library)" in str(opened.ledger.prove(0)["entry"])


def test_there_must_be_a_home(tmp_path):
    with pytest.raises(NotFoundError, match="not a strongroom home"):
        strongroom.open(tmp_path / "nothing")


def test_two_rooms_of_one_process_keep_to_their_own_homes(room, tmp_path):
    other = strongroom.open(tmp_path / "other", create=True)
    with pytest.raises(NotFoundError):
        other.query("heart-risk", "SELECT COUNT(*) AS n FROM participants")
    assert room.query("heart-risk", "SELECT COUNT(*) AS n FROM participants").columns == ("n",)
    before = room.ledger.verify().entries
    assert room.ledger.verify().entries == before > 0


def test_a_room_works_where_an_event_loop_runs_as_in_a_notebook(room):
    async def cell():
        return room.ledger.verify().entries

    assert asyncio.run(cell()) > 0


def test_the_ledger_is_exported_and_a_forged_checkpoint_is_refused(room, tmp_path):
    assert room.ledger.export(tmp_path / "copy.jsonl") == tmp_path / "copy.jsonl"
    assert (tmp_path / "copy.jsonl").exists()
    with pytest.raises(VerificationError):
        room.ledger.verify(checkpoints=["strongroom/ledger\n1\nAAAA\n\nno signature\n"])


def test_a_file_of_other_people_is_not_ours(room, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n" + "".join(f"{n},{n * 7 % 97}\n" for n in range(300)))
    answer = room.trace(tmp_path / "other.csv", report=tmp_path / "trace.html")
    assert answer.verdict is TraceVerdict.NOT_OURS
    assert (tmp_path / "trace.html").exists()


def test_importing_strongroom_loads_neither_django_nor_arrow():
    code = "import sys, strongroom; print({'django', 'pyarrow', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
