"""Judge cases in a few processes of their own, each with the cohorts open."""

import dataclasses
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from benchmarks.exfiltration._attacks import Handed
from benchmarks.exfiltration._benign import generated, hard
from benchmarks.exfiltration._cases import Case
from benchmarks.exfiltration._cohorts import Source
from benchmarks.exfiltration._gate import Gate, open_gate, read_source
from benchmarks.exfiltration._peers import Peers

from benchmarks.exfiltration import _cases
from strongroom.checker import Limits, Verdict
from strongroom.checker.formats.registry import rebuild_bytes

PROCESSES = 2
FRESH = "fresh draw"  # the tables of a second synthetic cohort, from another seed
_ORDER = ("release", "review", "block")


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the verdict, what each peer says, the detectors that fired, sizes and seconds.

    `verdict` is "undone" where a file was released and the copy that leaves carries none of the leak.
    `seconds` passed, `work` were CPU seconds of the detectors.

    `findings` are (detector, severity, bits, rows, participants, chance) of every file; `error` says why a
    case could not be made, and then nothing was judged.
    """

    case: Case
    verdict: str = ""
    peers: dict[str, str] = field(default_factory=dict)
    findings: tuple[tuple[str, str, float, int, int, float], ...] = ()
    people: int = 0
    cells: int = 0
    files: int = 0
    size: int = 0
    seconds: float = 0.0
    work: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Setting:
    """Where the cohorts lie, by name, and whether the peers are asked."""

    folders: dict[str, Path]
    peers: bool


_setting: Setting


def run(cases: Sequence[Case], setting: Setting) -> Iterator[Outcome]:
    """Yield the outcomes as they come; a fresh process each, for threads of ours do not survive a fork."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES, _begin, (setting,)) as pool:
        yield from pool.imap_unordered(_judge, cases, chunksize=1)


def judge_here(cases: Sequence[Case], setting: Setting) -> Iterator[Outcome]:
    """Yield the outcomes of cases judged in this process, for tests and for looking into one."""
    _begin(setting)
    yield from map(_judge, cases)


def _begin(setting: Setting) -> None:
    global _setting  # noqa: PLW0603 - a process's own, set once
    _setting = setting
    _source.cache_clear()
    _gate.cache_clear()
    _peers.cache_clear()
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


@cache
def _source(name: str) -> Source:
    return read_source(name, _setting.folders[name])


@cache
def _gate(name: str) -> Gate:
    return open_gate(_setting.folders[name])


@cache
def _peers(name: str) -> Peers:
    return Peers(_source(name))


def _judge(case: Case) -> Outcome:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        handed = _make(case, folder)
        judged = _gate(case.cohort).judge(handed.requests)
        files = [path for request in handed.requests for path in request]
        findings = [
            (each.detector, each.severity.value, each.bits, each.rows, each.participants, each.chance)
            for report in judged.reports
            for file in report.files
            for each in file.findings
        ]
        return Outcome(
            case,
            verdict=_come_of(handed, _worst([report.verdict for report in judged.reports])),
            peers=_peers(case.cohort).judge(files) if _setting.peers else {},
            findings=tuple(findings),
            people=handed.people,
            cells=handed.cells,
            files=len(files),
            size=sum(path.stat().st_size for path in files),
            seconds=judged.seconds,
            work=judged.work,
        )
    except Exception as error:  # noqa: BLE001 - one case that fails must not end the run; it is counted and shown
        return Outcome(case, error=f"{type(error).__name__}: {error}"[:300])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(case: Case, folder: Path) -> Handed:
    source = _source(case.cohort)
    if case.family == "real":
        return Handed(((Path(case.path),),), 0, 0)
    if case.family == "benign":
        return generated.make(case, source, folder)
    if case.family == "hard negative":
        other = {"fresh draw": FRESH, "second cohort": hard.SECOND}.get(case.name, "")
        return hard.make(case, source, _source(other) if other in _setting.folders else None, folder)
    return _cases.make_attack(case, source, folder)


def _come_of(handed: Handed, verdict: str) -> str:
    """Return the verdict, or "undone" where what leaves is a copy in which nothing of the leak is left."""
    if verdict != "release" or handed.remains is None:
        return verdict
    files = [path for request in handed.requests for path in request]
    rebuilt = [rebuild_bytes(path.read_bytes(), path.name, limits=Limits()) for path in files]
    left = any(handed.remains(copy.data) for each in rebuilt for copy in each.files)
    return "release" if left else "undone"


def _worst(verdicts: Sequence[Verdict]) -> str:
    return max((verdict.value for verdict in verdicts), key=_ORDER.index)


def timed(cases: Sequence[Case], setting: Setting, rows: IO[str] | None) -> tuple[list[Outcome], float]:
    """Return all outcomes in the order of the cases, and the seconds of the whole.

    Cases are judged in an order of their own, and each is a line of JSON in `rows` as soon as it is, so that
    a run cut short is a sample of the whole.
    """
    began = time.perf_counter()
    outcomes = []
    for one in run(sorted(cases, key=lambda case: crc32(str(case).encode())), setting):
        outcomes.append(one)
        if rows:
            rows.write(json.dumps(dataclasses.asdict(one)) + "\n")
            rows.flush()
        if sys.stderr.isatty() or len(outcomes) % 100 == 0:
            done = f"{len(outcomes):,} of {len(cases):,} cases, {time.perf_counter() - began:,.0f} s"
            sys.stderr.write(f"\r{done}" if sys.stderr.isatty() else f"{done}\n")
    place: dict[Any, int] = {(*case.seed, case.path): number for number, case in enumerate(cases)}
    found = sorted(outcomes, key=lambda one: place[(*one.case.seed, one.case.path)])
    return found, time.perf_counter() - began
