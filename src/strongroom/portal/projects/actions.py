"""Approving and revoking projects."""

from collections.abc import Mapping, Sequence
from typing import cast

from strongroom.canonical import digest
from strongroom.errors import AlreadyExistsError, KeyUnavailableError, NotFoundError, RefusedError
from strongroom.ids import require_name
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.database import forget_old_pages
from strongroom.portal.home import Home
from strongroom.portal.people.actions import ensure_institution
from strongroom.portal.people.institutions import require_open
from strongroom.portal.projects.models import KeyPurpose, Project, ProjectKey


def find_project(slug: str) -> Project:
    """Return the project of that name; NotFoundError."""
    project = Project.objects.select_related("institution").filter(slug=slug).first()
    if project is None:
        raise NotFoundError(
            f"There is no project {slug!r}.",
            hint="Check the spelling, or add it with 'strongroom project add'.",
        )
    return project


def require_active(project: Project) -> None:
    """Raise RefusedError for a project that was revoked, or whose institution may not work here."""
    require_open(project.institution)
    if project.status != Project.Status.ACTIVE:
        raise RefusedError(
            f"Project {project.slug!r} was revoked on {project.revoked_at:%Y-%m-%d}.",
            hint="Its data can no longer be read; a new approval needs a new project.",
        )


def require_free(slug: str) -> None:
    """Raise UsageError for an invalid project name, AlreadyExistsError for a name in use."""
    require_name(slug, what="project name")
    if Project.objects.filter(slug=slug).exists():
        raise AlreadyExistsError(f"A project {slug!r} already exists.", hint="Choose another name.")


def create_project(
    home: Home,
    *,
    slug: str,
    institution: str,
    cohort_name: str,
    columns: Sequence[str],
    where: str,
    keys: Mapping[KeyPurpose, bytes],
    risk: str = Project.Risk.NORMAL,
    record: Recorder,
) -> Project:
    """Add a project with its keys within the caller's act; AlreadyExistsError if the name is in use."""
    require_free(slug)
    project = Project(
        slug=slug,
        institution=ensure_institution(home, name=institution, record=record),
        cohort_name=cohort_name,
        columns=list(columns),
        where=where,
        risk=risk,
        added_at=home.clock(),
    )
    project.save()
    for purpose in KeyPurpose:
        wrapped = home.keys.wrap(keys[purpose], context=_context(slug, purpose))
        ProjectKey(project=project, purpose=purpose, wrapped=wrapped).save()
    record(
        "project.added",
        slug,
        institution=project.institution.name,
        cohort=cohort_name,
        columns=len(columns),
        columns_digest=digest(list(columns)),
        where=where,
        risk=str(risk),
    )
    return project


def project_key(home: Home, project: Project, purpose: KeyPurpose) -> bytes:
    """Return one of a project's keys; KeyUnavailableError once it was destroyed."""
    kept = ProjectKey.objects.get(project=project, purpose=purpose).wrapped
    return unwrapped(home, project.slug, purpose, cast("bytes | None", kept))


def unwrapped(home: Home, slug: str, purpose: KeyPurpose, wrapped: bytes | None) -> bytes:
    """Return a project's key from the database; KeyUnavailableError once it was destroyed."""
    if wrapped is None:
        raise KeyUnavailableError(
            f"The {purpose} key of project {slug!r} was destroyed when the project was revoked.",
            hint="The data it encrypted cannot be recovered.",
        )
    return home.keys.unwrap(bytes(wrapped), context=_context(slug, purpose))


def revoke_project(home: Home, *, slug: str, reason: str, by: str) -> Project:
    """Revoke a project and destroy the key of its files; RefusedError if it is already revoked."""
    if not reason.strip():
        raise RefusedError("A revocation needs a reason.", hint="Use --reason.")
    with act(home, by=by) as record:
        project = find_project(slug)
        if project.status != Project.Status.ACTIVE:
            require_active(project)
        destroy_keys(home, project, reason.strip(), record)
    forget_old_pages()
    return project


def destroy_keys(home: Home, project: Project, reason: str, record: Recorder) -> None:
    """Revoke a project within the caller's act, which calls `forget_old_pages` when it has committed."""
    project.status = Project.Status.REVOKED
    project.revoked_at = home.clock()
    project.revoked_because = reason
    project.save()
    key = project.keys.get(purpose=KeyPurpose.FILES)
    key.wrapped, key.destroyed_at = None, home.clock()
    key.save()
    record("project.revoked", project.slug, reason=reason, institution=project.institution.name)
    record("key.destroyed", project.slug, purpose=KeyPurpose.FILES.value)


def _context(slug: str, purpose: str) -> str:
    return f"project:{slug}:{purpose}"
