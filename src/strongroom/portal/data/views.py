"""Issuing a project's view, and writing it out for the custodian."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from strongroom.canonical import digest
from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort import StoredTable
from strongroom.cohort.keys import unwrap, wrap
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.selection import select_participants
from strongroom.cohort.views import export_view, plan_view, write_view
from strongroom.errors import AlreadyExistsError, RefusedError
from strongroom.portal.data.cohorts import cohort_key, find_cohort, open_cohort
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import create_project, find_project, project_key, require_active
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.portal.record.acts import Recorder, act
from strongroom.progress import Progress, silent


def add_project(
    home: Home,
    *,
    slug: str,
    institution: str,
    cohort_name: str,
    columns: Sequence[str],
    where: str = "",
    by: str,
    progress: Progress = silent,
) -> View:
    """Approve a project and issue its first view, both or neither.

    Raises AlreadyExistsError for a slug that is taken, and UsageError for columns or filters that do not fit.
    """
    if Project.objects.filter(slug=slug).exists():
        raise AlreadyExistsError(f"A project {slug!r} exists already.", hint="Choose another name.")
    row = find_cohort(cohort_name)
    plan_view(open_cohort(home, row), columns)
    with act(home, by=by) as record:
        project = create_project(
            home,
            slug=slug,
            institution=institution,
            cohort_name=cohort_name,
            columns=columns,
            where=where,
            record=record,
        )
        return _issue(home, project, row, record=record, progress=progress)


def current_view(home: Home, *, slug: str, by: str, progress: Progress = silent) -> View:
    """Return a project's view, a new one if people have withdrawn since; RefusedError once revoked."""
    project = find_project(slug)
    require_active(project)
    row = find_cohort(project.cohort_name)
    latest = project.views.order_by("-number").first()
    if latest is not None and latest.cohort_revision == row.revision:
        return latest
    with act(home, by=by) as record:
        return _issue(home, project, row, record=record, progress=progress)


def write_project_view(
    home: Home, *, slug: str, to: Path, by: str, progress: Progress = silent
) -> tuple[View, list[Path]]:
    """Write a project's view as plain Parquet to a new directory; the entry stands before the first byte."""
    view = current_view(home, slug=slug, by=by, progress=progress)
    key = project_key(home, view.project, KeyPurpose.FILES)
    with act(home, by=by) as record:
        record("view.exported", slug, number=view.number, to=str(to))
    tables = [StoredTable.from_json(table) for table in view.tables]
    return view, export_view(home.vault / view.directory, tables, key=key, to=to)


def pseudonyms_of(home: Home, project: Project, cohort: StoredCohort) -> Pseudonyms:
    """Return the bijection between a cohort's people and a project's ids; it outlives the project."""
    manifest = cohort.manifest
    return Pseudonyms(
        project_key(home, project, KeyPurpose.TRACING),
        low=manifest.id_low,
        high=manifest.id_high,
        capacity=manifest.capacity,
    )


def members_of(home: Home, view: View) -> NDArray[np.bool_]:
    """Return who is in a view, as a mask over the cohort's ordinals."""
    context = _members_context(view.project.slug, view.number)
    packed = unwrap(cohort_key(home, view.cohort), bytes(view.members), context=context)
    return np.unpackbits(np.frombuffer(packed, dtype=np.uint8)).astype(bool)


def _issue(home: Home, project: Project, row: Cohort, *, record: Recorder, progress: Progress) -> View:
    cohort = open_cohort(home, row)
    plan = plan_view(cohort, project.columns)
    members = select_participants(cohort, project.where)
    if len(members) == 0:
        raise RefusedError(
            f"the row filter of project {project.slug!r} selects nobody.",
            hint="Check --where against the codes.",
        )
    mask = np.zeros(cohort.manifest.capacity, dtype=bool)
    mask[members] = True
    number = (project.views.aggregate(last=Max("number"))["last"] or 0) + 1
    with incoming(home) as directory:
        tables = write_view(
            cohort,
            plan,
            members,
            pseudonyms=pseudonyms_of(home, project, cohort),
            into=directory / "view",
            key=project_key(home, project, KeyPurpose.FILES),
            progress=progress,
            random=home.random,
        )
        view = View(
            project=project,
            cohort=row,
            number=number,
            cohort_revision=row.revision,
            directory=place(home, directory / "view", kind="view"),
            tables=[table.to_json() for table in tables],
            columns=plan.names(),
            participants=len(members),
            members=wrap(
                cohort_key(home, row),
                np.packbits(mask).tobytes(),
                context=_members_context(project.slug, number),
                random=home.random,
            ),
            issued_at=home.clock(),
        )
        view.save()
    record(
        "view.issued",
        project.slug,
        number=number,
        cohort=row.name,
        revision=row.revision,
        participants=len(members),
        columns=len(view.columns),
        columns_digest=digest(view.columns),
        files=digest([table.to_json() for table in tables]),
    )
    return view


def _members_context(slug: str, number: int) -> str:
    return f"members:{slug}:{number}"
