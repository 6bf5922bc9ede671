"""Every encrypted file of the vault that a row of state names, read to its end: a changed byte is found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from strongroom.cohort.store import EncryptedTable, StoredTable
from strongroom.errors import KeyUnavailableError, StoreError, VerificationError
from strongroom.matching.storage.encrypted_arrays import EncryptedArrays
from strongroom.portal.data.cohorts import INDEX, cohort_key, index_id
from strongroom.portal.data.models import Cohort, View, Withdrawal
from strongroom.portal.data.visible_values import VISIBLE_VALUES, visible_values_id
from strongroom.portal.home import Home
from strongroom.portal.outputs.checking import read_preview, read_released
from strongroom.portal.outputs.history import read_kept
from strongroom.portal.outputs.models import ReleaseRequest, Submission
from strongroom.portal.outputs.submissions import content_of
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    named: int = threshold(10, "files", "cost: a message a person can read; all files are counted")
    items_read: int = threshold(1_000_000, "items", "cost: bounds memory to about 8 MB")


LIMITS = _Limits()


@dataclass(frozen=True)
class _File:
    """A file of the vault, what it belongs to, and how to read all of it."""

    path: Path
    of: str
    read: Callable[[], object]


@dataclass(frozen=True)
class VaultReport:
    """How many files were read, and their size in bytes."""

    files: int
    bytes: int


def verify_vault(home: Home, *, progress: Progress = silent) -> VaultReport:
    """Decrypt every file that a cohort, a view or a request has in the vault; VerificationError names faults.

    Views of revoked projects, whose key was destroyed, and views that a withdrawal removed are left out.
    """
    files = list(_files(home))
    faults = []
    with progress("Reading the vault", len(files)) as advance:
        for file in files:
            try:
                file.read()
            except (StoreError, KeyUnavailableError) as error:
                faults.append(f"{file.path.relative_to(home.vault)} ({file.of}): {error.message}")
            advance(1)
    if faults:
        more = f" And {len(faults) - LIMITS.named:,} more." if len(faults) > LIMITS.named else ""
        raise VerificationError(
            f"{len(faults):,} of {len(files):,} files of the vault cannot be read. "
            f"{' '.join(faults[: LIMITS.named])}{more}",
            hint="Restore them from a backup.",
        )
    return VaultReport(len(files), sum(file.path.stat().st_size for file in files))


def _files(home: Home) -> Iterator[_File]:
    for cohort in Cohort.objects.order_by("pk"):
        key, directory, of = cohort_key(home, cohort), home.vault / cohort.directory, f"cohort {cohort.name}"
        yield from _tables(directory, cohort.manifest["tables"], key, of)
        yield _arrays(directory / INDEX, key, index_id(cohort.name, cohort.revision), of)
        for request in ReleaseRequest.objects.filter(cohort=cohort).exclude(kept=""):
            read = partial(read_kept, home, request, key=key)
            yield from (
                _File(path, f"request {request.pk}", read) for path in _within(home.vault / request.kept)
            )
    taken = chain.from_iterable(Withdrawal.objects.values_list("views", flat=True))
    withdrawn = {(each["project"], each["number"]) for each in taken}
    active = View.objects.filter(project__status=Project.Status.ACTIVE)
    for view in active.select_related("project", "cohort").order_by("pk"):
        directory = home.vault / view.directory
        if (view.project.slug, view.number) in withdrawn and not directory.exists():
            continue
        key = project_key(home, view.project, KeyPurpose.FILES)
        of = f"view {view.number} of {view.project.slug}"
        yield from _tables(directory, view.tables, key, of)
        if (directory / VISIBLE_VALUES).exists():
            file_id = visible_values_id(view.cohort.name, view.cohort_revision)
            yield _arrays(directory / VISIBLE_VALUES, key, file_id, of)

    yield from _submissions(home)


def _submissions(home: Home) -> Iterator[_File]:
    """Yield what the airlock keeps: files as they were handed in, previews, and released copies."""
    active = Submission.objects.filter(project__status=Project.Status.ACTIVE).select_related("project")
    for submission in active.order_by("pk"):
        of = f"submission {submission.pk}"
        for file in submission.files.all():
            yield _File(home.vault / file.kept, of, partial(content_of, home, file))
        if submission.preview:
            yield _File(home.vault / submission.preview, of, partial(read_preview, home, submission))
        for copy in submission.copies.all():
            path = home.vault / submission.released
            yield _File(path, of, partial(read_released, home, submission, copy.number))


def _tables(directory: Path, tables: list[dict[str, object]], key: bytes, of: str) -> Iterator[_File]:
    for table in tables:
        stored = StoredTable.from_json(table)
        yield _File(directory / stored.file, of, partial(_read_table, directory, stored, key))


def _read_table(directory: Path, stored: StoredTable, key: bytes) -> None:
    for _ in EncryptedTable.open(directory, stored, key=key).batches():
        pass


def _arrays(path: Path, key: bytes, file_id: str, of: str) -> _File:
    return _File(path, of, partial(_read_arrays, path, key, file_id))


def _read_arrays(path: Path, key: bytes, file_id: str) -> None:
    arrays = EncryptedArrays.open(path, key=key, file_id=file_id)
    for name in arrays.names:
        for first in range(0, arrays.length(name), LIMITS.items_read):
            arrays.array(name, first, first + LIMITS.items_read)


def _within(directory: Path) -> list[Path]:
    """Return a request's one file; a missing one is named too."""
    return sorted(directory.glob("*")) or [directory]
