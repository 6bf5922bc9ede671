"""The demo's people and projects: everybody whom the story needs, ready to sign in.

For trying out only: passwords and codes are printed. A home that has people is left as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.errors import RefusedError
from strongroom.portal.data.cohorts import CohortSource, add_cohort
from strongroom.portal.data.models import Cohort
from strongroom.portal.data.opening import open_project
from strongroom.portal.home import Home
from strongroom.portal.outputs.checking import work
from strongroom.portal.outputs.submission_models import Submission
from strongroom.portal.outputs.submissions import add_file, open_submission, submit
from strongroom.portal.people.institutions import register_institution, vet_institution
from strongroom.portal.people.invitations import redeem
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
from strongroom.portal.site.accounts.models import Account
from strongroom.portal.site.accounts.records import settle_credentials
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    participants: int = threshold(
        2_000, "participants", "cost: some seconds; enough for tables without noise"
    )
    columns: int = threshold(40, "columns", "cost: as above")
    password_bytes: int = threshold(9, "bytes", "judgement: 12 letters that can be typed")


LIMITS = _Limits()
_BY = "strongroom (demo)"
_COLUMNS = ("p31", "p21022", "p21001_i0", "p50_i0", "p21002_i0")
# Whom the story needs: name, roles, institution.
_PEOPLE: Sequence[tuple[str, Role, str]] = (
    ("Bea Baker", Role.CHECKER, ""),
    ("Cleo Marsh", Role.COMMITTEE, ""),
    ("Dora Hill", Role.COMMITTEE, ""),
    ("Carl Stone", Role.CHECKER, ""),
    ("Cora Field", Role.CHECKER, ""),
    ("Otto Brook", Role.AUDITOR, ""),
    ("Rosa Lane", Role.RESEARCHER, "Northgate University"),
    ("Paul North", Role.RESEARCHER, "Northgate University"),
    ("Lena Lake", Role.RESEARCHER, "Lakeside Medical School"),
)
_GREEN = b"term,estimate,standard_error,n\nage,0.51,0.02,1800\nsex,3.20,0.31,1800\nheight,0.11,0.04,1800\n"
_AMBER = b"area,age,n\nnorth,40-49,214\nnorth,50-59,188\nsouth,40-49,3\nsouth,50-59,97\nwest,40-49,120\n"


def seed(home: Home, url: str) -> tuple[list[str], dict[str, Any]]:
    """Add the demo's people and a project to a home without people; return how to sign in."""
    apps.get_app_config("site").serve(home)
    if Person.objects.exists():
        return ["This home has people already; sign in as one of them."], {}
    cohort = _cohort(home)
    people, secrets = _people(home)
    _story(home, people, cohort)
    logins = [_sign_in(home, person, secrets[person.handle]) for person in people.values()]
    lines = ["People of the demo; sign in with address, password and one of the codes (each works once):"]
    lines += [
        f"  {each['roles']:<34} {each['email']:<28} {each['password']}  {' '.join(each['codes'][:4])}"
        for each in logins
    ]
    return lines, {"people": logins, "url": url}


def _cohort(home: Home) -> str:
    found = Cohort.objects.order_by("pk").first()
    if found is not None:
        return str(found.name)
    with TemporaryDirectory() as folder:
        files = write_synthetic_cohort(
            Path(folder), participants=LIMITS.participants, columns=LIMITS.columns, seed=1
        )
        source = CohortSource(
            participants=files.participants,
            dictionary=files.dictionary,
            id_column=files.id_column,
            events=files.events,
            genotypes=files.genotypes,
        )
        add_cohort(home, name="demo", source=source, by=_BY)
    return "demo"


def _people(home: Home) -> tuple[dict[str, Person], dict[str, str]]:
    ada, secret = first_custodian(home, name="Ada Byron", email="ada@demo.example", by=_BY)
    people, secrets = {"ada": ada}, {ada.handle: secret}
    places = {}
    for name in ("Northgate University", "Lakeside Medical School"):
        place = Institution.objects.filter(name=name).first() or register_institution(
            home, name=name, country="GB", jurisdiction="England and Wales", by=ada
        )
        places[name] = vet_institution(home, institution=place, reason="demo: visited", by=ada)
    for name, role, place_name in _PEOPLE:
        first = name.split()[0].lower()
        person, link = invite(
            home,
            name=name,
            email=f"{first}@demo.example",
            institution=places.get(place_name),
            roles=[role],
            by=ada,
        )
        people[first], secrets[person.handle] = person, link
        if role is Role.RESEARCHER:
            _qualify(home, person, by=ada)
    grant_role(home, person=people["bea"], role=Role.CUSTODIAN, by=ada)
    return people, secrets


def _qualify(home: Home, person: Person, *, by: Person) -> None:
    today = home.clock().date()
    later = today + timedelta(days=365)
    record_vetting(
        home, person=person, evidence="demo: passport, letter of the institution", expires_on=later, by=by
    )
    record_training(
        home, person=person, course="Safe researcher", provider="National statistics office",
        certificate="demo", passed_on=today, expires_on=later, by=by,
    )  # fmt: skip


def _story(home: Home, people: Mapping[str, Person], cohort: str) -> None:
    """Make a project with a released and an amber submission, and an application that waits for votes."""
    heart = _application(home, people, cohort, "heart-height", "Height and heart disease")
    heart = submit_application(home, application=heart, by=people["paul"])
    for member in ("cleo", "dora"):
        heart = vote(home, application=heart, choice="approve", reason="A sound question.", by=people[member])
    for member in ("paul", "rosa"):
        heart = sign(home, application=heart, by=people[member])
    open_project(home, application=heart, risk="normal", by=people["ada"])
    for title, name, content in (
        ("Table 2: a regression of blood pressure", "table2.csv", _GREEN),
        ("Counts by area for the revised paper", "areas.csv", _AMBER),
    ):
        _submission(home, people["rosa"], title, name, content)
    while work(home):
        pass
    waiting = _application(home, people, cohort, "metabolism", "Metabolism and ageing")
    submit_application(home, application=waiting, by=people["paul"])


def _application(home: Home, people: Mapping[str, Person], cohort: str, slug: str, title: str) -> Application:
    draft = open_application(home, slug=slug, title=title, cohort=cohort, by=people["paul"])
    today = home.clock().date()
    known = {field["name"] for field in Cohort.objects.get(name=cohort).manifest["dictionary"]["fields"]}
    columns = [name for name in _COLUMNS if name in known or f"{name}_i0" in known]
    if not columns:
        raise RefusedError(f"The cohort {cohort} is not the demo's.", hint="Use an empty home.")
    request = Request(
        title=title,
        purpose="Is the association explained by weight and age? Linear and logistic regression.",
        lay_summary="We look at whether tall people have healthier hearts, and why that may be.",
        outputs="Two tables of estimates and one figure.",
        funder="A public foundation",
        countries="GB",
        cohort=cohort,
        columns=dict.fromkeys(columns, "part of the model"),
        where="",
        starts_on=today,
        ends_on=today + timedelta(days=730),
        people={
            people["paul"].handle: ProjectRole.INVESTIGATOR,
            people["rosa"].handle: ProjectRole.RESEARCHER,
        },
    )
    return edit_application(home, application=draft, request=request, by=people["paul"])


def _submission(home: Home, author: Person, title: str, name: str, content: bytes) -> Submission:
    draft = open_submission(
        home,
        slug="heart-height",
        title=title,
        reason="For the paper on height; counts under 5 were looked for.",
        by=author,
    )
    add_file(home, submission=draft, name=name, content=[content], context=title, by=author)
    return submit(home, submission=draft, by=author)


def _sign_in(home: Home, person: Person, link: str) -> dict[str, Any]:
    """Let a person join with a new password and recovery codes; the codes are their second factor here."""
    person = redeem(home, token=link)
    password = f"demo-{home.random(LIMITS.password_bytes).hex()[:12]}"
    account = Account(person=person, email=person.email)
    account.set_password(password)
    settle_credentials(account, save=True)
    # A factor of their own makes the site ask for a code; nobody has its secret, so the codes are used.
    TOTP.activate(account, generate_totp_secret())
    codes = RecoveryCodes.activate(account).generate_codes()
    settle_credentials(account)
    roles = ", ".join(sorted(role.title for role in person.roles))
    return {
        "handle": person.handle,
        "roles": roles,
        "email": person.email,
        "password": password,
        "codes": codes,
    }
