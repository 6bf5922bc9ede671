"""Commands killed at many moments: nothing may be lost, and nothing left outside that no entry knows.

    python benchmarks/robustness/kills.py --kills 500
    DATABASE_URL=postgresql://... python benchmarks/robustness/kills.py --kills 500

Takes about 25 min, 2 min with --quick.

Every verb that writes runs in a fork of this process and is killed (SIGKILL) after a share of the time that
it takes undisturbed, the shares evenly from 0 to 1.1. Another fork then opens the home, as the next command
does, and verifies ledger, state and vault; it looks for copies, private copies and directories that belong to
nothing. It fails when it finds any.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

from strongroom.cohort.store import file_sha256
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.errors import StrongroomError
from strongroom.portal.home import Home, create_home, open_home, set_up_django

set_up_django()
from strongroom.portal.data.cohorts import CohortSource, add_cohort, find_cohort, open_cohort  # noqa: E402 - models need Django set up
from strongroom.portal.data.dummies import write_dummies  # noqa: E402 - models need Django set up
from strongroom.portal.data.models import Cohort, View  # noqa: E402 - models need Django set up
from strongroom.portal.data.views import add_project, write_project_view  # noqa: E402 - models need Django set up
from strongroom.portal.data.withdrawals import withdraw_participants  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.actions import airlock, check_outputs  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.models import ReleaseRequest  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.questions import ask_question  # noqa: E402 - models need Django set up
from strongroom.portal.oversight.ledger_audit import export_ledger, verify_ledger  # noqa: E402 - models need Django set up
from strongroom.portal.oversight.state_audit import verify_state  # noqa: E402 - models need Django set up
from strongroom.portal.oversight.trace_register import entries_of  # noqa: E402 - models need Django set up
from strongroom.portal.oversight.tracing import trace_file  # noqa: E402 - models need Django set up
from strongroom.portal.oversight.vault_audit import verify_vault  # noqa: E402 - models need Django set up
from strongroom.portal.projects.actions import revoke_project  # noqa: E402 - models need Django set up

BY = "the benchmark"
LATEST = 1.1
PEOPLE = 400
COLUMNS = ["p31", "p21022", "p50_i0"]


@dataclass(frozen=True)
class Place:
    """Where a run works: its home, the files it needs, where it may write, and its temporary folder."""

    home: Path
    sources: Path
    out: Path

    def source(self) -> CohortSource:
        """Return the files of the synthetic cohort."""
        files = json.loads((self.sources / "files.json").read_text())
        events = {name: Path(file) for name, file in files["events"].items()}
        return CohortSource(
            Path(files["participants"]), Path(files["dictionary"]), files["id_column"], events
        )


def _check(home: Home, at: Place, number: int) -> None:
    check_outputs(
        home,
        [at.sources / "results"],
        through=airlock(project="first"),
        by=BY,
        release_to=at.out / f"released-{number}",
    )


def _withdraw(home: Home, at: Place, number: int) -> None:
    row = find_cohort("cohort")
    list_of = at.sources / f"withdrawn-{number}.txt"
    list_of.write_text(f"eid\n{open_cohort(home, row).ids()[0]}\n")
    withdraw_participants(home, cohort_name="cohort", ids_file=list_of, by=BY)


def _project(home: Home, slug: str) -> None:
    add_project(home, slug=slug, institution="Institute", cohort_name="cohort", columns=COLUMNS, by=BY)


def _revoke(home: Home, _at: Place, number: int) -> None:
    revoke_project(home, slug=f"project-{number}", reason="benchmark", by=BY)


VERBS: dict[str, Callable[[Home, Place, int], object]] = {
    "cohort add": lambda home, at, number: add_cohort(home, name=f"c{number}", source=at.source(), by=BY),
    "project add": lambda home, _at, number: _project(home, f"new-{number}"),
    "view": lambda home, at, n: write_project_view(home, slug="first", to=at.out / f"view-{n}", by=BY),
    "query": lambda home, _at, n: ask_question(
        home, slug="first", sql=f"SELECT count(*) FROM participants WHERE p21022 > {40 + n % 30}", by=BY
    ),
    "dummy": lambda home, at, n: write_dummies(
        home, slug="first", to=at.out / f"dummy-{n}", by=BY, people=50
    ),
    "check": _check,
    "trace": lambda home, at, _n: trace_file(home, at.sources / "results" / "a.csv", by=BY),
    "cohort withdraw": _withdraw,
    "project revoke": _revoke,
    "ledger export": lambda home, at, n: export_ledger(home, to=at.out / f"ledger-{n}.jsonl", by=BY),
}


def main(arguments: list[str] | None = None) -> int:
    """Kill commands, and print what each verb left."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    wanted.add_argument("--kills", type=int, default=500)
    wanted.add_argument("--quick", action="store_true", help="40 kills")
    wanted.add_argument("--verbs", nargs="*", default=list(VERBS))
    asked = wanted.parse_args(arguments)
    each = max((40 if asked.quick else asked.kills) // len(asked.verbs), 1)
    folder = Path(os.environ.get("TMPDIR", "/var/tmp")) / f"kills-{os.getpid()}"
    at = Place(folder / "home", folder / "sources", folder / "out")
    # Before Python first asks for it: forks have a temporary folder of their own.
    os.environ["TMPDIR"] = str(folder / "tmp")
    for made in (at.sources / "results", at.out, folder / "tmp"):
        made.mkdir(parents=True)
    try:
        _in_fork(lambda: _prepare(at))
        missed = [fault for verb in asked.verbs for fault in _killed(verb, at, each)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return exit_code(missed)


def _prepare(at: Place) -> None:
    files = write_synthetic_cohort(at.sources, participants=PEOPLE, seed=7, columns=20, variants=4)
    named = {
        "participants": str(files.participants),
        "dictionary": str(files.dictionary),
        "id_column": files.id_column,
        "events": {name: str(file) for name, file in files.events.items()},
    }
    (at.sources / "files.json").write_text(json.dumps(named))
    for name in ("a", "b", "c"):
        (at.sources / "results" / f"{name}.csv").write_text("site,n,mean\nA,120,1.5\nB,340,2.5\n")
    home = create_home(at.home)
    (home.path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n")
    add_cohort(home, name="cohort", source=at.source(), by=BY)
    _project(home, "first")


def _killed(verb: str, at: Place, times: int) -> list[str]:
    """Kill a verb `times` times; print and return what was wrong."""
    began = time.monotonic()
    _in_fork(lambda: _do(verb, at, 9_000 + len(verb)))
    whole = time.monotonic() - began
    killed, faults = 0, []
    for number in range(times):
        if verb == "project revoke":
            _in_fork(lambda number=number: _project(open_home(at.home), f"project-{number}"))
        child = os.fork()
        if child == 0:
            _silent(lambda number=number: _do(verb, at, number))
        time.sleep(LATEST * whole * number / times)
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        at_once = _outside(at)
        faults += [f"{verb}, kill {number}: {fault}" for fault in (*at_once, *_in_fork(lambda: _faults(at)))]
        for each in at.out.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    print(f"{verb:<16} {whole:6.1f} s  {killed:4} of {times} killed  {len(faults)} faults", flush=True)
    return faults


def _do(verb: str, at: Place, number: int) -> list[str]:
    if verb == "project revoke" and number >= 9_000:
        _project(open_home(at.home), f"project-{number}")
    VERBS[verb](open_home(at.home), at, number)
    return []


def _in_fork(work: Callable[[], list[str] | None]) -> list[str]:
    """Return what `work` returns, done in a process of its own: this one opens no database."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _silent(lambda: os.write(theirs, json.dumps(work() or []).encode()))
    os.close(theirs)
    with os.fdopen(ours, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return list(json.loads(said)) if said else ["the process ended without an answer"]


def _silent(work: Callable[[], object]) -> None:
    try:
        work()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - a fork must not go on with its parent's program
        print(f"  {type(error).__name__}: {error}", file=sys.stderr)
        os._exit(1)


def _outside(at: Place) -> list[str]:
    """Return what a killed command left beside its target or in the temporary folder, before the next."""
    hidden = [each.name for each in at.out.rglob(".*") if not each.name.startswith(".release-")]
    temporary = [each.name for each in Path(os.environ["TMPDIR"]).iterdir()]
    return [f"left outside: {each}" for each in (*hidden, *temporary)]


def _faults(at: Place) -> list[str]:
    """Return what is wrong once the next command has opened the home."""
    home = open_home(at.home)
    found = []
    for verify in (verify_ledger, verify_state, verify_vault):
        try:
            verify(home)
        except StrongroomError as error:
            found.append(error.message)
    for folder in ("incoming", "unsettled", "releasing"):
        if (home.vault / folder).is_dir():
            found += [f"left in the vault: {folder}/{each.name}" for each in (home.vault / folder).iterdir()]
    known = {
        *Cohort.objects.values_list("directory", flat=True),
        *View.objects.values_list("directory", flat=True),
    }
    known |= set(ReleaseRequest.objects.values_list("kept", flat=True))
    for kind in ("cohorts", "views", "requests"):
        placed = (home.vault / kind).iterdir() if (home.vault / kind).is_dir() else ()
        found += [
            f"belongs to nothing: {kind}/{each.name}" for each in placed if f"{kind}/{each.name}" not in known
        ]
    released = {entry["facts"]["sha256"] for _, entry in entries_of("output.released")}
    for copy in at.out.glob("released-*/**/*"):
        if copy.is_file() and file_sha256(copy) not in released:
            found.append(f"left without an entry: {copy.name}")
    return found


if __name__ == "__main__":
    sys.exit(main())
