"""People get rights from others, lose them at once, and nobody alone makes a custodian."""

from datetime import date, timedelta

import pytest

from people import cast, drafted, opened
from strongroom.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    KeyUnavailableError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.people.access import Audience, page, require_role
from strongroom.portal.people.institutions import (
    ban_institution,
    register_institution,
    suspend_institution,
    vet_institution,
)
from strongroom.portal.people.invitations import find_invitation, redeem
from strongroom.portal.people.models import Invitation, Person, Role, RoleRequest, Training
from strongroom.portal.people.persons import (
    first_custodian,
    invite,
    new_link,
    reinstate_person,
    suspend_person,
)
from strongroom.portal.people.reminders import waiting_for
from strongroom.portal.people.roles import decide_custodian, end_role, grant_role
from strongroom.portal.people.standing import missing_standing, record_training, record_vetting
from strongroom.portal.people.tokens import Scope, make_token, person_of, revoke_token
from strongroom.portal.projects.actions import find_project, project_key, require_active
from strongroom.portal.projects.models import KeyPurpose


@pytest.fixture
def people(home):
    return cast(home)


def again(person):
    return Person.objects.get(pk=person.pk)


def test_the_first_custodian_is_made_once(home, people):
    with pytest.raises(RefusedError, match="already"):
        first_custodian(home, name="Eve", email="eve@example.org", by="root")


def test_people_have_handles_and_addresses_of_their_own(home, people):
    twin, _ = invite(
        home, name="Rosa Researcher", email="other@example.org", institution=None, roles=[], by=people.ada
    )
    assert (people.rosa.handle, twin.handle) == ("rosa-researcher", "rosa-researcher-2")
    with pytest.raises(AlreadyExistsError):
        invite(home, name="R", email="ROSA@example.org", institution=None, roles=[], by=people.ada)
    for name, email in (("", "x@example.org"), ("X", "nothing")):
        with pytest.raises(UsageError):
            invite(home, name=name, email=email, institution=None, roles=[], by=people.ada)


def test_only_custodians_invite_grant_and_suspend(home, people):
    for by in (people.carl, people.rosa, people.otto, people.cleo):
        with pytest.raises(AccessDeniedError):
            invite(home, name="X", email="x@example.org", institution=None, roles=[], by=by)
        with pytest.raises(AccessDeniedError):
            grant_role(home, person=people.lena, role=Role.CHECKER, by=by)
        with pytest.raises(AccessDeniedError):
            suspend_person(home, person=people.lena, reason="r", by=by)
        with pytest.raises(AccessDeniedError):
            register_institution(home, name="X", country="GB", jurisdiction="", by=by)


def test_a_third_custodian_takes_two(home, people):
    with pytest.raises(RefusedError, match="two custodians"):
        invite(home, name="E", email="e@example.org", institution=None, roles=[Role.CUSTODIAN], by=people.ada)
    grant_role(home, person=people.carl, role=Role.CUSTODIAN, by=people.ada)
    assert not again(people.carl).has(Role.CUSTODIAN)
    asked = RoleRequest.objects.get()
    with pytest.raises(RefusedError, match="Another custodian"):
        decide_custodian(home, request=asked, grant=True, by=people.ada)
    decide_custodian(home, request=asked, grant=True, by=people.bea)
    assert again(people.carl).has(Role.CUSTODIAN)
    with pytest.raises(RefusedError, match="already"):
        decide_custodian(home, request=asked, grant=True, by=people.bea)
    verify_state(home)


def test_nobody_serves_two_sides(home, people):
    for person, role in (
        (people.rosa, Role.CHECKER),
        (people.rosa, Role.COMMITTEE),
        (people.otto, Role.CHECKER),
        (people.carl, Role.RESEARCHER),
    ):
        with pytest.raises(RefusedError, match="cannot be"):
            grant_role(home, person=person, role=role, by=people.ada)
    with pytest.raises(RefusedError, match="themselves"):
        grant_role(home, person=people.ada, role=Role.CHECKER, by=people.ada)


def test_the_last_custodian_stays(home, people):
    end_role(home, person=people.bea, role=Role.CUSTODIAN, by=people.ada)
    with pytest.raises(RefusedError, match="only custodian"):
        end_role(home, person=people.ada, role=Role.CUSTODIAN, by=people.ada)


def test_suspension_takes_roles_tokens_and_links_at_once(home, people):
    link = new_link(home, person=people.carl, by=people.ada)
    _, secret = make_token(home, name="laptop", scopes=[Scope.READ], days=30, by=people.carl)
    assert person_of(home, secret, scope=Scope.READ) == people.carl
    epoch = again(people.carl).session_epoch
    suspend_person(home, person=people.carl, reason="left", by=people.ada)
    carl = again(people.carl)
    assert (carl.active, carl.roles) == (False, frozenset())
    assert carl.session_epoch > epoch
    with pytest.raises(AccessDeniedError):
        person_of(home, secret, scope=Scope.READ)
    with pytest.raises(NotFoundError):
        find_invitation(home, token=link)
    reinstate_person(home, person=carl, reason="back", by=people.ada)
    assert again(carl).has(Role.CHECKER)
    with pytest.raises(AccessDeniedError):
        person_of(home, secret, scope=Scope.READ)


def test_a_token_does_what_its_scopes_say_and_ends(home, people):
    token, secret = make_token(home, name="ci", scopes=[Scope.CHECK], days=1, by=people.rosa)
    assert secret not in str([entry.facts for _, entry in ledger(home).entries()])
    with pytest.raises(AccessDeniedError):
        person_of(home, secret, scope=Scope.ACT)
    with pytest.raises(NotFoundError):
        revoke_token(home, number=token.pk, by=people.lena)
    revoke_token(home, number=token.pk, by=people.rosa)
    with pytest.raises(AccessDeniedError):
        person_of(home, secret, scope=Scope.CHECK)
    for scopes, days in (([], 1), ([Scope.READ], 0), ([Scope.READ], 9_999)):
        with pytest.raises(UsageError):
            make_token(home, name="x", scopes=scopes, days=days, by=people.rosa)


def test_a_link_is_used_once_and_replaces_the_one_before(home, people):
    first = new_link(home, person=people.dora, by=people.ada)
    second = new_link(home, person=people.dora, by=people.ada)
    with pytest.raises(NotFoundError):
        redeem(home, token=first)
    redeem(home, token=second)
    with pytest.raises(NotFoundError):
        redeem(home, token=second)
    assert second not in Invitation.objects.values_list("digest", flat=True)
    with pytest.raises(RefusedError, match="themselves"):
        new_link(home, person=people.ada, by=people.ada)


def test_standing_expires_and_is_recorded_by_others(home, people):
    assert missing_standing(home, people.rosa) == []
    assert missing_standing(home, people.carl) == ["vetting", "training"]
    today = home.clock().date()
    with pytest.raises(UsageError):
        record_vetting(
            home, person=people.carl, evidence="x", expires_on=today - timedelta(days=1), by=people.ada
        )
    with pytest.raises(UsageError):
        record_vetting(home, person=people.carl, evidence=" ", expires_on=date(2096, 1, 1), by=people.ada)
    with pytest.raises(RefusedError, match="themselves"):
        record_vetting(home, person=people.ada, evidence="x", expires_on=date(2096, 1, 1), by=people.ada)
    with pytest.raises(UsageError, match="dates"):
        record_training(
            home, person=people.carl, course="c", provider="p", certificate="",
            passed_on=today, expires_on=today, by=people.ada,
        )  # fmt: skip


def test_a_banned_institution_loses_people_projects_and_keys_in_one_act(cohort_home):
    people = cast(cohort_home)
    project = opened(cohort_home, people)
    before = len(list(ledger(cohort_home).entries()))
    ban_institution(cohort_home, institution=people.northgate, reason="data found for sale", by=people.ada)
    kinds = [entry.kind for _, entry in ledger(cohort_home).entries()][before:]
    assert {"institution.status-changed", "person.suspended", "project.revoked", "key.destroyed"} <= set(
        kinds
    )
    assert not again(people.rosa).active
    with pytest.raises(KeyUnavailableError):
        project_key(cohort_home, project, KeyPurpose.FILES)
    with pytest.raises(RefusedError, match="final"):
        vet_institution(cohort_home, institution=people.northgate, reason="sorry", by=people.ada)
    verify_state(cohort_home)


def test_a_suspended_institution_can_work_again(cohort_home):
    people = cast(cohort_home)
    opened(cohort_home, people)
    suspend_institution(cohort_home, institution=people.northgate, reason="a question", by=people.ada)
    with pytest.raises(RefusedError, match="suspended"):
        require_active(find_project("heart"))
    with pytest.raises(RefusedError, match="Northgate"):
        reinstate_person(cohort_home, person=again(people.rosa), reason="r", by=people.ada)
    vet_institution(cohort_home, institution=people.northgate, reason="answered", by=people.ada)
    reinstate_person(cohort_home, person=again(people.rosa), reason="answered", by=people.ada)
    require_active(find_project("heart"))


def test_custodians_are_reminded_of_what_ends_and_asked_for_a_second_word(cohort_home):
    people = cast(cohort_home)
    drafted(cohort_home, people)
    assert list(waiting_for(people.ada)) == []
    soon = cohort_home.clock().date() + timedelta(days=10)
    Training._base_manager.filter(person=people.rosa).update(expires_on=soon)
    grant_role(cohort_home, person=people.carl, role=Role.CUSTODIAN, by=people.ada)
    assert [wait.tag for wait in waiting_for(people.ada)] == ["Expires"]
    assert [wait.tag for wait in waiting_for(people.bea)] == ["Second custodian", "Expires"]
    assert list(waiting_for(people.carl)) == []


def test_a_gate_lets_in_who_it_names(home, people):
    class Request:
        person = None

    @page(Role.CUSTODIAN)
    def custodians_only(_request):
        return "in"

    @page(Audience.SIGNED_IN)
    def anybody(_request):
        return "in"

    request = Request()
    for gate in (custodians_only, anybody):
        with pytest.raises(AccessDeniedError):
            gate(request)
    request.person = people.rosa
    assert anybody(request) == "in"
    with pytest.raises(AccessDeniedError):
        custodians_only(request)
    request.person = people.ada
    assert custodians_only(request) == "in"
    with pytest.raises(AccessDeniedError, match="output checker or custodian"):
        require_role(people.rosa, Role.CHECKER, Role.CUSTODIAN)
