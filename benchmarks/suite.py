"""The benchmarks as programs: which there are, how long each takes, and running them one after the other."""

import ast
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.ending import LEFT_OUT, MISSED

HERE = Path(__file__).parent
_TAKES = re.compile(r"Takes about (\d+) (s|min), (\d+) (s|min) with --quick")
_UNITS = {"s": 1, "min": 60}
_EVERY_SECONDS = 60.0


@dataclass(frozen=True)
class Benchmark:
    """A program below this folder; what it says of itself stands in its docstring."""

    path: Path

    @property
    def name(self) -> str:
        """Its folder and its name, as it is asked for."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def about(self) -> str:
        """What it measures, in a line."""
        return self._text.splitlines()[0]

    def seconds(self, *, quick: bool) -> int:
        """Return how long it takes on two cores; ValueError where it does not say."""
        found = _TAKES.search(" ".join(self._text.split()))
        if found is None:
            raise ValueError(f"{self.name} does not say how long it takes")
        count, unit = found.groups()[2:] if quick else found.groups()[:2]
        return int(count) * _UNITS[unit]

    @cached_property
    def _text(self) -> str:
        return ast.get_docstring(ast.parse(self.path.read_text(encoding="utf-8"))) or ""


@dataclass(frozen=True)
class Ended:
    """How a benchmark ended: its exit code, which is negative where a signal ended it, and what it told.

    `cpu_seconds` are of it and all it started and waited for.
    """

    name: str
    code: int
    seconds: float
    cpu_seconds: float
    missed: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def how(self) -> str:
        """In a word: it passed, it missed a target, or it failed, which is what an exit without words is."""
        if self.code == 0:
            return "passed"
        return "missed" if self.missed else "failed"


def benchmarks(below: Path = HERE) -> list[Benchmark]:
    """Return all of them, in the order they are run."""
    return [Benchmark(path) for path in sorted(below.glob("*/*.py")) if not path.name.startswith("_")]


def run_all(chosen: Sequence[Benchmark], *, quick: bool) -> Iterator[Ended]:
    """Run them in turn, whatever becomes of each; how far it is goes to standard error."""
    began = time.perf_counter()
    for number, each in enumerate(chosen):
        ahead = sum(one.seconds(quick=quick) for one in chosen[number:])
        place = f"[{number + 1} of {len(chosen)}] {each.name}"
        gone = time.perf_counter() - began
        _tell(f"{place}: {_minutes(gone)} gone, about {_minutes(ahead)} to go")
        print(f"\n## {each.name}\n", flush=True)
        ended = run_one(each, place, quick=quick)
        _tell(f"{place}: {ended.how} in {_minutes(ended.seconds)}")
        yield ended


def run_one(benchmark: Benchmark, place: str, *, quick: bool) -> Ended:
    """Run one in a process of its own, so that peak memory is its own; what it prints passes through."""
    command = [sys.executable, str(benchmark.path), *(["--quick"] if quick else [])]
    began, worked = time.perf_counter(), _cpu_of_children()
    missed, left = [], []
    with (
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        ) as process,
        _heartbeat(place, benchmark.seconds(quick=quick)),
    ):
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.startswith(MISSED):
                missed.append(line.removeprefix(MISSED).strip())
            elif line.startswith(LEFT_OUT):
                left.append(line.removeprefix(LEFT_OUT).strip())
    took, cpu = time.perf_counter() - began, _cpu_of_children() - worked
    return Ended(benchmark.name, process.returncode, took, cpu, tuple(missed), tuple(left))


def summary(ended: Sequence[Ended]) -> list[str]:
    """Return how each ended as a table in Markdown, and the count of all."""
    lines = ["", "## In all", ""]
    lines += ["| benchmark | how it ended | seconds | CPU s | what |", "|---|---|---:|---:|---|"]
    for each in ended:
        what = [*each.missed, *(f"left out: {one}" for one in each.left_out)]
        if each.how == "failed":
            what.insert(0, f"exit code {each.code}")
        took = f"{each.seconds:,.0f} | {each.cpu_seconds:,.0f}"
        lines.append(f"| {each.name} | {each.how} | {took} | {'; '.join(what)} |")
    counted = {how: sum(each.how == how for each in ended) for how in ("passed", "missed", "failed")}
    said = f"{counted['passed']} passed, {counted['missed']} missed a target, {counted['failed']} failed"
    in_all = _minutes(sum(each.seconds for each in ended))
    return [*lines, "", f"{len(ended)} benchmarks in {in_all}: {said}."]


@contextmanager
def _heartbeat(place: str, reckoned: int) -> Iterator[None]:
    """Say every minute how long it has been going, for some are silent until they end."""
    over = threading.Event()
    began = time.perf_counter()

    def beat() -> None:
        while not over.wait(_EVERY_SECONDS):
            _tell(f"{place}: {_minutes(time.perf_counter() - began)} of about {_minutes(reckoned)}")

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
