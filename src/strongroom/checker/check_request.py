"""`check`: open every file, judge what is in it, and rebuild what may leave.

1. Take a private copy (`opening`), so that what is judged is what is rebuilt, whatever happens meanwhile.
2. Read it in a confined process, the next while the last is judged; what cannot be read is itself a finding.
3. Let every detector look at every artefact, several files at once. A detector that fails blocks the file.
4. Let every request detector look at all files together.
5. The strictest finding is the file's verdict, the strictest file the request's.
6. With `release_to`, rebuild the files whose verdict is release from what was read, and write nothing else.
"""

import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from strongroom.checker.confidence import confidence
from strongroom.checker.confined.prefetch import opened_ahead
from strongroom.checker.confined.reader import prepare
from strongroom.checker.confined.snapshot import Opened
from strongroom.checker.contents.found import FileContent, Limits
from strongroom.checker.detectors import (
    REQUEST_DETECTORS,
    Evidence,
    JudgedFile,
    KnownIds,
    RowOrder,
)
from strongroom.checker.detectors.limits.problems import Problems
from strongroom.checker.detectors.people.decoys import discreet
from strongroom.checker.held_content import held
from strongroom.checker.history import History, remembered
from strongroom.checker.information_content import kilobytes
from strongroom.checker.policy import Policy, default_policy
from strongroom.checker.release import rebuild
from strongroom.checker.report import FileReport, Finding, Report, Verdict
from strongroom.checker.run_detectors import Said, failed, judge_files
from strongroom.cohort import Cohort
from strongroom.errors import RefusedError, UsageError
from strongroom.matching import Index
from strongroom.progress import Progress, silent
from strongroom.tracer.decoys import DecoyRegister

_MEGABYTE = 1_048_576


def check(
    paths: Sequence[Path],
    *,
    cohort: Cohort,
    index: Index,
    known_ids: Sequence[KnownIds] = (),
    orders: Sequence[RowOrder] = (),
    history: History | None = None,
    decoys: Sequence[DecoyRegister] = (),
    policy: Policy | None = None,
    release_to: Path | None = None,
    approved: bool = False,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Report:
    """Judge files, and everything in directories, against a cohort; see the module for the steps.

    `known_ids` are ids besides the content that mean participants, `orders` the orders in which people were
    handed out, `history` what earlier requests held, `decoys` the invented people of views, `approved` that a
    person has looked at what is under review and lets it out. Raises UsageError for a path that does not
    exist; nothing that is in a file raises.
    """
    began = time.perf_counter()
    prepare()
    policy, limits = policy or default_policy(), limits or Limits()
    evidence = Evidence(cohort, index, known_ids, policy, orders, history or History(), decoys)
    files = list(_files(paths))
    with tempfile.TemporaryDirectory(prefix="strongroom-") as private:
        judged = []
        with progress("Checking files", len(files)) as advance:
            for batch in opened_ahead(files, Path(private), evidence.sought, limits):
                found = [(name, opened.content.artefacts) for name, opened in batch]
                said = judge_files(found, evidence, seconds=limits.wall_seconds)
                for (name, opened), each in zip(batch, said, strict=True):
                    judged.append(_judged(name, opened, each, evidence))
                advance(len(batch))
        together = [JudgedFile(one.report.path, one.content.artefacts, one.weighed) for one in judged]
        reports = _across_files(judged, together, evidence)
        if release_to is not None:
            let_out = {Verdict.RELEASE, Verdict.REVIEW} if approved else {Verdict.RELEASE}
            reports = [
                _release(one, report, release_to) if report.verdict in let_out else report
                for one, report in zip(judged, reports, strict=True)
            ]
    tables = remembered((found for one in judged for found in one.content.artefacts), key=cohort.key)
    return Report(
        files=tuple(reports),
        seconds=time.perf_counter() - began,
        policy_hash=policy.hash,
        tables=tables,
        # What could not be weighed is blocked, and what is blocked does not count.
        kilobytes=sum(kilobytes(file.carried) for file in together) if _may_leave(reports) else 0.0,
    )


def _may_leave(reports: Sequence[FileReport]) -> bool:
    """Tell whether nothing of a request is blocked."""
    return all(report.verdict is not Verdict.BLOCK for report in reports)


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
    """Where a file can be read again, what is kept of it, what its detectors say, and how much it carries."""

    copy: Path
    content: FileContent
    report: FileReport
    weighed: Counter[str] | None = None


def _judged(name: str, opened: Opened, said: Said, evidence: Evidence) -> _Judged:
    findings = discreet(said.findings) + _size_finding(name, opened.size, evidence.policy)
    report = FileReport(
        path=name,
        sha256=opened.sha256,
        size=opened.size,
        type=opened.content.type,
        findings=findings,
        confidence=confidence(findings),
        isolation=opened.content.isolation,
    )
    content, carried = _let_go(name, opened.content, evidence, said.carried)
    return _Judged(opened.path, content, report, carried)


def _let_go(
    name: str, content: FileContent, evidence: Evidence, carried: Counter[str] | None
) -> tuple[FileContent, Counter[str] | None]:
    """Return what is kept of a file's content for the whole request, and what all of it carries."""
    try:
        kept = held(content, key=evidence.cohort.key)
        if kept is content or carried is not None:
            return kept, carried
        return kept, JudgedFile(name, content.artefacts).carried
    except Exception:  # noqa: BLE001 - what cannot be let go is kept; a detector that fails on it says so
        return content, None


def _across_files(
    judged: Sequence[_Judged], files: Sequence[JudgedFile], evidence: Evidence
) -> list[FileReport]:
    """Return the files' reports with what shows only when all are looked at together."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for detector in REQUEST_DETECTORS:
        try:
            for name, finding in detector.run_request(files, evidence):
                found[name].append(finding)
        except Exception as error:  # noqa: BLE001 - what cannot be judged blocks
            for file in files:
                found[file.name].append(failed(detector.name, file.name, type(error).__name__))
    return [_with(one.report, found[one.report.path]) for one in judged]


def _with(report: FileReport, more: Sequence[Finding]) -> FileReport:
    findings = (*report.findings, *more)
    return replace(report, findings=findings, confidence=confidence(findings))


def _release(judged: _Judged, report: FileReport, release_to: Path) -> FileReport:
    target = release_to / report.path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _, changes = rebuild(judged.copy, judged.content, target)
    except RefusedError as refused:
        message = (
            "This cannot be made anew from what was read, so it does not leave; save it in another format."
        )
        blocked = Finding(Problems.name, Verdict.BLOCK, report.path, message, refused.message)
        return _with(report, [blocked])
    return replace(report, changes=changes)


def _size_finding(name: str, size: int, policy: Policy) -> tuple[Finding, ...]:
    if size <= policy.largest_mb * _MEGABYTE:
        return ()
    message = f"This file is larger than {policy.largest_mb} MB; a person has to look at it."
    return (Finding("size", Verdict.REVIEW, name, message),)
