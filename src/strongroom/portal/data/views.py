"""Issuing a project's view, and exporting it for the custodian."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from strongroom.canonical import digest
from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort import StoredTable
from strongroom.cohort.keys import new_key, unwrap, wrap
from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.selection import select_participants
from strongroom.cohort.views import export_view, plan_view, unfinished_export, write_view
from strongroom.errors import RefusedError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort, open_index
from strongroom.portal.data.decoys import (
    PlannedDecoys,
    PoolGrownError,
    decoys_of,
    keep_decoys,
    plan_decoys,
    pseudonyms_for,
)
from strongroom.portal.data.fingerprints import (
    commitment_for,
    fingerprint_key,
    fingerprint_of,
    keep_plan,
    plan_for,
    plan_key,
    release_name,
    settings_of,
)
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.data.vault import incoming, note_outside, place
from strongroom.portal.data.visible_values import VISIBLE_VALUES, write_visible_values
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import (
    create_project,
    find_project,
    project_key,
    require_active,
    require_free,
)
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.commitments.statements import CommittedPlan, bits_root, view_statement
from strongroom.tracer.fingerprint import IssuedFingerprint, MarkPlan
from strongroom.tracer.fingerprint.settings import MarkSettings

__all__ = [
    "add_project",
    "current_view",
    "decoys_of",
    "fingerprint_of",
    "members_of",
    "pseudonyms_of",
    "write_project_view",
]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    attempts: int = threshold(
        8,
        "attempts",
        "judgement: more than the number of projects that are likely to be added at the same time",
    )


LIMITS = _Limits()


def add_project(
    home: Home,
    *,
    slug: str,
    institution: str,
    cohort_name: str,
    columns: Sequence[str],
    where: str = "",
    risk: str = Project.Risk.NORMAL,
    by: str,
    progress: Progress = silent,
) -> View:
    """Approve a project and issue its first view, both or neither; a partner of high `risk` is marked more.

    Raises AlreadyExistsError for a name in use, UsageError for invalid columns or an invalid filter, and
    RefusedError for a filter that selects nobody.
    """
    for _ in range(LIMITS.attempts):
        with suppress(PoolGrownError):
            approved = _Approval(slug, institution, cohort_name, columns, where, risk)
            return _add_project(home, approved, by=by, progress=progress)
    raise RefusedError("Too many projects are being added at the same time.", hint="Run the command again.")


@dataclass(frozen=True)
class _Approval:
    """The details of an approval."""

    slug: str
    institution: str
    cohort_name: str
    columns: Sequence[str]
    where: str
    risk: str


def _add_project(home: Home, approved: _Approval, *, by: str, progress: Progress) -> View:
    require_free(approved.slug)
    row = find_cohort(approved.cohort_name)
    keys = {purpose: new_key(home.random) for purpose in KeyPurpose}
    asked = _Asked(row, approved.columns, approved.where, settings_of(home, approved.risk), keys)
    with _built_view(home, asked, progress=progress) as built, act(home, by=by) as record:
        project = create_project(
            home,
            slug=approved.slug,
            institution=approved.institution,
            cohort_name=approved.cohort_name,
            columns=approved.columns,
            where=approved.where,
            risk=approved.risk,
            keys=keys,
            record=record,
        )
        return _issue(home, project, asked, built, record=record)


def current_view(home: Home, *, slug: str, by: str, progress: Progress = silent) -> View:
    """Return a project's view, a new one if people have withdrawn since; RefusedError once revoked."""
    project = find_project(slug)
    require_active(project)
    row = find_cohort(project.cohort_name)
    latest = project.views.order_by("-number").first()
    if latest is not None and latest.cohort_revision == row.revision:
        return latest
    keys = {purpose: project_key(home, project, purpose) for purpose in KeyPurpose}
    asked = _Asked(row, project.columns, project.where, settings_of(home, project.risk), keys, project)
    with _built_view(home, asked, progress=progress) as built, act(home, by=by) as record:
        project = find_project(slug)
        require_active(project)
        return _issue(home, project, asked, built, record=record)


def write_project_view(
    home: Home, *, slug: str, to: Path, by: str, progress: Progress = silent
) -> tuple[View, list[Path]]:
    """Write a project's view as plain Parquet to a new directory; the ledger entry comes first."""
    view = current_view(home, slug=slug, by=by, progress=progress)
    key = project_key(home, view.project, KeyPurpose.FILES)
    with act(home, by=by) as record:
        record("view.exported", slug, number=view.number, to=str(to))
    tables = [StoredTable.from_json(table) for table in view.tables]
    with incoming(home) as working:
        note_outside(working, unfinished_export(to))
        return view, export_view(home.vault / view.directory, tables, key=key, to=to)


def pseudonyms_of(home: Home, project: Project, cohort: StoredCohort) -> Pseudonyms:
    """Return the bijection between a cohort's people and a project's pseudonyms; it outlives the project."""
    return pseudonyms_for(cohort, project_key(home, project, KeyPurpose.TRACING), None)


def members_of(home: Home, view: View) -> NDArray[np.bool_]:
    """Return who is in a view, as a mask over the cohort's ordinals."""
    mask = member_mask(cohort_key(home, view.cohort), view.project.slug, view.number, bytes(view.members))
    return np.unpackbits(mask.packed).astype(bool)


def member_mask(key: bytes, slug: str, number: int, sealed: bytes) -> MemberMask:
    """Return who is in a view, from what is stored of it and its cohort's key."""
    packed = unwrap(key, sealed, context=members_context(slug, number))
    return MemberMask(np.frombuffer(packed, dtype=np.uint8))


@dataclass(frozen=True)
class _Asked:
    """What a view is made from; `project` is None while it is being approved."""

    cohort: Cohort
    columns: Sequence[str]
    where: str
    settings: MarkSettings
    keys: Mapping[KeyPurpose, bytes]
    project: Project | None = None


@dataclass(frozen=True)
class _BuiltView:
    """A view's files, written but not yet issued; `members` is a mask over the cohort's ordinals.

    `decoys` are those among them who do not exist.
    """

    directory: Path
    tables: list[dict[str, Any]]
    columns: list[str]
    members: NDArray[np.bool_]
    plan: MarkPlan
    committed: CommittedPlan
    bits: str
    decoys: PlannedDecoys


@contextmanager
def _built_view(home: Home, asked: _Asked, *, progress: Progress) -> Iterator[_BuiltView]:
    """Write a view's files before the transaction, so that no other command has to wait."""
    cohort = open_cohort(home, asked.cohort)
    columns = plan_view(cohort, asked.columns)
    chosen = select_participants(cohort, asked.where)
    if len(chosen) == 0:
        raise RefusedError(
            f"the row filter {asked.where!r} selects nobody.", hint="Check its values against the dictionary."
        )
    plan = plan_for(home, asked.cohort, cohort, asked.settings, asked.project)
    tracing = asked.keys[KeyPurpose.TRACING]
    fingerprint = IssuedFingerprint(plan, plan_key(home, asked.cohort), fingerprint_key(tracing))
    decoys = plan_decoys(
        home,
        asked.cohort,
        cohort,
        columns=columns,
        where=asked.where,
        chosen=chosen,
        fingerprint=fingerprint,
        project=asked.project,
        had=_last_members(home, asked.project),
        progress=progress,
    )
    members = np.zeros(cohort.manifest.capacity, dtype=bool)
    members[chosen[~decoys.withheld]] = True
    decoy_tables = None if decoys.people is None else decoys.people.tables
    with incoming(home) as directory:
        tables = write_view(
            cohort,
            columns,
            chosen[~decoys.withheld],
            pseudonyms=pseudonyms_for(cohort, tracing, decoys.people),
            into=directory / "view",
            key=asked.keys[KeyPurpose.FILES],
            mark=fingerprint.marker(plan.movable(cohort, decoy_tables)),
            decoys=decoy_tables,
            progress=progress,
            random=home.random,
        )
        write_visible_values(
            home,
            directory / "view" / VISIBLE_VALUES,
            cohort=cohort,
            index=open_index(home, asked.cohort),
            fingerprint=fingerprint,
            columns=columns.names(),
            key=asked.keys[KeyPurpose.FILES],
        )
        described = [table.to_json() for table in tables]
        committed = commitment_for(home, asked.cohort, cohort, plan)
        positions = plan.positions(columns.names())
        bits = bits_root(committed.statement, fingerprint.project_key, positions)
        yield _BuiltView(
            directory / "view", described, columns.names(), members, plan, committed, bits, decoys
        )


def _issue(home: Home, project: Project, asked: _Asked, built: _BuiltView, *, record: Recorder) -> View:
    """Issue a written view within the caller's act; RefusedError if people withdrew while it was written."""
    row = asked.cohort
    if find_cohort(row.name).revision != row.revision:
        raise RefusedError("People withdrew from the cohort in the meantime.", hint="Run the command again.")
    plan = keep_plan(home, row, built.plan, asked.settings, project, committed=built.committed, record=record)
    number = (project.views.aggregate(last=Max("number"))["last"] or 0) + 1
    packed = np.packbits(built.members).tobytes()
    context = members_context(project.slug, number)
    release = release_name(project.slug, number, built.tables)
    statement = view_statement(
        built.committed.statement,
        release=release,
        positions=built.plan.positions(built.columns),
        bits=built.bits,
    )
    decoys, decoys_digest = keep_decoys(home, row, built.decoys, project.slug, number)
    view = View(
        project=project,
        cohort=row,
        number=number,
        cohort_revision=row.revision,
        directory=place(home, built.directory, kind="view"),
        tables=built.tables,
        columns=built.columns,
        # The number in the files, decoys included: comparing the two reveals nothing.
        participants=int(np.count_nonzero(built.members)) + built.decoys.count,
        members=wrap(cohort_key(home, row), packed, context=context, random=home.random),
        decoys=decoys,
        plan=plan,
        commitment=digest(statement),
        bits=built.bits,
        issued_at=home.clock(),
    )
    view.save()
    record(
        "view.issued",
        project.slug,
        number=number,
        cohort=row.name,
        revision=row.revision,
        participants=view.participants,
        columns=len(built.columns),
        columns_digest=digest(built.columns),
        files=digest(built.tables),
        release=release,
        plan=plan.digest,
        commitment=view.commitment,
        decoys=decoys_digest,
    )
    return view


def _last_members(home: Home, project: Project | None) -> NDArray[np.bool_] | None:
    latest = None if project is None or project.pk is None else project.views.order_by("-number").first()
    return None if latest is None else members_of(home, latest)


def members_context(slug: str, number: int) -> str:
    """Return what the members of a view are encrypted for."""
    return f"members:{slug}:{number}"
