"""Jobs killed at random moments, and many at once: nothing of them may be left.

    python benchmarks/robustness/job_kills.py --kills 200 --at-once 50

Takes about 5 min, 1 min with --quick.

Each job reads a view that is marked, copies it to its /tmp and writes 4 MB of outputs. One of its processes,
drawn at random, is killed (SIGKILL) at a random moment: the caller, the supervisor, the process of the job's
stage, bubblewrap, or the script. Afterwards this process, which adopts what loses its parent, may have no
descendant; mounts must be as before; outputs must be complete where the job is said to have finished, and
absent where it is said to have been lost. The next command sweeps the directory of a caller that was killed
itself. At the end, the mark of the views may be in no file.

Then many jobs run at once on one supervisor, each of which takes about 0.2 s of processor time.
"""

import argparse
import os
import random
import secrets
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

from strongroom.errors import RefusedError
from strongroom.sandbox.jobs import Cause, Job, JobLimits, JobResult, Supervisor, caps, own_runtime, run
from strongroom.sandbox.jobs.process import adopt_orphans

ROLES = ("caller", "supervisor", "stage", "bubblewrap", "script")
OUTPUT_BYTES, FILES = 1 << 20, 4
SCRIPT = f"""
import os, sys, time
rows = open('/data/table.csv').read()
open('/tmp/copy.csv', 'w').write(rows)
for n in range({FILES}):
    with open(f'/outputs/part-{{n}}.csv', 'w') as file:
        for _ in range(16):
            file.write('x' * ({OUTPUT_BYTES} // 16))
            file.flush()
            time.sleep(0.008)
"""
BUSY = """
import time
end = time.process_time() + 0.2
while time.process_time() < end:
    pass
open('/outputs/a', 'w').write('a')
"""
# How long the kernel may take to end what a kill has orphaned, on a busy machine.
PATIENCE_SECONDS = 20.0
FINISHED, FAILED, REFUSED, ODD = 0, 2, 3, 4
ENDS = {FINISHED: "finished", FAILED: "failed", REFUSED: "an error in words"}


def main() -> int:
    """Run both; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    kills, at_once = (20, 10) if asked.quick else (asked.kills, asked.at_once)
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="strongroom-kills-") as name:
        missed = [*_kills(Path(name), kills, random.Random(asked.seed)), *_at_once(Path(name), at_once)]
    return exit_code(missed)


def _kills(directory: Path, kills: int, draws: random.Random) -> list[str]:
    mark, began = secrets.token_hex(16), time.time()
    mounts = Path("/proc/self/mountinfo").read_text()
    undisturbed = _undisturbed(directory, mark)
    killed: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    faults: list[str] = []
    swept = 0
    for number in range(kills):
        outputs = directory / f"job-{number}"
        caller = _caller(outputs, mark)
        time.sleep(draws.uniform(0, 1.1 * undisturbed))
        role = _kill(caller, draws.choice(ROLES))
        killed[role] += 1
        end = _ended(caller)
        ends[end] += 1
        faults += [f"{role}: {each}" for each in _left()]
        if Path("/proc/self/mountinfo").read_text() != mounts:
            faults.append(f"{role}: a mount is left")
        if outputs.exists() and not _complete(outputs):
            swept += end == "killed"
            if end in {ENDS[FINISHED], ENDS[REFUSED]}:
                faults.append(f"{role}: a half output is left")
    with Supervisor():  # its first act is to remove what killed ones left
        time.sleep(0.5)
    faults += [f"a control group is left: {each}" for each in _groups()]
    faults += [f"the view's mark is in {each.name}" for each in _marked(mark, began)]
    print(f"{kills} kills over {undisturbed:.2f} s: {dict(killed)}")
    print(f"the caller: {dict(ends)}; collected in part when it was killed itself: {swept}")
    print(f"faults: {len(faults)}")
    return faults


def _undisturbed(directory: Path, mark: str) -> float:
    began = time.monotonic()
    result = _job(directory / "undisturbed", mark)
    if result.cause is not Cause.FINISHED:
        sys.exit(f"the job does not run here: {result.cause.value}")
    return time.monotonic() - began


def _job(outputs: Path, mark: str) -> JobResult:
    def view(place: Path) -> None:
        (place / "table.csv").write_text(f"{mark}\n" * 20_000)

    files, limits = {"main.py": SCRIPT.encode()}, JobLimits(seconds=60)
    job = Job(files, ("python", "/code/main.py"), own_runtime(), limits=limits)
    return run(job, view=view, outputs=outputs)


def _caller(outputs: Path, mark: str) -> int:
    """Fork a process that runs a job as the command line does; return its number."""
    number = os.fork()
    if number:
        return number
    status = ODD
    try:
        status = FINISHED if _job(outputs, mark).cause is Cause.FINISHED else FAILED
    except RefusedError:
        status = REFUSED
    finally:
        os._exit(status)


def _kill(caller: int, role: str) -> str:
    """Kill the process of that role, or the last before it that is there yet; return whose it was."""
    chain, deepest = [caller], caller
    for _ in ROLES[1:]:
        below = list(_children(deepest))
        if not below:
            break
        deepest = min(below)
        chain.append(deepest)
    wanted = min(ROLES.index(role), len(chain) - 1)
    with suppress(ProcessLookupError):
        os.kill(chain[wanted], signal.SIGKILL)
    return ROLES[wanted]


def _children(number: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{number}/task").iterdir():
            yield from map(int, (task / "children").read_text().split())


def _ended(caller: int) -> str:
    """Wait for the caller; return how it ended."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        number, status = os.waitpid(caller, os.WNOHANG)
        if number:
            if os.WIFSIGNALED(status):
                return "killed"
            return ENDS.get(os.WEXITSTATUS(status), "an odd error")
        time.sleep(0.005)
    os.kill(caller, signal.SIGKILL)
    os.waitpid(caller, 0)
    return "it hung"


def _left() -> Iterator[str]:
    """Yield what is left of a job: this process adopts whatever lost its parent."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)
    for each in _children(os.getpid()):
        yield "a process is left"
        os.kill(each, signal.SIGKILL)


def _complete(outputs: Path) -> bool:
    written = outputs / "outputs"
    if not written.exists():
        return True
    sizes = [each.stat().st_size for each in written.iterdir()]
    return sizes in ([], [OUTPUT_BYTES] * FILES) or sum(sizes) == 0


def _groups() -> list[str]:
    """Return the control groups of jobs in which no process is, and whose supervisor has ended."""
    places = {*caps._parents_1().values(), *caps._delegated()}  # noqa: SLF001 - what they are is the module's matter
    groups = [each for place in places for each in Path(place).glob("strongroom-*")]
    return [each.name for each in groups if not (each / "cgroup.procs").read_text() and not _runs(each.name)]


def _runs(group: str) -> bool:
    return Path(f"/proc/{group.split('-')[1]}").exists()


def _marked(mark: str, began: float) -> Iterator[Path]:
    """Yield files, newer than the first job, in which the mark of its view is."""
    wanted = mark.encode()
    for place in {tempfile.gettempdir(), "/var/tmp", "/dev/shm", str(Path.home())}:
        for folder, _, names in os.walk(place):
            for name in names:
                path = Path(folder) / name
                with suppress(OSError):
                    if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= began - 1:
                        with path.open("rb") as file:
                            while chunk := file.read(1 << 24):
                                if wanted in chunk:
                                    yield path
                                    break


def _at_once(directory: Path, jobs: int) -> list[str]:
    """Run jobs at once on one supervisor; return what went wrong."""
    waits: list[float] = []
    peaks: list[int] = []
    causes: Counter[str] = Counter()
    with Supervisor() as supervisor:

        def one(number: int) -> None:
            began = time.monotonic()
            files, limits = {"main.py": BUSY.encode()}, JobLimits(seconds=300)
            job = Job(files, ("python", "/code/main.py"), own_runtime(), limits=limits)
            outputs = directory / f"at-once-{number}"
            try:
                result = run(job, view=lambda _: None, outputs=outputs, supervisor=supervisor)
                causes[result.cause.value] += 1
                peaks.append(result.usage.memory)
            except RefusedError as error:
                causes[error.message] += 1
            waits.append(time.monotonic() - began)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(jobs)]
        began = time.monotonic()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        took = time.monotonic() - began
    first, last = min(waits), max(waits)
    print(f"{jobs} jobs at once: {dict(causes)} in {took:.1f} s")
    print(f"each: first {first:.1f} s, median {statistics.median(waits):.1f} s, last {last:.1f} s")
    print(f"memory: at most {max(peaks, default=0) / (1 << 20):.1f} MiB for each job")
    return [] if causes == {Cause.FINISHED.value: jobs} else [f"jobs at once: {dict(causes)}"]


if __name__ == "__main__":
    sys.exit(main())
