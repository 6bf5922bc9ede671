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
from strongroom.checker.confined.request_budget import RequestBudget
from strongroom.checker.confined.running import prepare
from strongroom.checker.confined.snapshot import Opened
from strongroom.checker.contents.found import FileContent, Limits
from strongroom.checker.detectors import (
    REQUEST_DETECTORS,
    Evidence,
    JudgedFile,
    KnownIds,
    RowOrder,
    protections,
)
from strongroom.checker.detectors.limits.problems import NOT_REBUILT
from strongroom.checker.detectors.people.decoys import hide_decoys
from strongroom.checker.examined import examined
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.history import History, kept_tables
from strongroom.checker.information_content import kilobytes
from strongroom.checker.parallel import OutOfTimeError, at_most
from strongroom.checker.plugins import installed, installed_detectors
from strongroom.checker.policy import Policy, default_policy
from strongroom.checker.release import rebuild
from strongroom.checker.report import FileReport, Report
from strongroom.checker.retained_content import retained
from strongroom.checker.rules import help_link
from strongroom.checker.run_detectors import Judgement, failed, judge_files
from strongroom.cohort import Cohort
from strongroom.errors import RefusedError, UsageError
from strongroom.ids import readable_name
from strongroom.matching import Index
from strongroom.progress import Progress, silent
from strongroom.sandbox.confinement import require_isolation
from strongroom.tracer.decoys import DecoyRegister


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
    workspace: Path | None = None,
    progress: Progress = silent,
) -> Report:
    """Judge files, and everything in directories, against a cohort; see the module for the steps.

    `known_ids` are ids besides the content that mean participants, `orders` the orders in which people were
    handed out, `history` what earlier requests held, `decoys` the invented people of views, `approved` that a
    person has looked at what is under review and lets it out. `workspace` is the directory for private copies
    of the files, by default the system's for temporary files. Raises UsageError for a path that does not
    exist, RefusedError for an installed plug-in that cannot be used and where files cannot be read in
    isolation; nothing that is in a file raises.
    """
    began = time.perf_counter()
    policy = policy or default_policy()
    require_isolation(policy.isolation)
    prepare()
    budget = RequestBudget(replace(limits or Limits(), isolation=policy.isolation))
    plugins = installed()
    added = installed_detectors(plugins, set(protections()))
    evidence = Evidence(cohort, index, known_ids, policy, orders, history or History(), decoys, added)
    files = list(_files(paths))
    with tempfile.TemporaryDirectory(prefix="strongroom-", dir=workspace) as private:
        judged = []
        with progress("Checking files", len(files)) as advance:
            for batch in opened_ahead(files, Path(private), evidence.id_query, budget):
                found = [(name, opened.content.artefacts) for name, opened in batch]
                judgements = judge_files(found, evidence, seconds=budget.limits.wall_seconds)
                for (name, opened), each in zip(batch, judgements, strict=True):
                    judged.append(_judged(name, opened, each, evidence))
                advance(len(batch))
        files_judged = [
            JudgedFile(one.report.path, one.content.artefacts, one.measured, one.report.size)
            for one in judged
        ]
        reports = _across_files(judged, files_judged, evidence, seconds=budget.limits.wall_seconds)
        if release_to is not None:
            let_out = {Verdict.RELEASE, Verdict.REVIEW} if approved else {Verdict.RELEASE}
            reports = [
                _release(one, report, release_to, policy, budget) if report.verdict in let_out else report
                for one, report in zip(judged, reports, strict=True)
            ]
    tables = kept_tables((found for one in judged for found in one.content.artefacts), key=cohort.key)
    return Report(
        files=tuple(reports),
        seconds=time.perf_counter() - began,
        policy_hash=policy.hash,
        tables=tables,
        plugins=tuple(map(str, plugins)),
        warnings=tuple(filter(None, (policy.warning,))),
        # What could not be measured is blocked, and what is blocked does not count.
        kilobytes=sum(kilobytes(file.compressed_bytes) for file in files_judged)
        if _may_leave(reports)
        else 0.0,
    )


def _may_leave(reports: Sequence[FileReport]) -> bool:
    """Tell whether nothing of a request is blocked."""
    return all(report.verdict is not Verdict.BLOCK for report in reports)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file with the name it is reported and released under, in a stable order."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            found = sorted(each for each in path.rglob("*") if each.is_symlink() or not each.is_dir())
            yield from ((each, readable_name(str(each.relative_to(path)))) for each in found)
        elif path.exists() or path.is_symlink():
            yield path, readable_name(path.name)
        else:
            raise UsageError(f"{path} does not exist.", hint="Check the path.")


@dataclass(frozen=True)
class _Judged:
    """Where a file can be read again, what is kept of it, its report, and what its content compresses to."""

    copy: Path
    content: FileContent
    report: FileReport
    measured: Counter[str] | None = None


def _judged(name: str, opened: Opened, judgement: Judgement, evidence: Evidence) -> _Judged:
    findings = _linked(hide_decoys(judgement.findings), evidence.policy)
    report = FileReport(
        path=name,
        sha256=opened.sha256,
        size=opened.size,
        type=opened.content.type,
        findings=findings,
        confidence=confidence(findings),
        isolation=opened.content.isolation,
        examined=examined(opened.content.artefacts),
    )
    content, measured = _retained(name, opened, evidence, judgement.compressed_bytes)
    return _Judged(opened.path, content, report, measured)


def _retained(
    name: str, opened: Opened, evidence: Evidence, measured: Counter[str] | None
) -> tuple[FileContent, Counter[str] | None]:
    """Return what is kept of a file's content for the whole request, and what all of it compresses to."""
    content = opened.content
    try:
        kept = retained(content, key=evidence.cohort.key)
        if kept is content or measured is not None:
            return kept, measured
        return kept, JudgedFile(name, content.artefacts).compressed_bytes
    except Exception:  # noqa: BLE001 - what cannot be reduced is kept whole; a detector that fails on it says so
        return content, None


def _across_files(
    judged: Sequence[_Judged], files: Sequence[JudgedFile], evidence: Evidence, *, seconds: float
) -> list[FileReport]:
    """Return the files' reports with what only shows across files."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for detector in REQUEST_DETECTORS:
        try:
            with at_most(seconds):
                for name, finding in detector.run_request(files, evidence):
                    found[name].append(finding)
        except (Exception, OutOfTimeError) as error:  # noqa: BLE001 - what cannot be judged blocks
            for file in files:
                found[file.name].append(failed(detector.name, file.name, type(error).__name__))
    return [_with(one.report, found[one.report.path], evidence.policy) for one in judged]


def _with(report: FileReport, more: Sequence[Finding], policy: Policy) -> FileReport:
    findings = (*report.findings, *_linked(more, policy))
    return replace(report, findings=findings, confidence=confidence(findings))


def _linked(findings: Sequence[Finding], policy: Policy) -> tuple[Finding, ...]:
    """Return findings with the address of each rule's page."""
    return tuple(replace(each, help=help_link(each, policy.docs_url)) for each in findings)


def _release(
    judged: _Judged, report: FileReport, release_to: Path, policy: Policy, budget: RequestBudget
) -> FileReport:
    target = release_to / report.path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _, changes = rebuild(judged.copy, judged.content, target, limits=budget.limits)
    except RefusedError as refused:
        blocked = NOT_REBUILT.finding(Verdict.BLOCK, report.path, detail=refused.message)
        return _with(report, [blocked], policy)
    return replace(report, changes=changes)
