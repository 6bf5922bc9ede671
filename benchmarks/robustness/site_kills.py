"""The site's worker killed at random moments of checks, releases and jobs: nothing lost, nothing unrecorded.

    python benchmarks/robustness/site_kills.py --kills 200
    python benchmarks/robustness/site_kills.py --quick

Takes about 15 min, 2 min with --quick.

A submission or a job is added, a worker is started in a process of its own, and after a random time it is
killed (SIGKILL). Another process then opens the home as the next start does and verifies ledger, state and
vault; it looks for released copies without entries, entries without copies, and directories that belong to
nothing. At the end a worker that nobody disturbs does what is left, and every submission must have ended.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from benchmarks.ending import exit_code

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.home import Home, create_home, open_home, set_up_django

set_up_django()
from django.db import connections  # noqa: E402 - models need Django set up

from people import cast, opened  # noqa: E402 - likewise
from strongroom.portal.acts.transactions import ledger  # noqa: E402 - likewise
from strongroom.portal.data.cohorts import CohortSource, add_cohort  # noqa: E402 - likewise
from strongroom.portal.enclave import orders  # noqa: E402 - likewise
from strongroom.portal.enclave.models import JobOrder  # noqa: E402 - likewise
from strongroom.portal.outputs import checking  # noqa: E402 - likewise
from strongroom.portal.outputs.models import ReleasedFile, Submission  # noqa: E402 - likewise
from strongroom.portal.outputs.submissions import add_file, open_submission, submit  # noqa: E402 - likewise
from strongroom.portal.oversight.ledger_audit import verify_ledger  # noqa: E402 - likewise
from strongroom.portal.oversight.state_audit import verify_state  # noqa: E402 - likewise
from strongroom.portal.oversight.vault_audit import verify_vault  # noqa: E402 - likewise
from strongroom.portal.people.models import Person  # noqa: E402 - likewise

SCRIPT = 'open("/outputs/table.csv", "w").write("term,estimate,n\\nage,0.51,1800\\n")\n'
MOST_WAITING = 10
ENDED = {"released", "review", "blocked"}
KINDS = ("vault/uploads", "vault/previews", "vault/releases", "vault/jobs", "vault/requests")


def main() -> int:
    """Kill, look, finish; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="15 kills")
    asked = parser.parse_args()
    kills, draws = 15 if asked.quick else asked.kills, random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="strongroom-site-") as name:
        path = Path(name) / "home"
        _in_child(lambda: _begin(path, Path(name)))
        undisturbed = _undisturbed(path)
        ends, faults = Counter[str](), []
        for number in range(kills):
            _in_child(lambda number=number: _add(path, number))
            ends[_killed(path, draws.uniform(0, 1.1 * undisturbed))] += 1
            faults += _seen(lambda: _faults(path))
        faults += _seen(lambda: _finish(path))
    print(f"{kills} rounds over {undisturbed:.1f} s: {dict(ends)}")
    print(f"faults: {len(faults)}")
    for fault in faults:
        print(f"  {fault}", file=sys.stderr)
    return exit_code(faults)


def _begin(path: Path, folder: Path) -> None:
    home = create_home(path)
    (path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n")
    (path / "airlock.yaml").write_text("files_a_day: 100000\n")
    files = write_synthetic_cohort(folder / "sources", participants=1_000, seed=7, columns=60, variants=4)
    source = CohortSource(
        files.participants, files.dictionary, files.id_column, files.events, files.genotypes
    )
    add_cohort(home, name="synthetic", source=source, by="benchmark")
    opened(home, cast(home))


def _add(path: Path, number: int) -> None:
    """Add a submission, and with every third one a job."""
    home, rosa = open_home(path), Person.objects.get(handle="rosa-researcher")
    draft = open_submission(home, slug="heart", title=f"Table {number}", reason="for the paper", by=rosa)
    row = f"term,estimate,n\nage,{0.5 + number / 1000:.3f},1800\n"
    add_file(home, submission=draft, name="table.csv", content=[row.encode()], context="", by=rosa)
    submit(home, submission=draft, by=rosa)
    # A project may have 20 jobs that wait.
    if number % 3 == 0 and JobOrder.objects.filter(state="queued").count() < MOST_WAITING:
        orders.ask_for_job(
            home, slug="heart", script_name="job.py", script=SCRIPT, outputs=["table.csv"], by=rosa
        )


def _work(path: Path) -> None:
    home = open_home(path)
    while checking.work(home) | orders.work(home):
        pass


def _undisturbed(path: Path) -> float:
    _in_child(lambda: _add(path, 999))
    began = time.monotonic()
    _in_child(lambda: _work(path))
    return time.monotonic() - began


def _killed(path: Path, seconds: float) -> str:
    """Start a worker and kill it after so many seconds; return whether it was done before."""
    worker = _fork(lambda: _work(path))
    time.sleep(seconds)
    os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    return "killed" if os.WIFSIGNALED(status) else "done before"


def _faults(path: Path) -> list[str]:
    """Open the home as the next start does, and return what is wrong."""
    home = open_home(path)
    verify_ledger(home)
    verify_state(home)
    verify_vault(home)
    told = [
        (entry.facts["submission"], entry.facts["file"], entry.facts["sha256"]) for entry in _released(home)
    ]
    kept = [(copy.submission_id, copy.name, copy.sha256) for copy in ReleasedFile.objects.all()]
    found = []
    if sorted(told) != sorted(kept):
        found.append(f"entered or kept, not both: {sorted(set(told) ^ set(kept))}")
    if list((home.vault / "incoming").iterdir()) if (home.vault / "incoming").exists() else []:
        found.append("something is left in incoming")
    found += [
        f"{state.pk} is released without copies"
        for state in Submission.objects.filter(state="released", copies=None)
    ]
    return found + _unused(home)


def _released(home: Home) -> list[object]:
    return [entry for _, entry in ledger(home).entries() if entry.kind == "output.released"]


def _unused(home: Home) -> list[str]:
    """Return the directories of the vault that no row names."""
    named = {each for row in Submission.objects.all() for each in (row.preview, row.released)}
    named |= {file.kept for row in Submission.objects.all() for file in row.files.all()}
    found = []
    for folder in ("uploads", "releases"):
        present = (home.vault / folder).iterdir() if (home.vault / folder).exists() else ()
        found += [
            f"{folder}/{each.name} belongs to nothing"
            for each in present
            if f"{folder}/{each.name}" not in named
        ]
    return found


def _finish(path: Path) -> list[str]:
    _work(path)
    left = Submission.objects.exclude(state__in=ENDED).values_list("pk", "state")
    waiting = JobOrder.objects.exclude(state="done").values_list("pk", "state", "message")
    print(f"submissions: {Submission.objects.count()}, jobs: {JobOrder.objects.count()}", flush=True)
    return [f"not ended: {each}" for each in [*left, *waiting]] + _faults(path)


def _seen(look: Callable[[], list[str]]) -> list[str]:
    """Run `look` in a process of its own; return what it found, or that it failed."""
    reading, writing = os.pipe()
    child = _fork(lambda: os.write(writing, "\n".join(look()).encode()))
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        text = answer.read().decode()
    _, status = os.waitpid(child, 0)
    failed = ["the next start failed"] if status else []
    return failed + [line for line in text.splitlines() if line]


def _in_child(do: Callable[[], object]) -> None:
    _, status = os.waitpid(_fork(do), 0)
    if status:
        sys.exit("a step that nobody disturbs failed")


def _fork(do: Callable[[], object]) -> int:
    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        do()
    except BaseException as error:  # noqa: BLE001 - it ends this process, in words
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
