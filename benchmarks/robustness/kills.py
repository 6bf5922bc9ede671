"""Commands killed at many moments: nothing may be lost, and nothing left outside that no entry knows.

    python benchmarks/robustness/kills.py --kills 500
    python benchmarks/robustness/kills.py --kills 500 --postgresql

Takes about 30 min, 2 min with --quick. --postgresql starts a server of Debian's package and stops it again.

Every verb runs in a fork of this process and is killed (SIGKILL) after a share of the time that it takes
undisturbed, the shares evenly from 0 to 1.1. Another fork then opens the home, as the next command does, and
verifies ledger, state and vault; it looks for copies, private copies and directories that belong to nothing,
and for what left without an entry. It fails when it finds any. In "restore" the witness has lost its memory
and continues from a checkpoint.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from benchmarks.ending import exit_code

from servers import running_postgresql
from strongroom.cohort.store import file_sha256
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.errors import StrongroomError
from strongroom.ledger import SignedNote, TreeHead, WitnessRefusedError
from strongroom.portal.home import Home, create_home, open_home, set_up_django

set_up_django()
from strongroom.portal.acts.transactions import seal  # noqa: E402 - models need Django set up
from strongroom.portal.data.cohorts import CohortSource, add_cohort, find_cohort, open_cohort  # noqa: E402 - models need Django set up
from strongroom.portal.data.dummies import write_dummies  # noqa: E402 - models need Django set up
from strongroom.portal.data.models import Cohort, View  # noqa: E402 - models need Django set up
from strongroom.portal.data.views import add_project, write_project_view  # noqa: E402 - models need Django set up
from strongroom.portal.data.withdrawals import withdraw_participants  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.actions import airlock, check_outputs  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.budgets import request_budget  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.decisions import Approval, approve_request, refuse_request  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.models import ReleaseRequest  # noqa: E402 - models need Django set up
from strongroom.portal.outputs.questions import ask_question  # noqa: E402 - models need Django set up
from strongroom.portal.oversight.ledger_audit import export_ledger, relearn, verify_ledger  # noqa: E402 - models need Django set up
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


def _under_review(home: Home, at: Place) -> None:
    check_outputs(home, [at.sources / "small.csv"], through=airlock(project="first"), by=BY)


def _undecided() -> int:
    return int(ReleaseRequest.objects.filter(verdict="review", decision="").latest("pk").pk)


def _approve(home: Home, at: Place, number: int) -> None:
    files = Approval([at.sources / "small.csv"], at.out / f"released-{number}")
    approve_request(home, number=_undecided(), approval=files, reason="benchmark", by=BY)


def _restore(at: Place) -> None:
    """Continue from the checkpoint; no other command opens a home whose witness has no memory."""
    relearn(at.home, (at.sources / "checkpoint").read_text(), by=BY)


def _forget(home: Home, at: Place) -> None:
    """Store a checkpoint and take the witness's memory away."""
    (at.sources / "checkpoint").write_text(str(seal(home)))
    home.memory.path.unlink()


PREPARED: dict[str, Callable[[Home, Place, int], None]] = {
    "project revoke": lambda home, _at, number: _project(home, f"project-{number}"),
    "decide release": lambda home, at, _number: _under_review(home, at),
    "decide refuse": lambda home, at, _number: _under_review(home, at),
    "restore": lambda home, at, _number: _forget(home, at),
}
"""What some verbs need first, in a process of its own."""

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
    "decide release": _approve,
    "decide refuse": lambda home, _at, _n: refuse_request(
        home, number=_undecided(), reason="benchmark", by=BY
    ),
    "project allow": lambda home, _at, _n: request_budget(
        home, slug="first", share=0.1, reason="benchmark", by=BY
    ),
    "vault verify": lambda home, _at, _n: verify_vault(home),
    "ledger verify": lambda home, _at, _n: (verify_ledger(home), verify_state(home)),
    "ledger checkpoint": lambda home, _at, _n: seal(home),
    "ledger export": lambda home, at, n: export_ledger(home, to=at.out / f"ledger-{n}.jsonl", by=BY),
}


def main(arguments: list[str] | None = None) -> int:
    """Kill commands, and print what each verb left."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    wanted.add_argument("--kills", type=int, default=500)
    wanted.add_argument("--quick", action="store_true", help="40 kills")
    wanted.add_argument("--verbs", nargs="*", default=[*VERBS, "restore"])
    wanted.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server")
    asked = wanted.parse_args(arguments)
    each = max((40 if asked.quick else asked.kills) // len(asked.verbs), 1)
    folder = Path(os.environ.get("TMPDIR", "/var/tmp")) / f"kills-{os.getpid()}"
    at = Place(folder / "home", folder / "sources", folder / "out")
    # Before Python first asks for it: forks have a temporary folder of their own.
    os.environ["TMPDIR"] = str(folder / "tmp")
    for made in (at.sources / "results", at.out, folder / "tmp"):
        made.mkdir(parents=True)
    with ExitStack() as server:
        server.callback(shutil.rmtree, folder, ignore_errors=True)
        if asked.postgresql:
            address = dict(word.split("=") for word in server.enter_context(running_postgresql()).split())
            os.environ["DATABASE_URL"] = f"postgresql://strongroom@{quote(address['host'], safe='')}/postgres"
        _in_fork(lambda: _prepare(at))
        missed = [fault for verb in asked.verbs for fault in _killed(verb, at, each)]
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
    (at.sources / "small.csv").write_text("site,n,mean\nA,3,1.5\nB,340,2.5\n")
    home = create_home(at.home)
    (home.path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n")
    add_cohort(home, name="cohort", source=at.source(), by=BY)
    _project(home, "first")


def _killed(verb: str, at: Place, times: int) -> list[str]:
    """Kill a verb `times` times; print and return what was wrong."""
    prepare = PREPARED.get(verb, lambda *_: None)
    _in_fork(lambda: prepare(open_home(at.home), at, 9_000))
    began = time.monotonic()
    _in_fork(lambda: _do(verb, at, 9_000))
    whole = time.monotonic() - began
    killed, faults = 0, []
    for number in range(times):
        _in_fork(lambda number=number: prepare(open_home(at.home), at, number))
        child = os.fork()
        if child == 0:
            _silent(lambda number=number: _do(verb, at, number))
        time.sleep(LATEST * whole * (number + 0.5) / times)
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        at_once = _outside(at)
        later = _in_fork(lambda: _faults(at))
        faults += [f"{verb}, kill {number}: {fault}" for fault in (*at_once, *later, *_unswept(at))]
        for each in at.out.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    print(f"{verb:<16} {whole:6.1f} s  {killed:4} of {times} killed  {len(faults)} faults", flush=True)
    return faults


def _do(verb: str, at: Place, number: int) -> list[str]:
    if verb == "restore":
        _restore(at)
    else:
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
    """Return what a killed command left beside its target or in the temporary folder, before the next.

    Unfinished copies of a release and an unfinished export of a view are noted in the vault, and the next
    command removes them (`_unswept`).
    """
    noted = (".release-", ".view-")
    hidden = [each.name for each in at.out.rglob(".*") if not each.name.startswith(noted)]
    temporary = [each.name for each in Path(os.environ["TMPDIR"]).iterdir()]
    return [f"left outside: {each}" for each in (*hidden, *temporary)]


def _faults(at: Place) -> list[str]:
    """Return what is wrong once the next command has opened the home."""
    try:
        home = open_home(at.home)
    except WitnessRefusedError:
        _restore(at)
        home = open_home(at.home)
    found = list(_unlogged(at))
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
    return found


def _unlogged(at: Place) -> Iterator[str]:
    """Yield what left, or what the witness was given, without an entry."""
    released = {entry["facts"]["sha256"] for _, entry in entries_of("output.released")}
    for copy in at.out.glob("released-*/**/*"):
        if copy.is_file() and file_sha256(copy) not in released:
            yield f"left without an entry: {copy.name}"
    for kind, names in (("view.exported", "view-*"), ("dummy.written", "dummy-*")):
        logged = {Path(entry["facts"]["to"]).name for _, entry in entries_of(kind)}
        yield from (f"no {kind}: {each.name}" for each in at.out.glob(names) if each.name not in logged)
    logged = {entry["subject"] for _, entry in entries_of("ledger.exported")}
    yield from (
        f"no ledger.exported: {each.name}" for each in at.out.glob("*.jsonl") if each.name not in logged
    )
    kept = at.sources / "checkpoint"
    if kept.exists():
        size = TreeHead.parse(SignedNote.parse(kept.read_text()).text).size
        if size not in {entry["facts"]["entries"] for _, entry in entries_of("witness.relearned")}:
            yield "no witness.relearned"
        kept.unlink()


def _unswept(at: Place) -> list[str]:
    """Return what is unfinished beside a target although another command has begun since."""
    return [f"left outside after the next command: {each.name}" for each in at.out.rglob(".*")]


if __name__ == "__main__":
    sys.exit(main())
