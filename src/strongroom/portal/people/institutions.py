"""Registering, vetting, suspending and banning institutions."""

import re
from collections.abc import Callable

from django.apps import apps

from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Institution, Person, Role
from strongroom.portal.people.persons import end_access

_COUNTRY = re.compile(r"[A-Z]{2}")


def find_institution(number: int) -> Institution:
    """Return an institution by number; NotFoundError."""
    found: Institution | None = Institution.objects.filter(pk=number).first()
    if found is None:
        raise NotFoundError(f"There is no institution {number}.", hint="See the list of institutions.")
    return found


def register_institution(
    home: Home, *, name: str, country: str, jurisdiction: str, by: Person
) -> Institution:
    """Register an institution; it holds projects once it is vetted."""
    require_role(by, Role.CUSTODIAN)
    name = " ".join(name.split())
    if not name:
        raise UsageError("An institution needs a name.")
    if not _COUNTRY.fullmatch(country):
        raise UsageError(
            f"{country!r} is not a country.", hint="Use the two letters of ISO 3166, such as GB."
        )
    with act(home, by=by.handle) as record:
        if Institution.objects.filter(name=name).exists():
            raise RefusedError(f"{name} is registered already.")
        institution = Institution(
            name=name, country=country, jurisdiction=jurisdiction.strip(), registered_at=home.clock()
        )
        institution.save()
        record("institution.registered", name, country=country)
    return institution


def vet_institution(home: Home, *, institution: Institution, reason: str, by: Person) -> Institution:
    """Record that an institution was vetted, or reinstate one that was suspended."""
    return _set_status(home, institution, Institution.Status.VETTED, reason, by)


def suspend_institution(home: Home, *, institution: Institution, reason: str, by: Person) -> Institution:
    """Suspend an institution: its people, sessions and projects stop at once, in one act."""
    return _set_status(home, institution, Institution.Status.SUSPENDED, reason, by)


def ban_institution(home: Home, *, institution: Institution, reason: str, by: Person) -> Institution:
    """Ban an institution: as suspending it, and its projects are revoked with their keys."""
    return _set_status(home, institution, Institution.Status.BANNED, reason, by)


def require_open(institution: Institution) -> None:
    """Raise RefusedError for an institution that is suspended or banned."""
    if institution.is_closed:
        raise RefusedError(f"{institution.name} is {institution.status}: {institution.status_reason}")


def _set_status(home: Home, institution: Institution, status: str, reason: str, by: Person) -> Institution:
    require_role(by, Role.CUSTODIAN)
    if not reason.strip():
        raise RefusedError("A change of status needs a reason.")
    with act(home, by=by.handle) as record:
        institution = Institution.objects.get(pk=institution.pk)
        if institution.status == Institution.Status.BANNED:
            raise RefusedError(f"{institution.name} is banned, which is final.")
        institution.status, institution.status_reason = status, reason.strip()
        institution.save()
        record("institution.status-changed", institution.name, status=str(status), reason=reason.strip())
        if institution.is_closed:
            _close(home, institution, record, by=by)
    return institution


def _close(home: Home, institution: Institution, record: Recorder, *, by: Person) -> None:
    """End what the institution has open: its people's access here, and each room's part."""
    for person in institution.people.filter(active=True):
        end_access(home, person, f"{institution.name} is {institution.status}", record)
    for room in apps.get_app_configs():
        close: Callable[..., None] | None = getattr(room, "close_institution", None)
        if close is not None:
            close(home, institution, record, by=by.handle)
