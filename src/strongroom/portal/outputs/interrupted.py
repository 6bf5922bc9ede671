"""Releases that were killed between intent and outcome: the next command records what left."""

from collections.abc import Iterator
from pathlib import Path

from strongroom.cohort.store import file_sha256
from strongroom.portal.acts.transactions import AFTER_INTERRUPTION
from strongroom.portal.data.vault import has_leftovers, left_alone, settle
from strongroom.portal.home import Home
from strongroom.portal.outputs.models import ReleaseRequest, Submission, SubmittedFile
from strongroom.portal.outputs.release import Journal, enter_release, journals, unfinished


def settle_interrupted(home: Home) -> None:
    """Record what interrupted releases moved, remove what they did not finish, and unused request content."""
    if not has_leftovers(home):
        return
    with left_alone(home) as alone:
        if not alone:
            return
        settle(home, "request", lambda directory: ReleaseRequest.objects.filter(kept=directory).exists())
        settle(home, "upload", lambda directory: SubmittedFile.objects.filter(kept=directory).exists())
        settle(home, "preview", lambda directory: Submission.objects.filter(preview=directory).exists())
        settle(home, "release", lambda directory: Submission.objects.filter(released=directory).exists())
        for file in journals(home):
            _settle_release(home, file)


def _settle_release(home: Home, file: Path) -> None:
    journal = Journal.read(file)
    request = None if journal is None else ReleaseRequest.objects.filter(pk=journal.request).first()
    # Without a row that names a target nothing was moved: the act that holds the intent did not commit.
    if journal is not None and request is not None and request.released_to and request.released_at is None:
        moved = dict(_moved(journal))
        enter_release(home, request, moved, by=AFTER_INTERRUPTION, missing=len(journal.copies) - len(moved))
    if journal is not None:
        for name in journal.copies:
            unfinished(journal.to / name, journal.request).unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def _moved(journal: Journal) -> Iterator[tuple[str, str]]:
    """Yield the copies that are where they were to go, and their hashes."""
    for name, sha256 in journal.copies.items():
        target = journal.to / name
        if target.is_file() and not target.is_symlink() and file_sha256(target) == sha256:
            yield name, sha256
