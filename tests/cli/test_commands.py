"""The command line is a contract: exit codes, one JSON document, one sentence for every error."""

import subprocess
from typing import get_args, get_type_hints

import pytest
from typer.testing import CliRunner

import strongroom
from program import COMMAND, add_cohort_words, document, run
from strongroom.cli import project
from strongroom.cli.app import application
from strongroom.cli.console import printable, split_columns
from strongroom.errors import UsageError
from strongroom.tracer.fingerprint.settings import Risk

VERBS = (
    ["demo"],
    ["cohort", "add"],
    ["cohort", "show"],
    ["cohort", "risk"],
    ["cohort", "withdraw"],
    ["project", "add"],
    ["project", "revoke"],
    ["view"],
    ["check"],
    ["trace"],
    ["doctor"],
    ["ledger", "verify"],
    ["ledger", "export"],
    ["ledger", "checkpoint"],
    ["ledger", "prove"],
)


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_has_help_with_an_example_and_json(verb):
    answer = CliRunner().invoke(application(), [*verb, "--help"])
    assert answer.exit_code == 0
    assert "Example:" in answer.output
    assert "--json" in answer.output
    assert "--home" in answer.output


def test_a_whole_life_on_the_command_line(home, synthetic_source, tmp_path):
    add = add_cohort_words(synthetic_source)
    code, added = document(home, *add)
    assert (code, added["participants"]) == (0, 2_000)
    code, again = document(home, *add)
    assert code == 1
    assert "already exists" in again["error"]
    columns = "p31,p21001_i0,p21022,p50_i0,p48_i0,p49_i0,p4080_i0_a0"
    project = [
        "project",
        "add",
        "heart",
        "--cohort",
        "ukb",
        "--institution",
        "Northgate",
        "--columns",
        columns,
    ]
    code, project = document(home, *project)
    assert code == 0
    # Invented people are among them, and a few real ones are not.
    assert 2_000 < project["participants"] < 2_300
    code, _ = document(home, "view", "heart", "--to", tmp_path / "view")
    assert code == 0
    assert document(home, "ledger", "verify")[0] == 0
    code, exported = document(home, "ledger", "export", "--to", tmp_path / "ledger.jsonl")
    assert code == 0
    verified = document(home, "ledger", "verify", "--file", tmp_path / "ledger.jsonl")[1]
    assert verified["entries"] == exported["entries"]
    code, proof = document(home, "ledger", "prove", "0")
    assert (code, proof["index"]) == (0, 0)
    assert document(home, "ledger", "checkpoint")[1]["size"] == exported["entries"]
    assert document(home, "project", "revoke", "heart", "--reason", "leak")[0] == 0
    code, out, err = run(home, "view", "heart", "--to", tmp_path / "again")
    assert (code, out) == (1, "")
    assert "was revoked" in err
    assert not (tmp_path / "again").exists()


def test_a_wrong_call_exits_2_with_a_sentence(home):
    code, out, err = run(home, "check", "x.csv")
    assert (code, out) == (2, "")
    assert "--project or --cohort" in err


@pytest.mark.parametrize(
    "words",
    [
        ["trace", "x.csv", "--report"],
        ["trace", "x.csv", "--evidence"],
        ["view", "heart", "--to", "view", "--report"],
        ["cohort", "risk", "ukb", "--report"],
    ],
    ids=lambda words: f"{words[0]} {words[-1]}",
)
def test_papers_that_cannot_be_written_are_refused_before_the_work(words, tmp_path):
    there = tmp_path / "there.html"
    there.write_text("kept")
    for target, said in ((there, "already exists"), (tmp_path / "nowhere" / "x.html", "is not a directory")):
        with pytest.raises(UsageError, match=said):
            CliRunner().invoke(application(), [*words, str(target)], catch_exceptions=False)
    assert there.read_text() == "kept"


def test_what_the_machine_refuses_is_one_sentence(home, tmp_path):
    code, out, err = run(home, "ledger", "verify", "--checkpoint", tmp_path / "gone.txt")
    assert (code, out) == (1, "")
    assert "gone.txt: No such file" in err
    assert "Traceback" not in err


def test_a_home_that_is_none_is_named(tmp_path):
    command = [*COMMAND, "cohort", "show", "x", "--home", tmp_path]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "is not a strongroom home" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_version_is_told():
    assert CliRunner().invoke(application(), ["--version"]).output == f"strongroom {strongroom.__version__}\n"


def test_columns_come_from_the_line_or_a_file(tmp_path):
    listed = tmp_path / "columns.txt"
    listed.write_text("p31\n\n  21022-0.0 \n")
    assert split_columns("p31, 21022-0.0,") == ["p31", "21022-0.0"]
    assert split_columns(f"@{listed}") == ["p31", "21022-0.0"]


def test_control_characters_do_not_reach_the_terminal():
    assert (
        printable("a\x1b[2Jb\r\n")
        == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    )


def test_a_project_can_be_of_every_risk():
    risk = get_type_hints(project.add)["risk"]
    assert list(get_args(risk)) == [each.value for each in Risk]
