"""Opening an approved application as a project: its view is issued, with its fingerprint and decoys."""

from strongroom.errors import RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.views import add_project
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.institutions import require_open
from strongroom.portal.people.models import Institution, Person, Role
from strongroom.portal.people.notices import notify
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import find_project, revoke_project
from strongroom.portal.projects.application_models import APPLICATION, Application
from strongroom.portal.projects.applications import standing_of
from strongroom.portal.projects.models import Project
from strongroom.progress import Progress, silent


def open_project(
    home: Home, *, application: Application, risk: str, by: Person, progress: Progress = silent
) -> Project:
    """Issue the view of an application that everybody signed; RefusedError says who lacks what.

    A custodian opens it, whom the committee's two votes allow to: nobody decides alone.
    """
    require_role(by, Role.CUSTODIAN)
    require_running()
    APPLICATION.after(application.state, "opened")
    _require_standing(home, application)
    if not Project.objects.filter(slug=application.slug).exists():
        add_project(
            home,
            slug=application.slug,
            institution=application.institution.name,
            cohort_name=application.cohort_name,
            columns=[each["name"] for each in application.columns],
            where=application.where,
            risk=risk,
            by=by.handle,
            progress=progress,
        )
    # If this process was killed here, the project is there and the application is opened the next time.
    with act(home, by=by.handle) as record:
        application = Application.objects.get(pk=application.pk)
        application.state = APPLICATION.after(application.state, "opened")
        application.changed_at = home.clock()
        application.save()
        record("application.opened-as-project", application.slug, round=application.round)
        for person in application.people:
            notify(home, person, f"{application.title}: the data are ready", url="/workspace/")
    return find_project(application.slug)


def close_project(home: Home, *, application: Application, reason: str, by: Person) -> Project:
    """Close a project at its end: the key of its files is destroyed, which is the proof of deletion."""
    return _end(home, application, "closed", reason, by)


def revoke(home: Home, *, application: Application, reason: str, by: Person) -> Project:
    """Revoke a project for cause: the key of its files is destroyed at once."""
    return _end(home, application, "revoked", reason, by)


def _end(home: Home, application: Application, verb: str, reason: str, by: Person) -> Project:
    require_role(by, Role.CUSTODIAN)
    state = APPLICATION.after(application.state, verb)
    project = find_project(application.slug)
    if project.status == Project.Status.ACTIVE:
        project = revoke_project(home, slug=application.slug, reason=reason, by=by.handle)
    with act(home, by=by.handle) as record:
        application = Application.objects.get(pk=application.pk)
        application.state, application.closed_because = state, reason.strip()
        application.changed_at = home.clock()
        application.save()
        record("application.ended", application.slug, state=state, reason=reason.strip())
    return project


def _require_standing(home: Home, application: Application) -> None:
    require_open(application.institution)
    if application.institution.status != Institution.Status.VETTED:
        raise RefusedError(f"{application.institution.name} is not vetted yet.")
    lacks = standing_of(home, application)
    if lacks:
        missing = "; ".join(f"{name} lacks {' and '.join(what)}" for name, what in lacks.items())
        raise RefusedError(f"Data cannot be opened yet: {missing}.", hint="Record it on each person's page.")
    if application.ends_on is not None and application.ends_on < home.clock().date():
        raise RefusedError("The project's last day is past.", hint="Let it be amended.")
