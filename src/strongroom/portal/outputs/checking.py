"""The worker's part of the airlock: checking what was submitted, and releasing what was approved.

A submission's state is the queue. A check that is killed leaves its submission waiting, and is done again;
a release is one act, so that it happened or did not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Count, Sum

from strongroom.checker import Report, Verdict
from strongroom.checker.previews import preview
from strongroom.cohort.store import read_blob, write_blob
from strongroom.errors import RefusedError, StrongroomError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.home import Home
from strongroom.portal.outputs.actions import Airlock, Desk, airlock, check_outputs, judge
from strongroom.portal.outputs.airlock_settings import AT_ONCE, airlock_settings
from strongroom.portal.outputs.disclosure_record import write_record
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.outputs.release import described, staged_hashes, staged_names
from strongroom.portal.outputs.reviews import done_reviews
from strongroom.portal.outputs.settings import reader_limits
from strongroom.portal.outputs.submission_models import SUBMISSION, ReleasedFile, Submission
from strongroom.portal.outputs.submissions import content_of
from strongroom.portal.people.notices import notify
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import find_project, project_key, require_active
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    wait_minutes: int = threshold(
        60,
        "minutes",
        "cost: a check and an entry for each attempt of a release that a day's limit holds back",
    )


LIMITS = _Limits()
WORKER = "strongroom (worker)"
RECORD = "ro-crate.zip"
_FOUND = {
    Verdict.RELEASE: "found green",
    Verdict.REVIEW: "found amber",
    Verdict.BLOCK: "found red",
}


def work(home: Home) -> bool:
    """Check or release one submission; return whether there was one."""
    for state, do in (("approved", release), ("checking", check)):
        waiting = Submission.objects.filter(state=state).select_related("project__institution", "author")
        for submission in waiting.order_by("changed_at"):
            postponed = submission.postponed_at
            if postponed is not None and home.clock() - postponed < timedelta(minutes=LIMITS.wait_minutes):
                continue
            try:
                require_active(submission.project)
                require_running()
            except RefusedError:
                continue
            do(home, submission)
            return True
    return False


def check(home: Home, submission: Submission) -> Submission:
    """Check a submission's files; the act that records the verdict moves it on."""
    through = _airlock_of(submission)
    with incoming(home) as directory:
        paths = _files(home, submission, directory / "files")
        drawn = directory / "preview"
        parts = _previews(home, paths)

        def prepared(request: ReleaseRequest, report: Report, desk: Desk, record: Recorder) -> None:
            fresh = Submission.objects.get(pk=submission.pk)
            if fresh.state != "checking" or fresh.round != submission.round:
                raise RefusedError("The submission was withdrawn meanwhile.")
            _draw(home, submission, drawn, parts, desk.directory / "copies")
            fresh.request, fresh.preview = request, place(home, drawn, kind="preview")
            fresh.state = SUBMISSION.after(fresh.state, _FOUND[report.verdict])
            if fresh.state == "green" and airlock_settings(home).green == AT_ONCE:
                fresh.state = SUBMISSION.after(fresh.state, "approved")
            fresh.changed_at = home.clock()
            fresh.save()
            record(
                "submission.checked", submission.project.slug, submission=fresh.pk, request=request.pk,
                verdict=report.verdict.value, state=fresh.state,
            )  # fmt: skip
            text = f"{fresh.title}: {SUBMISSION.name(fresh.state)}"
            notify(home, submission.author, text, url=f"/outputs/{fresh.pk}/")

        check_outputs(home, paths, through=through, by=submission.author.handle, prepared=prepared)
    submission.refresh_from_db()
    return submission


def release(home: Home, submission: Submission) -> Submission:
    """Release an approved submission: checked and rebuilt once more, counted, kept and entered in one act."""
    through, earlier = _airlock_of(submission), submission.request
    with incoming(home) as directory:
        paths = _files(home, submission, directory / "files")
        desk = Desk(directory, directory / "copies")
        report = judge(home, paths, through=through, desk=desk, approved=earlier)
        if report.verdict is Verdict.BLOCK:
            return _stop(home, submission, "a check before the release blocks it")
        copies = directory / "copies"
        hashes = staged_hashes(copies)
        over = _over_limits(home, submission.project, [copies / name for name in hashes])
        if over:
            return _wait(home, submission, over)
        sealed = directory / "released"
        with act(home, by=WORKER, policy=report.policy_hash) as record:
            fresh = Submission.objects.select_related("project__institution", "author").get(pk=submission.pk)
            require_active(find_project(fresh.project.slug))
            require_running()
            if fresh.state != "approved":
                raise RefusedError("The submission is not approved any more.")
            _release(home, fresh, report, copies=copies, hashes=hashes, sealed=sealed, record=record)
    return fresh


def read_released(home: Home, submission: Submission, number: int) -> bytes:
    """Return a released copy's content, or the disclosure record's for number -1."""
    return _read(home, submission, submission.released, number=number, kind="released")


def read_preview(home: Home, submission: Submission) -> dict[str, Any]:
    """Return what reviewers look at: for each file its parts, and the number of its rebuilt copy."""
    if not submission.preview:
        return {}
    document: dict[str, Any] = json.loads(read_copy(home, submission, 0))
    return document


def read_copy(home: Home, submission: Submission, number: int) -> bytes:
    """Return the copy that would leave, as it was rebuilt for the reviewers."""
    return _read(home, submission, submission.preview, number=number)


def _airlock_of(submission: Submission) -> Airlock:
    through = airlock(project=submission.project.slug)
    if submission.job is None:
        return through
    return replace(through, view=submission.job.view or through.view, job=submission.job)


def _files(home: Home, submission: Submission, directory: Path) -> list[Path]:
    """Write the submitted files where they are checked; the directory goes when the check ends."""
    directory.mkdir()
    paths = []
    for file in submission.files.all():
        path = directory / file.name
        path.write_bytes(content_of(home, file))
        paths.append(path)
    return paths


def _previews(home: Home, paths: Sequence[Path]) -> dict[str, Any]:
    """Return the parts of each file, as reviewers look at them."""
    limits = reader_limits(home)
    parts = {}
    for path in paths:
        try:
            parts[path.name] = preview(path, limits=limits).to_json()
        except StrongroomError as error:
            parts[path.name] = {"type": "", "parts": [{"kind": "note", "text": error.message}]}
    return parts


def _draw(home: Home, submission: Submission, drawn: Path, parts: Mapping[str, Any], copies: Path) -> None:
    """Write what reviewers look at, encrypted: the parts as number 0, the rebuilt copies from 1."""
    drawn.mkdir()
    kept = {}
    for number, name in enumerate(staged_names(copies), start=1):
        content = (copies / name).read_bytes()
        kept[name] = {"number": number, "size": len(content)}
        _write(home, submission, drawn, number=number, content=content)
    document = json.dumps({"files": parts, "copies": kept})
    _write(home, submission, drawn, number=0, content=document.encode())


def _write(
    home: Home, submission: Submission, folder: Path, *, number: int, content: bytes, kind: str = "preview"
) -> None:
    key = project_key(home, submission.project, KeyPurpose.FILES)
    file_id = _file_id(kind, submission, number)
    write_blob(folder / f"{number}.bin", content, key=key, file_id=file_id, random=home.random)


def _read(home: Home, submission: Submission, folder: str, *, number: int, kind: str = "preview") -> bytes:
    key = project_key(home, submission.project, KeyPurpose.FILES)
    file_id = _file_id(kind, submission, number)
    return read_blob(home.vault / folder / f"{number}.bin", key=key, file_id=file_id)


def _file_id(kind: str, submission: Submission, number: int) -> str:
    return f"submission-{kind}:{submission.pk}:{submission.round}:{number}"


def _release(
    home: Home, submission: Submission, report: Report, *, copies: Path, hashes: Mapping[str, str],
    sealed: Path, record: Recorder,
) -> None:  # fmt: skip
    sealed.mkdir()
    now, settings = home.clock(), airlock_settings(home)
    request = submission.request
    if request is None:
        raise RefusedError("The submission was never checked.")
    facts = {"submission": submission.pk, "request": request.pk, **described(report)}
    record("output.releasing", submission.project.slug, to="downloads", **facts)
    for number, (name, sha256) in enumerate(hashes.items()):
        content = (copies / name).read_bytes()
        _write(home, submission, sealed, number=number, content=content, kind="released")
        ReleasedFile(submission=submission, number=number, name=name, size=len(content), sha256=sha256).save()
        record(
            "output.released", submission.project.slug, submission=submission.pk, request=request.pk,
            file=name, sha256=sha256,
        )  # fmt: skip
    submission.released_at, submission.expires_at = now, now + timedelta(days=settings.download_days)
    submission.changed_at = now
    crate = write_record(
        home,
        submission,
        request,
        report=report,
        copies=copies,
        hashes=hashes,
        reviews=done_reviews(submission),
    )
    _write(home, submission, sealed, number=-1, content=crate, kind="released")
    submission.released = place(home, sealed, kind="release")
    submission.state = SUBMISSION.after(submission.state, "released")
    submission.save()
    request.decision = "release" if request.verdict == Verdict.REVIEW.value else request.decision
    request.reason = "reviewed on the site" if request.decision else request.reason
    request.decided_at = now if request.decision else None
    request.released_to, request.released_at = f"submission {submission.pk}", now
    request.save()
    notify(home, submission.author, f"{submission.title}: released", url=f"/outputs/{submission.pk}/")


def _over_limits(home: Home, project: Project, copies: Sequence[Path]) -> str:
    """Return which limit of a day a release would exceed, "" for none."""
    settings, since = airlock_settings(home), home.clock() - timedelta(days=1)
    recent = ReleasedFile.objects.filter(submission__project=project, submission__released_at__gte=since)
    sums: Mapping[str, int | None] = recent.aggregate(size=Sum("size"), files=Count("pk"))
    size = (sums["size"] or 0) + sum(copy.stat().st_size for copy in copies)
    files = (sums["files"] or 0) + len(copies)
    if files > settings.files_a_day:
        return f"{files} files within a day; {settings.files_a_day} may leave"
    if size > settings.mb_a_day * 1_000_000:
        return f"{size / 1_000_000:.1f} MB within a day; {settings.mb_a_day} may leave"
    return ""


def _stop(home: Home, submission: Submission, why: str) -> Submission:
    with act(home, by=WORKER) as record:
        submission = Submission.objects.select_related("project", "author").get(pk=submission.pk)
        submission.state = SUBMISSION.after(submission.state, "stopped")
        submission.changed_at = home.clock()
        submission.save()
        record("submission.stopped", submission.project.slug, submission=submission.pk, reason=why)
        notify(home, submission.author, f"{submission.title}: {why}", url=f"/outputs/{submission.pk}/")
    return submission


def _wait(home: Home, submission: Submission, why: str) -> Submission:
    """Leave a release to a later hour: nothing leaves meanwhile."""
    with act(home, by=WORKER) as record:
        submission = Submission.objects.select_related("project", "author").get(pk=submission.pk)
        submission.postponed_at = home.clock()
        submission.save()
        record("submission.postponed", submission.project.slug, submission=submission.pk, reason=why)
    return submission
