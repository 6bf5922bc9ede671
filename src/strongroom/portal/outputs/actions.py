"""Checking a researcher's output files, and releasing them if the verdict is release.

The order guarantees that nothing leaves without an entry: rebuilt copies are made in the vault,
the intent to release them is committed to the ledger, only then are they moved to the target, and the outcome
is recorded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strongroom.checker import KnownIds, Report, Verdict, check
from strongroom.checker.detectors import RowOrder
from strongroom.cohort import Cohort as StoredCohort
from strongroom.errors import UsageError
from strongroom.ids import readable_name
from strongroom.matching.storage.index_with_decoys import with_decoys
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.data.views import decoys_of, members_of, pseudonyms_of
from strongroom.portal.data.visible_values import open_visible_index
from strongroom.portal.enclave.models import Job
from strongroom.portal.home import Home
from strongroom.portal.outputs.history import history_of, write_history
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.outputs.release import (
    Journal,
    described,
    journal_of,
    release_copies,
    require_directory,
)
from strongroom.portal.outputs.settings import policy_of
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.portal.projects.models import Project
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys import DecoyRegister


class _Limits(Thresholds):
    """The numbers this module decides by."""

    views_compared: int = threshold(
        50, "views", "cost: a check against a whole cohort reads the decoys of each view"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Desk:
    """Where a check works, in the vault: its private copies, and `copies`, those to release, if any.

    With `under_review`, files that a person has to look at get copies as well.
    """

    directory: Path
    copies: Path | None = None
    under_review: bool = False


Prepared = Callable[[ReleaseRequest, Report, Desk, Recorder], None]


@dataclass(frozen=True)
class Airlock:
    """What outputs are checked against: a cohort, and the requesting project, if any.

    `job` is the job that made them, if they come from one.
    """

    cohort: Cohort
    project: Project | None = None
    view: View | None = None
    job: Job | None = None

    @property
    def subject(self) -> str:
        """The subject of ledger entries: the project, or the cohort."""
        return self.project.slug if self.project else self.cohort.name


def airlock(*, project: str | None = None, cohort: str | None = None) -> Airlock:
    """Return the airlock of a project or, for a custodian, of a whole cohort; RefusedError once revoked."""
    if (project is None) == (cohort is None):
        raise UsageError("The source of these outputs is missing.", hint="Use either --project or --cohort.")
    if cohort is not None:
        return Airlock(cohort=find_cohort(cohort))
    asking = find_project(str(project))
    require_active(asking)
    require_running()
    return Airlock(
        cohort=find_cohort(asking.cohort_name),
        project=asking,
        view=asking.views.order_by("-number").first(),
    )


def check_outputs(
    home: Home,
    paths: Sequence[Path],
    *,
    through: Airlock,
    by: str,
    release_to: Path | None = None,
    prepared: Prepared | None = None,
    progress: Progress = silent,
) -> tuple[ReleaseRequest, Report]:
    """Check files and, with `release_to`, release rebuilt copies to that directory if all of them pass.

    `prepared` is told what was found, within the act that records it. The rules are those of the home's
    policy.yaml; a policy that cannot be read stops the check (InputError). Nothing of a request is released
    unless its verdict is release.
    """
    if release_to is not None:
        require_directory(release_to)
    with incoming(home) as directory:
        copies = release_to is not None or prepared is not None
        desk = Desk(directory, directory / "copies" if copies else None, under_review=prepared is not None)
        report = judge(home, paths, through=through, desk=desk, progress=progress)
        target = release_to if report.verdict is Verdict.RELEASE else None
        request, journal = _record_check(
            home, through, report, desk, by=by, release_to=target, prepared=prepared
        )
        if desk.copies is not None and journal is not None:
            release_copies(home, request, desk.copies, journal, by=by)
    return request, report


def judge(
    home: Home,
    paths: Sequence[Path],
    *,
    through: Airlock,
    desk: Desk,
    approved: ReleaseRequest | None = None,
    progress: Progress = silent,
) -> Report:
    """Check files against everything the airlock knows; make copies of files that pass on the desk.

    `approved` is the request whose review a person has decided; it is not compared with itself.
    """
    stored, decoys = open_cohort(home, through.cohort), _decoys(home, through)
    issued = _issued(home, through, stored)
    index = (
        open_index(home, through.cohort) if through.view is None else open_visible_index(home, through.view)
    )
    return check(
        paths,
        cohort=stored,
        index=with_decoys(index, [register.rows for register in decoys]),
        known_ids=_known_ids(stored, issued, decoys),
        orders=_orders(home, through, stored, issued, decoys),
        decoys=decoys,
        history=history_of(home, through.cohort, through.project, but=approved),
        policy=policy_of(home),
        release_to=desk.copies,
        workspace=desk.directory,
        approved=approved is not None or desk.under_review,
        progress=progress,
    )


def _decoys(home: Home, through: Airlock) -> list[DecoyRegister]:
    """Return the decoys of the view, or without a project those of the cohort's latest views."""
    views = [through.view] if through.view is not None else []
    if through.project is None:
        views = list(View.objects.filter(cohort=through.cohort).order_by("-pk")[: LIMITS.views_compared])
    found = [decoys_of(home, view) for view in views]
    return [each for each in found if each is not None]


def _issued(home: Home, through: Airlock, cohort: StoredCohort) -> NDArray[np.int64] | None:
    """Return the project's ids of the cohort's people, in the cohort's order; None without a project."""
    if through.project is None:
        return None
    return pseudonyms_of(home, through.project, cohort).of(cohort.ordinals())


def _known_ids(
    cohort: StoredCohort, issued: NDArray[np.int64] | None, decoys: Sequence[DecoyRegister]
) -> list[KnownIds]:
    known = [KnownIds(label="the cohort's own ids", values=cohort.ids())]
    if issued is not None:
        everybody = np.concatenate([issued, *(register.ids for register in decoys)])
        known.append(KnownIds(label="the project's pseudonyms", values=everybody))
    return known


def _orders(
    home: Home,
    through: Airlock,
    cohort: StoredCohort,
    issued: NDArray[np.int64] | None,
    decoys: Sequence[DecoyRegister],
) -> list[RowOrder]:
    """Return the row orders in which a single column may have been taken out: the cohort's and the view's.

    Decoys have their places in the view's: a column of it is as long as its people and its decoys are many.
    """
    ordinals = cohort.ordinals()
    orders = [RowOrder("the cohort's own order", np.arange(len(ordinals)))]
    if issued is not None and through.view is not None:
        members = np.flatnonzero(members_of(home, through.view)[ordinals])
        ids = np.concatenate([issued[members], *(register.ids for register in decoys)])
        rows = np.concatenate([members, np.full(len(ids) - len(members), -1)])
        orders.append(RowOrder("the project's view", rows[np.argsort(ids)]))
    return orders


def _record_check(
    home: Home,
    through: Airlock,
    report: Report,
    desk: Desk,
    *,
    by: str,
    release_to: Path | None,
    prepared: Prepared | None = None,
) -> tuple[ReleaseRequest, Journal | None]:
    journal, directory = None, desk.directory
    with act(home, by=by, policy=report.policy_hash) as record:
        if through.project is not None:
            # A project revoked while its files were being read releases nothing.
            require_active(find_project(through.project.slug))
        kept = ""
        if report.verdict is not Verdict.BLOCK and report.tables:
            write_history(home, directory / "request", through.cohort, report.tables)
            kept = place(home, directory / "request", kind="request")
        request = ReleaseRequest(
            project=through.project,
            cohort=through.cohort,
            view=through.view,
            job=through.job,
            verdict=report.verdict.value,
            report=report.to_json(detailed=True),
            kept=kept,
            kilobytes=report.kilobytes,
            checked_at=home.clock(),
            released_to="" if release_to is None else readable_name(str(release_to)),
        )
        request.save()
        facts = {"request": request.pk, **described(report)}
        if through.job is not None:
            facts["job"] = through.job.pk
        record("output.checked", through.subject, verdict=report.verdict.value, **facts)
        if release_to is not None and desk.copies is not None:
            record("output.releasing", through.subject, to=str(release_to), **facts)
            journal = journal_of(request, desk.copies, release_to)
            journal.keep(home)
        if prepared is not None:
            prepared(request, report, desk, record)
    return request, journal
