"""Putting files forward: a draft with its files and their context, handed in, withdrawn or appealed."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from strongroom.cohort.store import read_blob, write_blob
from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.ids import readable_name
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.enclave.jobs import restore_outputs
from strongroom.portal.enclave.models import Job
from strongroom.portal.home import Home
from strongroom.portal.outputs.airlock_settings import airlock_settings
from strongroom.portal.outputs.submission_models import SUBMISSION, Submission, SubmittedFile
from strongroom.portal.people.models import Person
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import project_key, require_active
from strongroom.portal.projects.membership import SEES_ALL, get_own_project, is_member, own_slugs
from strongroom.portal.projects.models import KeyPurpose
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    name_characters: int = threshold(
        120, "characters", "judgement: a name carries information too; file systems allow 255"
    )


LIMITS = _Limits()
_BLOB = "0.bin"


def submissions_for(person: Person) -> Sequence[Submission]:
    """Return the submissions a person may see, latest change first."""
    found = Submission.objects.select_related("project__institution", "author", "request")
    own = found.filter(project__slug__in=own_slugs(person))
    if person.roles & SEES_ALL:
        return list(found.exclude(state="draft") | own)
    return list(own)


def get_submission_for(person: Person, number: int) -> Submission:
    """Return a submission that this person may see; NotFoundError for others."""
    found = (
        Submission.objects.select_related("project__institution", "author", "request", "job")
        .filter(pk=number)
        .first()
    )
    if found is not None:
        if is_member(person, found.project):
            return found
        if person.roles & SEES_ALL and found.state != "draft":
            return found
    raise NotFoundError(f"There is no submission {number}.", hint="See the list of outputs.")


def open_submission(
    home: Home, *, slug: str, title: str, reason: str, by: Person, job: Job | None = None, key: str = ""
) -> Submission:
    """Begin a submission of a project; with `job`, of that job's outputs.

    With a `key` that the same person gave before, that submission is returned.
    """
    require_running()
    project = get_own_project(by, slug)
    require_active(project)
    if not title.strip():
        raise UsageError("A submission needs a title.", hint="Say in a few words what it is.")
    if job is not None and job.project_id != project.pk:
        raise NotFoundError(f"There is no job {job.pk}.")
    with act(home, by=by.handle) as record:
        known = Submission.objects.filter(author=by, key=key).first() if key else None
        if known is not None:
            record("submission.asked-again", project.slug, submission=known.pk)
            return get_submission_for(by, known.pk)
        submission = Submission(
            project=project,
            job=job,
            key=key,
            author=by,
            title=" ".join(title.split()),
            reason=reason.strip(),
            made_at=home.clock(),
            changed_at=home.clock(),
        )
        submission.save()
        record(
            "submission.opened",
            project.slug,
            submission=submission.pk,
            job=None if job is None else job.pk,
        )
    if job is not None:
        _add_outputs(home, submission, job, by=by)
    return submission


def add_file(
    home: Home, *, submission: Submission, name: str, content: Iterable[bytes], context: str, by: Person
) -> SubmittedFile:
    """Keep a file with a draft, encrypted under the project's key; UsageError beyond the airlock's limits."""
    submission = _own_draft(submission, by)
    settings = airlock_settings(home)
    name = readable_name(Path(name).name).strip()
    if not name or name.startswith(".") or len(name) > LIMITS.name_characters or not name.isprintable():
        raise UsageError(f"{name!r} cannot be a file's name.", hint="Use a short name with its ending.")
    files = list(submission.files.all())
    if any(each.name == name for each in files):
        raise UsageError(f"There is a file {name} already.", hint="Remove it first.")
    if len(files) >= settings.most_files:
        raise UsageError(f"A submission has at most {settings.most_files} files.")
    left = settings.most_mb * 1_000_000 - sum(each.size for each in files)
    data = _gathered(content, left)
    key = project_key(home, submission.project, KeyPurpose.FILES)
    with incoming(home) as directory:
        built = directory / "upload"
        built.mkdir()
        sha256 = hashlib.sha256(data).hexdigest()
        write_blob(
            built / _BLOB, data, key=key, file_id=_file_id(submission, name, sha256), random=home.random
        )
        with act(home, by=by.handle) as record:
            submission = _own_draft(submission, by)
            file = SubmittedFile(
                submission=submission,
                name=name,
                size=len(data),
                sha256=sha256,
                kept=place(home, built, kind="upload"),
                context=" ".join(context.split()),
            )
            file.save()
            _touch(home, submission)
            record(
                "submission.file-added", submission.project.slug, submission=submission.pk, file=name,
                sha256=sha256,
            )  # fmt: skip
    return file


def remove_file(home: Home, *, submission: Submission, name: str, by: Person) -> None:
    """Remove a file from a draft."""
    with act(home, by=by.handle) as record:
        submission = _own_draft(submission, by)
        file = submission.files.filter(name=name).first()
        if file is None:
            raise NotFoundError(f"There is no file {name!r}.")
        if file.votes.exists():
            raise RefusedError("This file was reviewed, and stays with its submission.")
        file.delete()
        _touch(home, submission)
        record("submission.file-removed", submission.project.slug, submission=submission.pk, file=name)


def submit(home: Home, *, submission: Submission, by: Person) -> Submission:
    """Hand a draft in: the worker checks it next."""
    require_running()
    with act(home, by=by.handle) as record:
        submission = _own_draft(submission, by)
        require_active(submission.project)
        if not submission.files.exists():
            raise UsageError("A submission needs a file.")
        if not submission.reason:
            raise UsageError("Say what these files are and why they should leave.")
        submission.state = SUBMISSION.after(submission.state, "submitted")
        submission.round += 1
        submission.preview = ""
        _touch(home, submission)
        record(
            "submission.submitted", submission.project.slug, submission=submission.pk, round=submission.round
        )
    return submission


def withdraw(home: Home, *, submission: Submission, by: Person) -> Submission:
    """Withdraw a submission; nothing of it will be released."""
    with act(home, by=by.handle) as record:
        submission = _moved(home, submission, "withdrawn", by)
        record("submission.withdrawn", submission.project.slug, submission=submission.pk)
    return submission


def reopen(home: Home, *, submission: Submission, by: Person) -> Submission:
    """Take a submission that was returned or blocked back as a draft, to change and hand in again."""
    with act(home, by=by.handle) as record:
        submission = _moved(home, submission, "reopened", by)
        record("submission.reopened", submission.project.slug, submission=submission.pk)
    return submission


def appeal(home: Home, *, submission: Submission, text: str, by: Person) -> Submission:
    """Ask for another look, with reasons: it is checked again under today's rules, and reviewed by others."""
    require_running()
    if not text.strip():
        raise UsageError("An appeal needs its reasons.")
    with act(home, by=by.handle) as record:
        submission = _own(submission, by)
        submission.state = SUBMISSION.after(submission.state, "appealed")
        submission.appeal, submission.round = text.strip(), submission.round + 1
        submission.preview = ""
        _touch(home, submission)
        record("submission.appealed", submission.project.slug, submission=submission.pk)
    return submission


def content_of(home: Home, file: SubmittedFile) -> bytes:
    """Return a submitted file's content, decrypted."""
    key = project_key(home, file.submission.project, KeyPurpose.FILES)
    return read_blob(
        home.vault / file.kept / _BLOB, key=key, file_id=_file_id(file.submission, file.name, file.sha256)
    )


def _add_outputs(home: Home, submission: Submission, job: Job, *, by: Person) -> None:
    with incoming(home) as directory:
        for path in restore_outputs(home, job, directory / "job"):
            add_file(
                home, submission=submission, name=path.name, content=[path.read_bytes()],
                context=f"output of job {job.pk}", by=by,
            )  # fmt: skip


def _gathered(content: Iterable[bytes], most: int) -> bytes:
    parts, size = [], 0
    for part in content:
        size += len(part)
        if size > most:
            raise UsageError("The files of this submission are too large.", hint="Hand in results, not data.")
        parts.append(part)
    return b"".join(parts)


def _file_id(submission: Submission, name: str, sha256: str) -> str:
    return f"submission:{submission.pk}:{sha256}:{name}"


def _own(submission: Submission, by: Person) -> Submission:
    fresh = Submission.objects.select_related("project__institution", "author").get(pk=submission.pk)
    get_own_project(by, fresh.project.slug)
    return fresh


def _own_draft(submission: Submission, by: Person) -> Submission:
    fresh = _own(submission, by)
    if fresh.state != "draft":
        raise RefusedError(f"This submission is {fresh.state_name}.", hint="Only drafts can be changed.")
    return fresh


def _moved(home: Home, submission: Submission, verb: str, by: Person) -> Submission:
    submission = _own(submission, by)
    submission.state = SUBMISSION.after(submission.state, verb)
    _touch(home, submission)
    return submission


def _touch(home: Home, submission: Submission) -> None:
    submission.changed_at = home.clock()
    submission.save()
