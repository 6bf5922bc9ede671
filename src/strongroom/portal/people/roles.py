"""Giving people roles and ending them; making a custodian takes two custodians."""

from strongroom.errors import RefusedError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Person, Role, RoleGrant, RoleRequest
from strongroom.portal.people.notices import notify
from strongroom.portal.people.persons import add_grant, custodians

# Roles that one person may not have together: who decides is not who checks, and neither is who audits.
_APART = (
    frozenset({Role.RESEARCHER, Role.CUSTODIAN}),
    frozenset({Role.RESEARCHER, Role.CHECKER}),
    frozenset({Role.RESEARCHER, Role.COMMITTEE}),
    frozenset({Role.AUDITOR, Role.CUSTODIAN}),
    frozenset({Role.AUDITOR, Role.CHECKER}),
    frozenset({Role.AUDITOR, Role.COMMITTEE}),
    frozenset({Role.AUDITOR, Role.RESEARCHER}),
)


def grant_role(home: Home, *, person: Person, role: Role, by: Person) -> None:
    """Give a person a role; the custodian's is only asked for, unless there is no second custodian yet."""
    require_role(by, Role.CUSTODIAN)
    _require_other(person, by)
    with act(home, by=by.handle) as record:
        _require_free(person, role)
        if role is Role.CUSTODIAN and len(custodians()) > 1:
            _ask(home, person, by, record)
        else:
            _give(home, person, role, by.handle, record)


def decide_custodian(home: Home, *, request: RoleRequest, grant: bool, by: Person) -> None:
    """Grant or refuse a custodian's role that another custodian asked for."""
    require_role(by, Role.CUSTODIAN)
    _require_other(request.person, by)
    with act(home, by=by.handle) as record:
        request = RoleRequest.objects.get(pk=request.pk)
        if request.decided_at is not None:
            raise RefusedError("This is decided already.")
        if request.asked_by == by.handle:
            raise RefusedError("Another custodian must decide.", hint="Whoever asks does not grant.")
        request.decided_by, request.decided_at, request.granted = by.handle, home.clock(), grant
        request.save()
        record("role.decided", request.person.handle, role=request.role, granted=grant)
        if grant:
            _require_free(request.person, Role(request.role))
            _give(home, request.person, Role(request.role), by.handle, record)


def end_role(home: Home, *, person: Person, role: Role, by: Person) -> None:
    """End a person's role; their sessions end with it."""
    require_role(by, Role.CUSTODIAN)
    with act(home, by=by.handle) as record:
        grant = RoleGrant.objects.filter(person=person, role=role, ended_at=None).first()
        if grant is None:
            raise RefusedError(f"{person.name} is no {role.title}.")
        if role is Role.CUSTODIAN and len(custodians()) == 1:
            raise RefusedError(f"{person.name} is the only custodian.", hint="Make another one first.")
        grant.ended_by, grant.ended_at = by.handle, home.clock()
        grant.save()
        _changed(home, person, f"Your role as {role.title} has ended.")
        record("role.ended", person.handle, role=role.value)


def _ask(home: Home, person: Person, by: Person, record: Recorder) -> None:
    if RoleRequest.objects.filter(person=person, decided_at=None).exists():
        raise RefusedError("This is asked for already.", hint="Another custodian must decide.")
    RoleRequest(person=person, role=Role.CUSTODIAN, asked_by=by.handle, asked_at=home.clock()).save()
    record("role.asked", person.handle, role=Role.CUSTODIAN.value)


def _give(home: Home, person: Person, role: Role, by: str, record: Recorder) -> None:
    add_grant(home, person, role, by, record)
    _changed(home, person, f"You are now {role.title}.")


def _changed(home: Home, person: Person, sentence: str) -> None:
    person.session_epoch += 1
    person.save()
    notify(home, person, sentence)


def _require_other(person: Person, by: Person) -> None:
    if person == by:
        raise RefusedError("Nobody gives themselves a role.", hint="Ask another custodian.")


def _require_free(person: Person, role: Role) -> None:
    if not person.active:
        raise RefusedError(f"{person.name} is suspended.")
    if person.has(role):
        raise RefusedError(f"{person.name} is {role.title} already.")
    for pair in _APART:
        if role in pair and (other := person.roles & (pair - {role})):
            held = next(iter(other)).title
            raise RefusedError(
                f"A {held} cannot be {role.title} too.", hint="Separate people keep these roles."
            )
