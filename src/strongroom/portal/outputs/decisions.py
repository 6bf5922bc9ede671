"""Manual review: an output checker decides, with a reason, on requests that the checker left undecided."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from strongroom.checker import Report, Verdict
from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.ids import readable_name
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.vault import incoming
from strongroom.portal.enclave.jobs import restore_outputs
from strongroom.portal.home import Home
from strongroom.portal.outputs.actions import Airlock, Desk, airlock, judge
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.outputs.release import described, journal_of, release_copies, require_directory
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.progress import Progress, silent


@dataclass(frozen=True)
class Approval:
    """The files an output checker releases, as they were submitted, and the target directory.

    A job's outputs need no `paths`: they are kept.
    """

    paths: Sequence[Path]
    release_to: Path


def find_request(number: int) -> ReleaseRequest:
    """Return a request by number; NotFoundError."""
    request = ReleaseRequest.objects.filter(pk=number).first()
    if request is None:
        raise NotFoundError(f"There is no request {number}.", hint="The report of the check has the number.")
    return request


def refuse_request(home: Home, *, number: int, reason: str, by: str) -> ReleaseRequest:
    """Refuse a request under review; RefusedError if it is not under review."""
    with act(home, by=by) as record:
        request = _undecided(number, reason)
        _decide(home, request, decision="refuse", reason=reason, by=by)
        record("output.decided", _subject(request), request=request.pk, decision="refuse", reason=reason)
    return request


def approve_request(
    home: Home, *, number: int, approval: Approval, reason: str, by: str, progress: Progress = silent
) -> tuple[ReleaseRequest, Report]:
    """Release a request under review: the same files, checked and rebuilt again, with a ledger entry.

    Raises RefusedError where the request is not under review, the files are not those that were checked, or
    a check now blocks them: a person can overrule a review and nothing else.
    """
    request = _undecided(number, reason)
    through = _airlock_of(request)
    require_directory(approval.release_to)
    with incoming(home) as directory:
        desk = Desk(directory, directory / "copies")
        report = judge(
            home,
            _paths(home, request, approval, directory),
            through=through,
            desk=desk,
            approved=request,
            progress=progress,
        )
        _require_same(request, report)
        if report.verdict is Verdict.BLOCK:
            hint = "See the findings with 'strongroom check --detailed'."
            raise RefusedError("A new check blocks these files, and a block cannot be overruled.", hint=hint)
        with act(home, by=by, policy=report.policy_hash) as record:
            if through.project is not None:
                require_active(find_project(through.project.slug))
            request = _undecided(number, reason)
            _decide(home, request, decision="release", reason=reason, by=by)
            request.released_to = readable_name(str(approval.release_to))
            request.save()
            facts = {"request": request.pk, **described(report)}
            record("output.decided", through.subject, decision="release", reason=reason, **facts)
            record("output.releasing", through.subject, to=str(approval.release_to), **facts)
            journal = journal_of(request, directory / "copies", approval.release_to)
            journal.keep(home)
        release_copies(home, request, directory / "copies", journal, by=by)
    return request, report


def _paths(home: Home, request: ReleaseRequest, approval: Approval, directory: Path) -> Sequence[Path]:
    """Return the files that are decided on: those given, or those kept of the request's job."""
    if approval.paths:
        return approval.paths
    if request.job is None:
        raise UsageError("The files are missing.", hint="Name the files that were checked.")
    restored = directory / "job"
    restore_outputs(home, request.job, restored)
    return sorted(restored.iterdir())


def _undecided(number: int, reason: str) -> ReleaseRequest:
    request = find_request(number)
    if not reason.strip():
        raise RefusedError("A decision needs a reason.", hint="Use --reason.")
    if request.verdict != Verdict.REVIEW.value:
        raise RefusedError(f"Request {number} is not under review: its verdict is {request.verdict}.")
    if request.decision:
        raise RefusedError(f"Request {number} is already decided: {request.decision}.")
    return request


def _decide(home: Home, request: ReleaseRequest, *, decision: str, reason: str, by: str) -> None:
    request.decision, request.reason = decision, reason
    request.decided_by, request.decided_at = by, home.clock()
    request.save()


def _require_same(request: ReleaseRequest, report: Report) -> None:
    asked = sorted(file["sha256"] for file in request.report["files"])
    if asked != sorted(file.sha256 for file in report.files):
        raise RefusedError(
            f"These are not the files of request {request.pk}.",
            hint="Use the files exactly as they were checked.",
        )


def _airlock_of(request: ReleaseRequest) -> Airlock:
    if request.project is None:
        return airlock(cohort=request.cohort.name)
    return airlock(project=request.project.slug)


def _subject(request: ReleaseRequest) -> str:
    return request.project.slug if request.project else request.cohort.name
