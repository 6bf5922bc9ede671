"""Attacks by whoever can kill a command: a copy outside that no entry knows, or data left in clear."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.cohort.store import file_sha256
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.vault import incoming, left_alone
from strongroom.portal.home import Home, open_home
from strongroom.portal.outputs.interrupted import settle_interrupted
from strongroom.portal.oversight.ledger_audit import verify_ledger
from strongroom.portal.oversight.trace_register import entries_of

# The program, which kills itself the n-th time that it does something, to a path with these letters.
KILLED = """
import os, signal, sys
event, letters, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
del sys.argv[1:4]

def kill(happened, arguments):
    global times
    if happened == event and letters in str(arguments):
        times -= 1
        if times == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill)
from strongroom.cli import main
main()
"""
# The private copy, the rebuilt one, the request's place, the journal, each copy that leaves, the end.
POINTS = [
    ("os.rename", "incoming", 1),
    ("shutil.copyfile", "", 2),
    ("open", "copies", 2),
    ("os.rename", "requests", 1),
    ("open", "releasing", 1),
    ("os.link", "copies", 1),
    ("os.link", "copies", 3),
    ("os.remove", "unsettled", 1),
    ("os.remove", "releasing", 1),
    ("shutil.rmtree", "incoming", 1),
]

NEVER = ("os.rename", "no path has this", 1)


def killed(home: Home, point: tuple[str, str, int], *words: object, **environment: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, (*point, *words))],
        env={**os.environ, "STRONGROOM_HOME": str(home.path), **environment},
        capture_output=True,
        timeout=120,
        check=False,
    ).returncode


def killed_check(home: Home, folder: Path, point: tuple[str, str, int]) -> int:
    (folder / "results").mkdir()
    (folder / "tmp").mkdir()
    for name in ("a", "b", "c"):
        (folder / "results" / f"{name}.csv").write_text("site,n,mean\nA,120,1.5\nB,340,2.5\n")
    words = ["check", folder / "results", "--cohort", "synthetic", "--release-to", folder / "out"]
    return killed(home, point, *words, TMPDIR=str(folder / "tmp"))


def inside(vault: Path) -> list[str]:
    """Return what is under way in a vault."""
    folders = ("incoming", "unsettled", "releasing")
    return [str(each) for name in folders for each in (vault / name).glob("*")]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_check_that_is_killed_leaves_nothing_that_no_entry_knows(cohort_home, tmp_path, point):
    folder = tmp_path / "killed"
    folder.mkdir()
    before = {each.name for each in (cohort_home.vault / "cohorts").iterdir()}
    code = killed_check(cohort_home, folder, point)
    assert code == -signal.SIGKILL
    # Before any other command: no copy beside the target or in the temporary folder.
    assert sorted(each.name for each in folder.iterdir() if each.name != "out") == ["results", "tmp"]
    assert not [each for each in (folder / "tmp").iterdir() if each.name.startswith("strongroom")]
    home = open_home(cohort_home.path)
    out = sorted(folder.glob("out/**/*"))
    released = {
        entry["facts"]["file"]: entry["facts"]["sha256"] for _, entry in entries_of("output.released")
    }
    assert {each.name: file_sha256(each) for each in out} == released
    if list(entries_of("output.releasing")) and len(released) < 3:
        [(_, interrupted)] = entries_of("output.interrupted")
        assert interrupted["facts"]["missing"] == 3 - len(released)
    assert inside(home.vault) == []
    assert {each.name for each in (home.vault / "cohorts").iterdir()} == before
    verify_ledger(home)


def test_what_a_living_process_holds_is_not_swept(cohort_home):
    with incoming(cohort_home) as directory:
        (directory / "copy.csv").write_text("a\n")
        open_home(cohort_home.path)
        assert (directory / "copy.csv").exists()
        with left_alone(cohort_home) as alone:
            assert not alone
        note = cohort_home.vault / "unsettled"
        note.mkdir(exist_ok=True)
        (note / "requests.request_under_way").touch()
        settle_interrupted(cohort_home)
        assert (note / "requests.request_under_way").exists()
    open_home(cohort_home.path)
    assert inside(cohort_home.vault) == []


def test_old_tables_of_a_killed_withdrawal_are_removed_and_tables_in_use_are_not(cohort_home, tmp_path):
    ids = tmp_path / "withdrawn.txt"
    ids.write_text("eid\n" + str(next(iter(cohort_ids(cohort_home)))) + "\n")
    words = ["cohort", "withdraw", "synthetic", "--ids", str(ids)]
    assert killed(cohort_home, ("shutil.rmtree", "cohorts", 1), *words) == -signal.SIGKILL
    assert len(list((cohort_home.vault / "cohorts").iterdir())) == 2
    home = open_home(cohort_home.path)
    [left] = (home.vault / "cohorts").iterdir()
    assert f"cohorts/{left.name}" == find_cohort("synthetic").directory
    assert inside(home.vault) == []


def test_a_killed_export_leaves_no_view_in_clear(cohort_home, tmp_path):
    named = ["--institution", "University", "--columns", "p31,p21022"]
    assert killed(cohort_home, NEVER, "project", "add", "heart", "--cohort", "synthetic", *named) == 0
    out = tmp_path / "out"
    words = ["view", "heart", "--to", out / "view"]
    assert killed(cohort_home, ("os.rename", "view.partial", 1), *words) == -signal.SIGKILL
    assert list(out.iterdir()) == [out / ".view.partial"]
    open_home(cohort_home.path)
    assert list(out.iterdir()) == []
    assert killed(cohort_home, NEVER, *words) == 0


def cohort_ids(home: Home) -> list[int]:
    return list(open_cohort(home, find_cohort("synthetic")).ids()[:1])
