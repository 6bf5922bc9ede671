"""`check`: open every file, judge what is in it, and rebuild what may leave.

1. Take a private copy, so that what is judged is what is rebuilt, whatever happens to the original meanwhile.
2. Read it in a confined process; what cannot be read is itself a finding.
3. Let every detector look at every artefact. A detector that fails blocks the file.
4. Let every request detector look at all files together.
5. The strictest finding is the file's verdict, the strictest file the request's.
6. With `release_to`, rebuild the files whose verdict is release from what was read, and write nothing else.
"""

import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from strongroom.checker.artefacts import Artefact, FileContent, FoundProblem, Limits, ProblemKind
from strongroom.checker.detectors import (
    DETECTORS,
    REQUEST_DETECTORS,
    Evidence,
    JudgedFile,
    KnownIds,
    RowOrder,
)
from strongroom.checker.history import History, remembered
from strongroom.checker.isolation import read_file
from strongroom.checker.policy import Policy, default_policy
from strongroom.checker.rebuild import rebuild
from strongroom.checker.report import FileReport, Finding, Report, Verdict
from strongroom.checker.verdict import confidence
from strongroom.cohort import Cohort
from strongroom.cohort.index import Index
from strongroom.cohort.keys import derive
from strongroom.cohort.store import file_sha256
from strongroom.errors import UsageError
from strongroom.progress import Progress, silent

_REMEMBERING = "rows remembered of a request"
_MEGABYTE = 1_048_576


def check(
    paths: Sequence[Path],
    *,
    cohort: Cohort,
    index: Index,
    known_ids: Sequence[KnownIds] = (),
    orders: Sequence[RowOrder] = (),
    history: History | None = None,
    policy: Policy | None = None,
    release_to: Path | None = None,
    approved: bool = False,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Report:
    """Judge files, and everything in directories, against a cohort; see the module for the steps.

    `known_ids` are ids besides the content that mean participants, `orders` the orders in which people were
    handed out, `history` what earlier requests held, `approved` that a person has looked at what is under
    review and lets it out. Raises UsageError for a path that does not exist;
    nothing that is in a file raises.
    """
    began = time.perf_counter()
    policy = policy or default_policy()
    evidence = Evidence(cohort, index, known_ids, policy, orders, history or History())
    files = list(_files(paths))
    with tempfile.TemporaryDirectory(prefix="strongroom-") as private:
        judged = []
        with progress("Checking files", len(files)) as advance:
            for number, (path, name) in enumerate(files):
                copy = Path(private) / str(number) / path.name
                judged.append(_check_file(path, name, copy, evidence, limits or Limits()))
                advance(1)
        reports = _across_files(judged, evidence)
        if release_to is not None:
            let_out = {Verdict.RELEASE, Verdict.REVIEW} if approved else {Verdict.RELEASE}
            reports = [
                _release(one, report, release_to) if report.verdict in let_out else report
                for one, report in zip(judged, reports, strict=True)
            ]
    seed = int.from_bytes(derive(cohort.key, _REMEMBERING, 8))
    tables = remembered((found for one in judged for found in one.content.artefacts), seed=seed)
    return Report(tuple(reports), time.perf_counter() - began, policy.hash, tables)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file with the name it is reported and released under, in a stable order."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            found = sorted(each for each in path.rglob("*") if each.is_symlink() or not each.is_dir())
            yield from ((each, str(each.relative_to(path))) for each in found)
        elif path.exists() or path.is_symlink():
            yield path, path.name
        else:
            raise UsageError(f"{path} does not exist.", hint="Check the path.")


@dataclass(frozen=True)
class _Judged:
    """A file's private copy, what was found in it, and what its detectors say."""

    copy: Path
    content: FileContent
    report: FileReport


def _check_file(path: Path, name: str, copy: Path, evidence: Evidence, limits: Limits) -> _Judged:
    problem = _private_copy(path, copy, limits)
    if problem is not None:
        content, digest, size = FileContent("unknown", (problem,)), "", 0
    else:
        content, digest, size = read_file(copy, limits=limits), file_sha256(copy), copy.stat().st_size
    findings = tuple(_judge(content.artefacts, evidence)) + _size_finding(name, size, evidence.policy)
    report = FileReport(
        path=name,
        sha256=digest,
        size=size,
        type=content.type,
        findings=findings,
        confidence=confidence(findings),
        isolation=content.isolation,
    )
    return _Judged(copy, content, report)


def _across_files(judged: Sequence[_Judged], evidence: Evidence) -> list[FileReport]:
    """Return the files' reports with what shows only when all are looked at together."""
    files = [JudgedFile(one.report.path, one.content.artefacts) for one in judged]
    found: dict[str, list[Finding]] = defaultdict(list)
    for detector in REQUEST_DETECTORS:
        try:
            for name, finding in detector.run_request(files, evidence):
                found[name].append(finding)
        except Exception as error:  # noqa: BLE001 - as in _judge
            for file in files:
                found[file.name].append(_failed(detector.name, file.name, error))
    return [_with(one.report, found[one.report.path]) for one in judged]


def _with(report: FileReport, more: Sequence[Finding]) -> FileReport:
    findings = (*report.findings, *more)
    return replace(report, findings=findings, confidence=confidence(findings))


def _release(judged: _Judged, report: FileReport, release_to: Path) -> FileReport:
    target = release_to / report.path
    target.parent.mkdir(parents=True, exist_ok=True)
    _, changes = rebuild(judged.copy, judged.content, target)
    return replace(report, changes=changes)


def _private_copy(path: Path, copy: Path, limits: Limits) -> FoundProblem | None:
    if path.is_symlink() or not path.is_file():
        return FoundProblem(path.name, ProblemKind.UNSAFE_NAME, "a link or device instead of a file")
    if path.stat().st_size > limits.file_bytes:
        return FoundProblem(path.name, ProblemKind.TOO_LARGE)
    try:
        copy.parent.mkdir()
        shutil.copyfile(path, copy, follow_symlinks=False)
    except OSError as error:
        return FoundProblem(path.name, ProblemKind.UNREADABLE, error.strerror or "")
    return None


def _judge(artefacts: Sequence[Artefact], evidence: Evidence) -> Iterator[Finding]:
    for artefact in artefacts:
        for detector in DETECTORS:
            try:
                yield from detector.run(artefact, evidence)
            except Exception as error:  # noqa: BLE001 - a detector that fails must block, whatever its failure is
                yield _failed(detector.name, artefact.where, error)


def _failed(detector: str, where: str, error: Exception) -> Finding:
    message = "This could not be judged, and what cannot be judged does not leave."
    return Finding(detector, Verdict.BLOCK, where, message, type(error).__name__)


def _size_finding(name: str, size: int, policy: Policy) -> tuple[Finding, ...]:
    if size <= policy.largest_mb * _MEGABYTE:
        return ()
    message = f"This file is larger than {policy.largest_mb} MB; a person has to look at it."
    return (Finding("size", Verdict.REVIEW, name, message),)
