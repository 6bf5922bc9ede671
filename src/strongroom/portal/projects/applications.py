"""Drafting an application, submitting and withdrawing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.ids import require_name
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Institution, Person, Role
from strongroom.portal.people.notices import notify
from strongroom.portal.people.standing import missing_standing
from strongroom.portal.projects.application_models import APPLICATION, Application, Member, ProjectRole
from strongroom.portal.projects.models import Project

_SEES_ALL = frozenset({Role.CUSTODIAN, Role.COMMITTEE, Role.AUDITOR})


@dataclass(frozen=True)
class Request:
    """What an application asks for; `columns` are names with reasons, `people` handles with roles."""

    title: str
    purpose: str
    lay_summary: str
    outputs: str
    funder: str
    countries: str
    cohort: str
    columns: Mapping[str, str]
    where: str
    starts_on: date | None
    ends_on: date | None
    people: Mapping[str, ProjectRole]


def applications_for(person: Person) -> Sequence[Application]:
    """Return the applications that a person may see, latest change first."""
    found = Application.objects.select_related("institution", "made_by")
    if person.roles & _SEES_ALL:
        return list(found.exclude(state="draft") | found.filter(made_by=person))
    return list(found.filter(members__person=person).distinct())


def get_application_for(person: Person, number: int) -> Application:
    """Return an application that this person may see; NotFoundError for others."""
    found = Application.objects.select_related("institution", "made_by").filter(pk=number).first()
    if found is not None:
        if found.members.filter(person=person).exists():
            return found
        if person.roles & _SEES_ALL and found.state != "draft":
            return found
    raise NotFoundError(f"There is no application {number}.", hint="See the list of applications.")


def open_application(home: Home, *, slug: str, title: str, cohort: str, by: Person) -> Application:
    """Begin an application; whoever begins it is its principal investigator until they name another."""
    require_role(by, Role.RESEARCHER)
    if by.institution is None:
        raise RefusedError("You belong to no institution.", hint="Ask a custodian to register yours.")
    require_name(slug, what="project name")
    with act(home, by=by.handle) as record:
        if Application.objects.filter(slug=slug).exists() or Project.objects.filter(slug=slug).exists():
            raise RefusedError(f"The name {slug} is in use.", hint="Choose another name.")
        application = Application(
            slug=slug,
            title=title.strip(),
            cohort_name=cohort,
            institution=by.institution,
            made_by=by,
            made_at=home.clock(),
            changed_at=home.clock(),
        )
        application.save()
        Member(
            application=application, person=by, role=ProjectRole.INVESTIGATOR.value, added_at=home.clock()
        ).save()
        record("application.opened", slug, institution=by.institution.name)
    return application


def edit_application(home: Home, *, application: Application, request: Request, by: Person) -> Application:
    """Change a draft; only its members may."""
    people = _people(request.people, application.institution)
    with act(home, by=by.handle) as record:
        application = _own(application, by)
        if application.state != "draft":
            raise RefusedError(f"This application is {application.state_name}.", hint="Only drafts change.")
        for name in ("title", "purpose", "lay_summary", "outputs", "funder", "countries", "where"):
            setattr(application, name, getattr(request, name).strip())
        application.cohort_name = request.cohort
        application.columns = [
            {"name": name, "reason": " ".join(why.split())} for name, why in request.columns.items()
        ]
        application.starts_on, application.ends_on = request.starts_on, request.ends_on
        application.changed_at = home.clock()
        application.save()
        _set_members(home, application, people)
        record("application.edited", application.slug, columns=len(application.columns), people=len(people))
    return application


def submit_application(home: Home, *, application: Application, by: Person) -> Application:
    """Hand an application to the access committee; UsageError says what is missing."""
    with act(home, by=by.handle) as record:
        application = _own(application, by)
        state = APPLICATION.after(application.state, "submitted")
        _require_complete(application)
        application.state, application.round = state, application.round + 1
        application.changed_at = home.clock()
        application.save()
        record("application.submitted", application.slug, round=application.round)
        for member in Person.objects.filter(grants__role=Role.COMMITTEE, grants__ended_at=None).distinct():
            notify(
                home,
                member,
                f"Application to review: {application.title}",
                url=f"/projects/{application.pk}/",
            )
    return application


def withdraw_application(home: Home, *, application: Application, reason: str, by: Person) -> Application:
    """Withdraw an application that is not a project yet."""
    if not reason.strip():
        raise RefusedError("Withdrawing needs a reason.")
    with act(home, by=by.handle) as record:
        application = _own(application, by)
        application.state = APPLICATION.after(application.state, "withdrawn")
        application.closed_because, application.changed_at = reason.strip(), home.clock()
        application.save()
        record("application.withdrawn", application.slug, reason=reason.strip())
    return application


def standing_of(home: Home, application: Application) -> dict[str, list[str]]:
    """Return what each member lacks before data may be opened to them, by name; empty where nobody does."""
    lacks = {person.name: missing_standing(home, person) for person in application.people}
    return {name: missing for name, missing in lacks.items() if missing}


def _own(application: Application, by: Person) -> Application:
    if not application.members.filter(person=by, ended_at=None).exists():
        raise NotFoundError(f"There is no application {application.pk}.")
    fresh: Application = Application.objects.select_related("institution").get(pk=application.pk)
    return fresh


def _people(people: Mapping[str, ProjectRole], institution: Institution) -> dict[Person, ProjectRole]:
    found = {person.handle: person for person in Person.objects.filter(handle__in=people, active=True)}
    for handle in people:
        person = found.get(handle)
        if person is None or not person.has(Role.RESEARCHER):
            raise UsageError(f"There is no researcher {handle!r}.", hint="They must be invited first.")
    if ProjectRole.INVESTIGATOR not in people.values():
        raise UsageError("A project needs a principal investigator.")
    investigators = [found[handle] for handle, role in people.items() if role is ProjectRole.INVESTIGATOR]
    if all(person.institution_id != institution.pk for person in investigators):
        raise UsageError(f"One principal investigator must be from {institution.name}.")
    return {found[handle]: role for handle, role in people.items()}


def _set_members(home: Home, application: Application, people: Mapping[Person, ProjectRole]) -> None:
    present = {member.person_id: member for member in application.members.all()}
    for person, role in people.items():
        member = present.pop(person.pk, None) or Member(
            application=application, person=person, added_at=home.clock()
        )
        member.role, member.ended_at = role.value, None
        member.save()
    for member in present.values():
        if member.ended_at is None:
            member.ended_at = home.clock()
            member.save()


def _require_complete(application: Application) -> None:
    missing = [
        label
        for label, value in (
            ("a title", application.title),
            ("the purpose", application.purpose),
            ("a lay summary", application.lay_summary),
            ("the intended outputs", application.outputs),
            ("columns", application.columns),
            ("a first day", application.starts_on),
            ("a last day", application.ends_on),
        )
        if not value
    ]
    missing += [f"a reason for {each['name']}" for each in application.columns if not each["reason"]]
    if missing:
        raise UsageError(f"The application lacks {', '.join(missing)}.", hint="Complete the draft first.")
    if application.ends_on <= application.starts_on:
        raise UsageError("The last day is not after the first.")
