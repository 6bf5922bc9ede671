"""Attacks on the isolation of readers and queries: T-SANDBOX-*."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from program import COMMAND
from strongroom.checker.confined import running
from strongroom.checker.confined.reader import read_file
from strongroom.checker.contents.found import FoundText, Limits
from strongroom.cli.check import report_lines
from strongroom.errors import RefusedError
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.oversight.trace_register import entries_of
from strongroom.sandbox import confinement, landlock
from strongroom.sandbox.queries import QueryEngine, QueryLimits

confined = pytest.mark.skipif(
    confinement.BUBBLEWRAP not in running.isolation(), reason="bubblewrap cannot be used on this machine"
)
restricted = pytest.mark.skipif(landlock.version() == 0, reason="the kernel has no Landlock")
ALONE = Limits(isolation=confinement.LIMITS_ONLY)

# In place of the parsers, a server whose children run the file they are given.
TAKEN_OVER = """
import os
from strongroom.checker.confined import server
from strongroom.checker.contents.found import FoundText
from strongroom.checker.contents.frames import write_artefact, write_frame

def work(request, file, answer, formats):
    said = []
    exec(os.read(file, 100_000).decode())
    write_artefact(answer, FoundText("x", repr(said)))
    write_frame(answer, {"frame": "end"})

server.serve(work)
"""
TRIES = """
for name in NAMES:
    try:
        said.append((name, ACTION))
    except OSError:
        pass
"""


@pytest.fixture
def unconfined(monkeypatch):
    monkeypatch.setattr(confinement, "bubblewrap", tuple)


@pytest.fixture
def small_file(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("site,n\nA,120\nB,340\n")
    return path


def said_by(path: Path, monkeypatch, names: list[str], action: str, limits: Limits | None = None) -> str:
    monkeypatch.setattr(running, "_START", running._PATH + TAKEN_OVER)
    path.write_text(TRIES.replace("NAMES", repr(names)).replace("ACTION", action), encoding="utf-8")
    [found] = read_file(path, limits=limits).artefacts
    assert isinstance(found, FoundText), found
    return found.text


@confined
def test_without_bubblewrap_nothing_is_read_and_nothing_leaves(cohort_home, small_file, tmp_path):
    # As a user meets it: the program exists and the machine forbids it.
    hide = (
        confinement._PROGRAMS[0],
        "--dev-bind",
        "/",
        "/",
        "--ro-bind",
        "/dev/null",
        confinement._PROGRAMS[0],
    )
    to = tmp_path / "out"
    verb = ("check", str(small_file), "--cohort", "synthetic", "--release-to", str(to))
    done = subprocess.run(
        [*hide, *COMMAND, *verb, "--home", str(cohort_home.path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("strongroom: Nothing was read: bubblewrap")
    assert "Traceback" not in done.stderr
    assert not to.exists()


@pytest.mark.usefixtures("unconfined")
def test_without_bubblewrap_no_query_is_answered():
    with pytest.raises(RefusedError, match="bubblewrap"), QueryEngine({"t": pa.table({"a": [1]})}):
        pass
    alone = QueryLimits(isolation=confinement.LIMITS_ONLY)
    with QueryEngine({"t": pa.table({"a": [1]})}, limits=alone) as engine:
        assert engine.run("SELECT sum(a) AS s FROM t").to_pylist() == [{"s": 1}]
        assert confinement.BUBBLEWRAP not in engine.isolation


@pytest.mark.usefixtures("unconfined")
def test_a_weaker_isolation_is_allowed_stated_and_entered(cohort_home, small_file):
    (cohort_home.path / "policy.yaml").write_text("isolation: limits_only\n")
    _, report = check_outputs(
        cohort_home, [small_file], through=airlock(cohort="synthetic"), by="the test's custodian"
    )
    document = report.to_json()
    assert document["isolation"]
    assert confinement.BUBBLEWRAP not in document["isolation"]
    assert report_lines(document)[-1].startswith("Warning: isolation was weak")
    [(_, entry)] = entries_of("output.checked")
    assert entry["facts"]["isolation"] == document["isolation"]


@restricted
@pytest.mark.usefixtures("unconfined")
def test_without_bubblewrap_landlock_keeps_a_reader_from_the_keys(cohort_home, tmp_path, monkeypatch):
    key = cohort_home.path / "keys" / "master.key"
    names = [str(key), "/etc/passwd", "/etc/hostname", f"/proc/{os.getpid()}/environ"]
    action = "os.read(os.open(name, os.O_RDONLY), 9)"
    assert said_by(tmp_path / "a.csv", monkeypatch, names, action, ALONE) == "[]"
    assert Path(key).read_bytes()


def test_a_program_in_the_path_does_not_confine(tmp_path):
    trap = tmp_path / "bwrap"
    trap.write_text("#!/bin/sh\nexit 0\n")
    trap.chmod(0o755)
    code = "from strongroom.sandbox.confinement import bubblewrap; print(bubblewrap()[:1])"
    environment = os.environ | {"PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert str(tmp_path) not in done.stdout


@confined
def test_one_reader_leaves_nothing_for_the_next(tmp_path, monkeypatch):
    names = [f"{folder}/left" for folder in ("", "/tmp", "/dev", "/dev/shm", "/var/tmp", "/run")]
    names += [f"/proc/{number}/left" for number in (1, 2, "self")]
    made = "os.close(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)) or name"
    # Without Landlock too: it is not on every kernel.
    monkeypatch.setattr(running, "_PATH", f"{running._PATH}from strongroom.sandbox import landlock\n"
                        "landlock.restrict = lambda readable: False\n")  # fmt: skip
    assert said_by(tmp_path / "a.csv", monkeypatch, names, made) == "[]"


@restricted
@pytest.mark.usefixtures("unconfined")
def test_without_bubblewrap_a_reader_creates_no_name_either(tmp_path, monkeypatch):
    made = "os.close(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)) or name"
    names = [str(tmp_path / "left"), "/tmp/left-by-a-reader", "/dev/shm/left-by-a-reader"]
    assert said_by(tmp_path / "a.csv", monkeypatch, names, made, ALONE) == "[]"
    assert not (tmp_path / "left").exists()
