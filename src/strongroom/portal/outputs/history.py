"""The release history: the content of requests, encrypted, so that later requests can be compared with it.

It has the tables of requests that were or may be released. Blocked content is not kept: it is not outside,
and participants' records should not accumulate here.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.db.models import Q, Sum

from strongroom.checker import Verdict
from strongroom.checker.contents.found import FoundTable
from strongroom.checker.history import EarlierRequest, History, from_bytes, to_bytes
from strongroom.cohort.store import read_blob, write_blob
from strongroom.portal.data.cohorts import cohort_key
from strongroom.portal.data.models import Cohort
from strongroom.portal.home import Home
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.projects.models import Project
from strongroom.thresholds import Thresholds, threshold

_FILE = "tables.bin"
QUERIED = "query"
"""The target of an answer to a query, in place of a directory."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    recent_days: int = threshold(
        30, "days", "judgement: covers a paper's revisions; older blocked attempts no longer raise suspicion"
    )
    own: int = threshold(2_000, "requests", "cost: every check compares with these; docs/limitations.md")
    others: int = threshold(2_000, "requests", "cost: every check compares with these; docs/limitations.md")


LIMITS = _Limits()


def history_of(
    home: Home, cohort: Cohort, project: Project | None, *, but: ReleaseRequest | None = None
) -> History:
    """Return what a request is compared with: the project's other requests, and other projects' releases."""
    recently = home.clock() - timedelta(days=LIMITS.recent_days)
    asked = ReleaseRequest.objects.filter(cohort=cohort, project=project, checked_at__gte=recently)
    blocked = asked.filter(verdict=Verdict.BLOCK.value).count() if project is not None else 0
    return History(
        lambda: _requests(home, cohort, project, but),
        blocked=blocked,
        kilobytes=_released_kilobytes(cohort, project, but),
    )


def read_kept(home: Home, request: ReleaseRequest, *, key: bytes) -> bytes:
    """Return what is kept of a request, decrypted with the cohort's key; StoreError if it was changed."""
    return read_blob(home.vault / request.kept / _FILE, key=key, file_id=_file_id(request.cohort))


def write_history(home: Home, directory: Path, cohort: Cohort, tables: Sequence[FoundTable]) -> None:
    """Write a request's tables into a new directory, encrypted under the cohort's key."""
    directory.mkdir()
    blob = to_bytes(tables)
    key = cohort_key(home, cohort)
    write_blob(directory / _FILE, blob, key=key, file_id=_file_id(cohort), random=home.random)


def _released_kilobytes(cohort: Cohort, project: Project | None, but: ReleaseRequest | None) -> float:
    """Return the information content of a project's releases, in kilobytes; 0 without a project."""
    if project is None:
        return 0.0
    left = ReleaseRequest.objects.filter(cohort=cohort, project=project, released_at__isnull=False)
    sums = left.exclude(pk=None if but is None else but.pk).aggregate(total=Sum("kilobytes"))
    return float(sums["total"] or 0.0)


def _requests(
    home: Home, cohort: Cohort, project: Project | None, but: ReleaseRequest | None
) -> list[EarlierRequest]:
    kept = ReleaseRequest.objects.filter(cohort=cohort).exclude(kept="").exclude(decision="refuse")
    if but is not None:
        kept = kept.exclude(pk=but.pk)
    own = kept.filter(project=project).order_by("-pk")[: LIMITS.own]
    others = kept.filter(~Q(project=project) if project else Q(project__isnull=False))
    released = others.filter(released_at__isnull=False).order_by("-pk")[: LIMITS.others]
    chosen = sorted((*own, *released), key=lambda request: request.pk)
    key = cohort_key(home, cohort)
    return [_request(home, key, request, own=request.project == project) for request in chosen]


def _request(home: Home, key: bytes, request: ReleaseRequest, *, own: bool) -> EarlierRequest:
    blob = read_kept(home, request, key=key)
    name = f"request {request.pk}" if own else "a release of another project"
    noisy = request.released_to == QUERIED
    return EarlierRequest(name=name, own=own, tables=from_bytes(blob), noisy=noisy)


def _file_id(cohort: Cohort) -> str:
    return f"history/{cohort.name}"
