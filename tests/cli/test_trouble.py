"""Everyday trouble is one sentence, whatever the command: each verb meets each trouble."""

import errno
import io
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from django.db import connection

from program import start
from strongroom.cli import app
from strongroom.cli.trouble import explained
from strongroom.portal import home as portal_home
from strongroom.portal.data.views import add_project
from strongroom.portal.home import open_home
from strongroom.portal.settings import database_for

# The demo makes a home of its own and takes minutes; the site goes on until it is stopped (test_serve.py).
LONG = {("demo",), ("serve",)}
RESULTS = "term,estimate,std_error\nintercept,110.2,0.8\nage,0.51,0.02\n"
# Options without which a command does not begin its work.
NEEDED = {("check", "project"), ("decide", "release_to"), ("run", "script")}
TEXTS = {
    "slug": "heart",
    "name": "synthetic",
    "project": "heart",
    "cohort": "synthetic",
    "sql": "SELECT COUNT(*) AS n FROM participants",
    "institution": "Northgate",
    "columns": "p31",
    "number": "1",
    "request": "1",
    "add": "0.1",
    "rule": "row-match",
    "id": "eid",
    "reason": "over",
}


def verbs():
    """Return every command of the parser by its words."""
    found = {}
    for name, command in typer.main.get_command(app.application()).commands.items():
        for group, each in getattr(command, "commands", {"": command}).items():
            found[(name, group) if group else (name,)] = each
    return {words: each for words, each in found.items() if words not in LONG}


VERBS = verbs()


def words_for(verb, folder, file):
    """Return a command's words, with a value for everything that it requires."""
    words = list(verb)
    for param in VERBS[verb].params:
        option = param.opts[0]
        name = option.lstrip("-").replace("-", "_")
        wanted = param.required or (verb[0], name) in NEEDED
        if not wanted:
            continue
        if name in {"to", "release_to"}:
            value = str(folder / f"new-{name}")
        else:
            value = TEXTS.get(name, str(file))
        words += [option, value] if option.startswith("-") else [value]
    return words


class Bytes(io.BytesIO):
    """Stays readable after its text wrapper is closed."""

    def close(self):
        """Keep the content."""


@contextmanager
def streams(monkeypatch, encoding):
    out, err = Bytes(), Bytes()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, errors="strict"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, errors="strict"))
    yield out, err
    sys.stdout.flush()
    sys.stderr.flush()


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run a command in this process, in a folder of its own; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(home, *words, encoding="utf-8"):
        connection.close()
        monkeypatch.setattr(sys, "argv", ["strongroom", *map(str, words), "--home", str(home.path)])
        with monkeypatch.context() as within, streams(within, encoding) as (out, err):
            with pytest.raises(SystemExit) as ended:
                app.run()
            sys.stdout.flush()
            sys.stderr.flush()
        connection.close()
        return (
            ended.value.code,
            out.getvalue().decode(errors="replace"),
            err.getvalue().decode(errors="replace"),
        )

    return run


@pytest.fixture(scope="module")
def used_home(tmp_path_factory, _built_home):
    """A home with a cohort and a project, for commands that fail."""
    path = tmp_path_factory.mktemp("used") / "home"
    shutil.copytree(_built_home, path)
    home = open_home(path)
    add_project(
        home, slug="heart", institution="Northgate", cohort_name="synthetic", columns=["p31"], by="ada"
    )
    connection.close()
    return home


def one_sentence(code, out, err):
    assert code != 0, out
    assert "Traceback" not in out + err
    assert err.count("strongroom: ") == 1, err
    assert "unexpected error" not in err
    return len(err.splitlines()) == 1


# Every command that opens a home.
IN_HOMES = [words for words, each in VERBS.items() if "home" in [param.name for param in each.params]]
in_homes = pytest.mark.parametrize("verb", IN_HOMES, ids=" ".join)


@in_homes
def test_a_damaged_database(run, home, tmp_path, verb):
    file = tmp_path / "table.csv"
    file.write_text(RESULTS, encoding="utf-8")
    connection.close()
    (home.path / "strongroom.sqlite3").write_bytes(b"no database at all" * 500)
    for name in ("-wal", "-shm"):
        (home.path / f"strongroom.sqlite3{name}").unlink(missing_ok=True)
    code, out, err = run(home, *words_for(verb, tmp_path, file))
    assert one_sentence(code, out, err)
    assert "the database is damaged" in err


@pytest.fixture
def own_home(used_home, tmp_path):
    """A copy of that home, to be changed."""
    return replace(used_home, path=Path(shutil.copytree(used_home.path, tmp_path / "own")))


def no_traceback(code, out, err):
    """Accept success, or one sentence: not every command needs what is missing."""
    assert "Traceback" not in out + err
    assert "unexpected error" not in err
    assert code == 0 or err.count("strongroom: ") == 1, err


@in_homes
def test_a_locked_database(run, own_home, tmp_path, verb, monkeypatch):
    def impatient(*args, **options):
        described = database_for(*args, **options)
        return {**described, "OPTIONS": {**described["OPTIONS"], "timeout": 0.05}}

    monkeypatch.setattr(portal_home, "database_for", impatient)
    file = tmp_path / "table.csv"
    file.write_text(RESULTS, encoding="utf-8")
    with closing(sqlite3.connect(own_home.path / "strongroom.sqlite3")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        code, out, err = run(own_home, *words_for(verb, tmp_path, file))
    no_traceback(code, out, err)
    if verb in {("project", "revoke"), ("query",), ("check",), ("trace",)}:
        assert "locked by another program" in err


@in_homes
def test_a_full_disk(run, own_home, tmp_path, verb):
    file = tmp_path / "table.csv"
    file.write_text(RESULTS, encoding="utf-8")
    words = words_for(verb, tmp_path, file)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        code, out, err = run(own_home, *words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    no_traceback(code, out, err)
    if verb in {("project", "revoke"), ("query",), ("check",), ("trace",)}:
        assert "disk" in err or "written" in err


@in_homes
def test_names_that_are_not_utf8_in_an_ascii_locale(run, own_home, tmp_path, verb):
    """As Python sees them there: bytes that the locale cannot decode are surrogates."""
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    file = folder / os.fsdecode(b"r\xc3\xa9sultat-\xff.csv")
    file.write_text(RESULTS, encoding="utf-8")
    words = words_for(verb, folder, folder if verb == ("check",) else file)
    no_traceback(*run(own_home, *words, encoding="ascii"))


def test_one_strange_name_leaves_the_rest_of_a_folder_judged(run, own_home, tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    for name in (b"a.csv", b"b-\xff.csv", b"c.csv"):
        (folder / os.fsdecode(name)).write_text(RESULTS, encoding="utf-8")
    code, out, _ = run(
        own_home, "check", folder, "--project", "heart", "--release-to", tmp_path / "out", "--json"
    )
    files = json.loads(out)["files"]
    assert [file["path"] for file in files] == ["a.csv", "b-\\xff.csv", "c.csv"]
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "b-\\xff.csv", "c.csv"]


@pytest.mark.parametrize(
    "words", [("check", "x", "--projekt", "y"), ("nonsense",), ("query", "heart"), ("ledger", "prove", "x")]
)
def test_a_usage_error_is_json_too(run, home, words):
    code, out, _ = run(home, *words, "--json")
    assert code == 2
    assert json.loads(out).keys() == {"error", "hint"}


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.2, 2.0])
def test_an_interruption_is_one_line_and_130(own_home, tmp_path, seconds):
    (tmp_path / "t.csv").write_text(RESULTS, encoding="utf-8")
    connection.close()
    with start(own_home, "check", tmp_path / "t.csv", "--project", "heart") as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    if process.returncode != 0:  # a fast machine is done by then
        assert (process.returncode, out) == (130, "")
        assert err == "strongroom: Interrupted; the unfinished step changed nothing.\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "the disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlite3.DatabaseError("something new"), "the database failed"),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "/x: the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "/x: Permission denied"),
        (MemoryError(), "not enough memory"),
        (RecursionError(), "nested too deeply"),
        (KeyError("a participant's value"), "an unexpected error: KeyError"),
    ],
)
def test_an_error_is_explained_without_values(error, said):
    wrapped = ValueError("a participant's value")
    wrapped.__cause__ = error
    told = str(explained(error if isinstance(error, KeyError) else wrapped))
    assert said in told
    assert "participant's" not in told
