"""The people of a home, made as a custodian makes them: invited, vetted, trained, with their roles."""

from dataclasses import dataclass
from datetime import date, timedelta

from strongroom.portal.data.opening import open_project
from strongroom.portal.home import Home
from strongroom.portal.people.institutions import register_institution, vet_institution
from strongroom.portal.people.models import Institution, Person, Role
from strongroom.portal.people.persons import first_custodian, invite
from strongroom.portal.people.roles import grant_role
from strongroom.portal.people.standing import record_training, record_vetting
from strongroom.portal.projects.agreements import sign
from strongroom.portal.projects.application_models import Application, ProjectRole
from strongroom.portal.projects.applications import (
    Request,
    edit_application,
    open_application,
    submit_application,
)
from strongroom.portal.projects.committee import vote
from strongroom.portal.projects.models import Project

COLUMNS = ("p31", "p21001_i0", "p50_i0", "p21002_i0")


@dataclass(frozen=True)
class Cast:
    """Everybody whom the story of a project needs, and some who must not interfere."""

    northgate: Institution
    lakeside: Institution
    ada: Person
    bea: Person
    cleo: Person
    dora: Person
    carl: Person
    cora: Person
    curt: Person
    otto: Person
    rosa: Person
    paul: Person
    lena: Person


def cast(home: Home) -> Cast:
    """Make two custodians, two committee members, three output checkers, an auditor and three researchers."""
    ada, _ = first_custodian(home, name="Ada Custodian", email="ada@example.org", by="root (command line)")
    places = {}
    for name in ("Northgate", "Lakeside"):
        place = register_institution(home, name=name, country="GB", jurisdiction="England", by=ada)
        places[name] = vet_institution(home, institution=place, reason="visited", by=ada)

    def person(name: str, role: Role, place: str | None = None) -> Person:
        email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
        institution = None if place is None else places[place]
        return invite(home, name=name, email=email, institution=institution, roles=[role], by=ada)[0]

    bea = person("Bea Custodian", Role.CHECKER)
    grant_role(home, person=bea, role=Role.CUSTODIAN, by=ada)
    made = Cast(
        northgate=places["Northgate"],
        lakeside=places["Lakeside"],
        ada=ada,
        bea=Person.objects.get(pk=bea.pk),
        cleo=person("Cleo Committee", Role.COMMITTEE),
        dora=person("Dora Committee", Role.COMMITTEE),
        carl=person("Carl Checker", Role.CHECKER),
        cora=person("Cora Checker", Role.CHECKER),
        curt=person("Curt Checker", Role.CHECKER),
        otto=person("Otto Auditor", Role.AUDITOR),
        rosa=person("Rosa Researcher", Role.RESEARCHER, "Northgate"),
        paul=person("Paul Professor", Role.RESEARCHER, "Northgate"),
        lena=person("Lena Elsewhere", Role.RESEARCHER, "Lakeside"),
    )
    for researcher in (made.rosa, made.paul, made.lena):
        qualify(home, researcher, by=ada)
    return made


def qualify(home: Home, person: Person, *, by: Person) -> None:
    """Record a vetting and a training that count for a year."""
    today = home.clock().date()
    year = today + timedelta(days=365)
    record_vetting(
        home, person=person, evidence="passport and letter of the institution", expires_on=year, by=by
    )
    record_training(
        home,
        person=person,
        course="Safe researcher",
        provider="National statistics office",
        certificate="SR-1",
        passed_on=today,
        expires_on=year,
        by=by,
    )


def drafted(home: Home, people: Cast, *, slug: str = "heart", cohort: str = "synthetic") -> Application:
    """Return a complete draft of Paul's and Rosa's."""
    draft = open_application(home, slug=slug, title="Heart and height", cohort=cohort, by=people.paul)
    request = Request(
        title="Heart and height",
        purpose="Does height predict heart disease?",
        lay_summary="We look at whether tall people have healthier hearts.",
        outputs="Tables of means, one regression",
        funder="A foundation",
        countries="GB",
        cohort=cohort,
        columns=dict.fromkeys(COLUMNS, "needed for the model"),
        where="",
        starts_on=date(2026, 1, 1),
        ends_on=date(2096, 1, 1),
        people={
            people.paul.handle: ProjectRole.INVESTIGATOR,
            people.rosa.handle: ProjectRole.RESEARCHER,
        },
    )
    return edit_application(home, application=draft, request=request, by=people.paul)


def approved(home: Home, people: Cast, **names: str) -> Application:
    """Return an application that two members approved and everybody signed."""
    application = submit_application(home, application=drafted(home, people, **names), by=people.paul)
    for member in (people.cleo, people.dora):
        application = vote(home, application=application, choice="approve", reason="sound", by=member)
    for member in (people.paul, people.rosa):
        application = sign(home, application=application, by=member)
    return application


def opened(home: Home, people: Cast, **names: str) -> Project:
    """Return Paul's and Rosa's project with its view."""
    return open_project(home, application=approved(home, people, **names), risk="normal", by=people.ada)
