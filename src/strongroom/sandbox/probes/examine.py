"""Running probes inside a job, and as a control without one."""

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from strongroom.sandbox.jobs import Cause, Job, JobLimits, JobResult, Runtime, Supervisor, own_runtime, run
from strongroom.sandbox.probes import attempts, bait
from strongroom.sandbox.probes.attempts.catalogue import PROBES
from strongroom.sandbox.probes.attempts.probe import (
    HELD,
    LEAK,
    OUTPUTS,
    PLANTED,
    PROCESSES,
    UNKNOWN,
    Bait,
    Probe,
)
from strongroom.sandbox.probes.bait import Prepared
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    depth: int = threshold(
        8, "directories", "judgement: more than a collection allows, below what breaks tools"
    )
    control_seconds: float = threshold(120.0, "seconds", "cost: a control takes at most ten")
    late_seconds: float = threshold(0.5, "seconds", "judgement: a process that was killed is gone by then")
    small_share: float = threshold(
        0.2, "processors", "judgement: so little that a probe sees that it is limited"
    )


LIMITS = _Limits()

_PACKAGE = "strongroom/sandbox/probes/attempts"
_MAIN = "import sys\nfrom strongroom.sandbox.probes.attempts.catalogue import main\nmain(sys.argv[1:])\n"
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 ._-]{0,63}")
_EARLY = 1_000_000_000  # fixed: a second of 2001, in the clock's seconds; nothing is made before it
# A limit that ends a job ends the probe before it can answer.
_STOPPED = {
    Cause.TIME_LIMIT: "the job was stopped at its time limit",
    Cause.MEMORY_LIMIT: "the job was stopped at its memory limit",
}


@dataclass(frozen=True)
class Finding:
    """A probe and what became of it; `reason` names nothing of the host."""

    probe: Probe
    verdict: str
    reason: str

    @property
    def name(self) -> str:
        """The family and the probe."""
        return f"{self.probe.family}/{self.probe.name}"


@dataclass(frozen=True)
class Examined:
    """What every probe found, and what held the jobs."""

    findings: tuple[Finding, ...]
    isolation: str


def inside(
    names: Iterable[str], *, supervisor: Supervisor | None = None, runtime: Runtime | None = None
) -> Examined:
    """Run probes in jobs: many in one, except those that use up what others need.

    Raises RefusedError on a machine that cannot isolate.
    """
    if supervisor is None:
        with Supervisor() as started:
            return inside(names, supervisor=started, runtime=runtime)
    chosen = {name: PROBES[name] for name in names}
    together = [name for name, probe in chosen.items() if not probe.alone]
    with bait.prepared() as ready:
        tried = _Tried(ready, supervisor, runtime or own_runtime())
        found = tried.job(together, bait.JOB) if together else {}
        for name, probe in chosen.items():
            if probe.alone:
                found |= tried.job([name], _limits_of(name))
        return Examined(tuple(found[name] for name in chosen), tried.isolation)


def outside(names: Iterable[str]) -> tuple[Finding, ...]:
    """Run probes in ordinary processes, each with what a careless host would leave open, as the control."""
    chosen = {name: PROBES[name] for name in names}
    together = [name for name, probe in chosen.items() if not probe.alone]
    found = _controls(together) if together else {}
    for name, probe in chosen.items():
        if probe.alone:
            found |= _controls([name])
    return tuple(found[name] for name in chosen)


def program() -> bytes:
    """Return the probes as an archive that Python runs."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("__main__.py", _MAIN)
        for folder in ("strongroom", "strongroom/sandbox", "strongroom/sandbox/probes"):
            archive.writestr(f"{folder}/__init__.py", "")
        for path in sorted(Path(attempts.__path__[0]).glob("*.py")):
            archive.writestr(f"{_PACKAGE}/{path.name}", path.read_bytes())
    return content.getvalue()


def _limits_of(name: str) -> JobLimits:
    if name.startswith("floods/time-limit"):
        return replace(bait.JOB, seconds=bait.LIMITS.seconds)
    if name == "floods/processors":
        return replace(bait.JOB, cpus=LIMITS.small_share)
    return bait.JOB


class _Tried:
    """Jobs with probes, on one supervisor."""

    def __init__(self, ready: Prepared, supervisor: Supervisor, runtime: Runtime) -> None:
        self._ready, self._supervisor, self._runtime = ready, supervisor, runtime
        self._program, self._number = program(), 0
        self.isolation = ""

    def job(self, names: list[str], limits: JobLimits) -> dict[str, Finding]:
        """Run probes in one job; return what they found."""
        self._number += 1
        directory = self._ready.directory / f"job-{self._number}"
        job = Job(
            files={"probes.zip": self._program},
            command=("python", "-I", "-S", "/code/probes.zip", "/inputs/bait.json", *names),
            runtime=self._runtime,
            inputs={"bait.json": _json(self._ready.bait)},
            limits=limits,
        )
        result = run(job, view=_view, outputs=directory, supervisor=self._supervisor)
        self.isolation = result.isolation
        said = _lines(directory / "stdout.txt")
        return {name: self._finding(name, said.get(name), result, directory) for name in names}

    def _finding(
        self, name: str, said: tuple[str, str] | None, result: JobResult, directory: Path
    ) -> Finding:
        probe = PROBES[name]
        if said is None:
            if result.cause in _STOPPED:
                return Finding(probe, HELD, _STOPPED[result.cause])
            return Finding(probe, UNKNOWN, f"the job ended early: {result.cause.value}")
        return _judged(probe, said, self._ready.bait, directory / "outputs")


def _view(directory: Path) -> None:
    (directory / "dictionary.json").write_text("[]", encoding="ascii")


def _controls(names: list[str]) -> dict[str, Finding]:
    """Run probes in one ordinary process."""
    with bait.prepared() as ready:
        places = {each: ready.directory / each for each in ("outputs", "scratch", "home", "shared")}
        for each in places.values():
            each.mkdir()
        named: dict[str, Any] = {each: str(path) for each, path in places.items()}
        asked = replace(ready.bait, **named)
        said = _without_job(names, asked, ready.directory)
        return {
            name: _judged(PROBES[name], said[name], asked, places["outputs"])
            if name in said
            else Finding(PROBES[name], UNKNOWN, "the control ended early")
            for name in names
        }


def _without_job(names: list[str], asked: Bait, directory: Path) -> dict[str, tuple[str, str]]:
    archive, told, log = directory / "probes.zip", directory / "bait.json", directory / "log.txt"
    archive.write_bytes(program())
    told.write_bytes(_json(asked))
    log.write_text(asked.token, encoding="ascii")
    opened = [os.open(path, os.O_RDONLY) for path in (asked.secret_file, asked.project)]
    try:
        with log.open("a", encoding="ascii") as errors:
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-I", "-S", "-B", str(archive), str(told), *names],
                input=asked.token.encode(),
                stdout=subprocess.PIPE,
                stderr=errors,
                pass_fds=opened,
                cwd=asked.scratch,
                check=False,
                timeout=LIMITS.control_seconds,
            )
    finally:
        for each in opened:
            os.close(each)
    return _answers(done.stdout)


def _judged(probe: Probe, said: tuple[str, str], asked: Bait, outputs: Path) -> Finding:
    """Return what a probe found; where it left something behind, look for that."""
    verdict, why = said
    if verdict != PLANTED:
        return Finding(probe, verdict, why)
    fault = ""
    if probe.judge == OUTPUTS:
        fault = next(_faults(outputs, asked), "")
    elif probe.judge == PROCESSES:
        fault = _left_behind(asked)
    return Finding(probe, LEAK if fault else HELD, fault or f"{why}: nothing of it came out")


def _faults(outputs: Path, asked: Bait) -> Iterator[str]:
    """Yield what is wrong with collected outputs: all but plain files of plain names, sizes and times."""
    total = 0
    for folder, names, files in os.walk(outputs):
        if len(Path(folder).relative_to(outputs).parts) > LIMITS.depth:
            yield "deep directories were collected"
        for name in (*names, *files):
            path = Path(folder) / name
            if not _PLAIN.fullmatch(name):
                yield "an odd name was collected"
            about = path.lstat()
            if stat.S_ISDIR(about.st_mode):
                if not about.st_mode & stat.S_IXUSR:
                    yield "a closed directory was collected"
                continue
            yield from _faults_of_file(path, about, asked)
            total += about.st_size
    if total > bait.LIMITS.output_bytes:
        yield "more was collected than the limit"


def _faults_of_file(path: Path, about: os.stat_result, asked: Bait) -> Iterator[str]:
    if not stat.S_ISREG(about.st_mode):
        yield "something that is no plain file was collected"
        return
    if about.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR):
        yield "special permissions were collected"
    if about.st_mtime < _EARLY:
        yield "a chosen time was collected"
    with suppress(OSError):
        if os.listxattr(path):
            yield "attributes were collected"
    with path.open("rb") as file:
        if asked.found_in(file.read(1 << 20)):
            yield "another project's data were collected"


def _left_behind(asked: Bait) -> str:
    """Return a sentence, and kill it, where a process of a probe is left."""
    time.sleep(LIMITS.late_seconds)
    mark, found = f"{asked.token}-late".encode(), False
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            with suppress(OSError):
                if mark in (each / "cmdline").read_bytes():
                    os.kill(int(each.name), signal.SIGKILL)
                    found = True
    return "a process outlived the job" if found else ""


def _json(asked: Bait) -> bytes:
    return json.dumps(asdict(asked)).encode("ascii")


def _lines(path: Path) -> Mapping[str, tuple[str, str]]:
    return _answers(path.read_bytes()) if path.exists() else {}


def _answers(content: bytes) -> dict[str, tuple[str, str]]:
    """Return the verdict and reason of each probe; what is no line of a probe is passed over."""
    found: dict[str, tuple[str, str]] = {}
    for line in content.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            found[said["probe"]] = (said["verdict"], said["reason"])
    return found
