"""Inviting people, suspending and reinstating them."""

import re
import unicodedata
from collections.abc import Collection

from strongroom.errors import AlreadyExistsError, NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.invitations import issue
from strongroom.portal.people.models import Institution, Invitation, Person, Role, RoleGrant

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def find_person(handle: str) -> Person:
    """Return the person with that handle; NotFoundError."""
    found: Person | None = Person.objects.filter(handle=handle).first()
    if found is None:
        raise NotFoundError(f"There is no person {handle!r}.", hint="See the list of people.")
    return found


def first_custodian(home: Home, *, name: str, email: str, by: str) -> tuple[Person, str]:
    """Make the first person of a home, a custodian; return them and their one-time link's secret.

    RefusedError once there is anybody: from then on people are invited.
    """
    with act(home, by=by) as record:
        if Person.objects.exists():
            raise RefusedError("There are people already.", hint="A custodian can invite others.")
        person = _add(home, name, email, None, record)
        add_grant(home, person, Role.CUSTODIAN, by, record)
        return person, issue(home, person, Invitation.Purpose.JOIN, by=by, record=record)


def invite(
    home: Home, *, name: str, email: str, institution: Institution | None, roles: Collection[Role], by: Person
) -> tuple[Person, str]:
    """Invite a person with their first roles; return them and their one-time link's secret.

    A custodian's role is never given this way: it needs two custodians (`roles.grant_role`).
    """
    require_role(by, Role.CUSTODIAN)
    if Role.CUSTODIAN in roles:
        raise RefusedError("Making a custodian takes two custodians.", hint="Invite the person first.")
    with act(home, by=by.handle) as record:
        person = _add(home, name, email, institution, record)
        for role in sorted(roles):
            add_grant(home, person, role, by.handle, record)
        return person, issue(home, person, Invitation.Purpose.JOIN, by=by.handle, record=record)


def new_link(home: Home, *, person: Person, by: Person) -> str:
    """Issue a one-time link for somebody who lost a secret; their present secrets end when it is used."""
    require_role(by, Role.CUSTODIAN)
    if person == by:
        raise RefusedError("Nobody issues a link for themselves.", hint="Ask another custodian.")
    with act(home, by=by.handle) as record:
        return issue(home, person, Invitation.Purpose.RESET, by=by.handle, record=record)


def suspend_person(home: Home, *, person: Person, reason: str, by: Person) -> Person:
    """Suspend a person: sessions, tokens and links end at once."""
    require_role(by, Role.CUSTODIAN)
    if person == by:
        raise RefusedError("Nobody suspends themselves.", hint="Ask another custodian.")
    if not reason.strip():
        raise RefusedError("A suspension needs a reason.")
    with act(home, by=by.handle) as record:
        person = Person.objects.get(pk=person.pk)
        if not person.active:
            raise RefusedError(f"{person.name} is suspended already.")
        _require_another_custodian(person)
        end_access(home, person, reason.strip(), record)
    return person


def reinstate_person(home: Home, *, person: Person, reason: str, by: Person) -> Person:
    """Let a suspended person sign in again, with the roles they had."""
    require_role(by, Role.CUSTODIAN)
    if not reason.strip():
        raise RefusedError("Reinstating a person needs a reason.")
    with act(home, by=by.handle) as record:
        person = Person.objects.get(pk=person.pk)
        if person.active:
            raise RefusedError(f"{person.name} is not suspended.")
        if person.institution is not None and person.institution.is_closed:
            raise RefusedError(f"{person.institution.name} is {person.institution.status}.")
        person.active, person.suspended_because = True, ""
        person.session_epoch += 1
        person.save()
        record("person.reinstated", person.handle, reason=reason.strip())
    return person


def end_access(home: Home, person: Person, reason: str, record: Recorder) -> None:
    """End a person's access within the caller's act: sessions, tokens and links."""
    person.active, person.suspended_because = False, reason
    person.session_epoch += 1
    person.save()
    for token in person.tokens.filter(revoked_at=None):
        token.revoked_at = home.clock()
        token.save()
    for invitation in person.invitations.filter(used_at=None, expires_at__gt=home.clock()):
        invitation.expires_at = home.clock()
        invitation.save()
    record("person.suspended", person.handle, reason=reason)


def custodians() -> list[Person]:
    """Return those who are custodians now."""
    live = RoleGrant.objects.filter(role=Role.CUSTODIAN, ended_at=None, person__active=True)
    return list({grant.person.pk: grant.person for grant in live.select_related("person")}.values())


def _require_another_custodian(person: Person) -> None:
    if person.has(Role.CUSTODIAN) and len(custodians()) == 1:
        raise RefusedError(f"{person.name} is the only custodian.", hint="Make another one first.")


def _add(home: Home, name: str, email: str, institution: Institution | None, record: Recorder) -> Person:
    name, email = " ".join(name.split()), email.strip()
    if not name:
        raise UsageError("A person needs a name.")
    if not _EMAIL.fullmatch(email):
        raise UsageError(f"{email!r} is not an e-mail address.")
    if Person.objects.filter(email__iexact=email).exists():
        raise AlreadyExistsError(f"Somebody with the address {email} is here already.")
    person = Person(
        handle=_free_handle(name), name=name, email=email, institution=institution, invited_at=home.clock()
    )
    person.save()
    record("person.invited", person.handle, institution="" if institution is None else institution.name)
    return person


def add_grant(home: Home, person: Person, role: Role, by: str, record: Recorder) -> None:
    """Give a person a role within the caller's act."""
    RoleGrant(person=person, role=role, granted_by=by, granted_at=home.clock()).save()
    record("role.granted", person.handle, role=role.value)


def _free_handle(name: str) -> str:
    """Return a handle made from a name that nobody has: `ada-lovelace`, then `ada-lovelace-2`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "person"
    taken = set(Person.objects.filter(handle__startswith=stem).values_list("handle", flat=True))
    return next(
        handle for handle in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if handle not in taken
    )
