"""Data are opened to a project once two others approved it, everybody signed, and everybody has standing."""

from dataclasses import replace

import pytest

from people import COLUMNS, approved, cast, drafted, opened, qualify
from strongroom.errors import (
    AccessDeniedError,
    KeyUnavailableError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.opening import close_project, open_project, revoke
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.people.institutions import register_institution
from strongroom.portal.people.models import Role, Training
from strongroom.portal.people.persons import invite
from strongroom.portal.platform.actions import pause_platform
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.agreements import agreement_text, sign, unsigned
from strongroom.portal.projects.application_models import APPLICATION, Application, ProjectRole
from strongroom.portal.projects.applications import (
    Request,
    applications_for,
    edit_application,
    get_application_for,
    open_application,
    submit_application,
    withdraw_application,
)
from strongroom.portal.projects.committee import may_vote, visible_votes, vote
from strongroom.portal.projects.membership import get_own_project, get_project_for, projects_for
from strongroom.portal.projects.models import KeyPurpose
from strongroom.portal.projects.waiting import waiting_for


@pytest.fixture
def people(cohort_home):
    return cast(cohort_home)


@pytest.fixture
def submitted(cohort_home, people):
    return submit_application(cohort_home, application=drafted(cohort_home, people), by=people.paul)


def test_an_application_becomes_a_project_with_a_view_of_its_columns(cohort_home, people):
    project = opened(cohort_home, people)
    view = project.views.get()
    assert set(view.columns) <= {"p31_i0", "p21001_i0", "p50_i0", "p21002_i0", "p31"}
    assert get_own_project(people.rosa, "heart") == project
    assert Application.objects.get().state == "active"
    verify_state(cohort_home)


def test_a_draft_that_lacks_something_is_not_submitted(cohort_home, people):
    draft = open_application(cohort_home, slug="thin", title="Thin", cohort="synthetic", by=people.paul)
    with pytest.raises(UsageError, match="lay summary"):
        submit_application(cohort_home, application=draft, by=people.paul)
    drafted(cohort_home, people)
    with pytest.raises(RefusedError, match="in use"):
        open_application(cohort_home, slug="heart", title="Again", cohort="synthetic", by=people.lena)


def test_one_vote_decides_nothing_and_is_not_seen(cohort_home, people, submitted):
    one = vote(cohort_home, application=submitted, choice="approve", reason="sound", by=people.cleo)
    assert one.state == "committee"
    assert visible_votes(one, people.dora) == []
    assert visible_votes(one, people.paul) == []
    assert len(visible_votes(one, people.cleo)) == 1
    with pytest.raises(RefusedError, match="voted already"):
        vote(cohort_home, application=one, choice="approve", reason="sound", by=people.cleo)
    two = vote(cohort_home, application=one, choice="approve", reason="good", by=people.dora)
    assert two.state == "agreement"
    assert len(visible_votes(two, people.paul)) == 2


def test_where_two_votes_differ_a_third_decides(cohort_home, people, submitted):
    third, _ = invite(
        cohort_home,
        name="Third",
        email="t@example.org",
        institution=None,
        roles=[Role.COMMITTEE],
        by=people.ada,
    )
    one = vote(cohort_home, application=submitted, choice="approve", reason="sound", by=people.cleo)
    two = vote(cohort_home, application=one, choice="refuse", reason="too much", by=people.dora)
    assert two.state == "committee"
    assert may_vote(two, third)
    assert vote(cohort_home, application=two, choice="refuse", reason="too much", by=third).state == "refused"
    decided = [entry for _, entry in ledger(cohort_home).entries() if entry.kind == "application.decided"]
    assert len(decided[-1].facts["votes"]) == 3


def test_nobody_votes_for_their_own(cohort_home, people, submitted):
    for person in (people.paul, people.ada, people.carl):
        with pytest.raises(AccessDeniedError):
            vote(cohort_home, application=submitted, choice="approve", reason="mine", by=person)
    people.cleo.institution = people.northgate
    with pytest.raises(AccessDeniedError, match="institution"):
        vote(cohort_home, application=submitted, choice="approve", reason="ours", by=people.cleo)


def test_a_returned_application_is_changed_and_voted_on_anew(cohort_home, people, submitted):
    for member in (people.cleo, people.dora):
        submitted = vote(cohort_home, application=submitted, choice="return", reason="say why", by=member)
    assert submitted.state == "draft"
    again = submit_application(cohort_home, application=submitted, by=people.paul)
    assert (again.round, again.state) == (2, "committee")
    assert may_vote(again, people.cleo)


def test_everybody_signs_for_themselves(cohort_home, people, submitted):
    for member in (people.cleo, people.dora):
        submitted = vote(cohort_home, application=submitted, choice="approve", reason="sound", by=member)
    assert {person.handle for person in unsigned(submitted)} == {people.paul.handle, people.rosa.handle}
    with pytest.raises(RefusedError, match="nothing to sign"):
        sign(cohort_home, application=submitted, by=people.lena)
    one = sign(cohort_home, application=submitted, by=people.paul)
    with pytest.raises(RefusedError):
        open_project(cohort_home, application=one, risk="normal", by=people.ada)
    assert sign(cohort_home, application=one, by=people.rosa).state == "ready"
    assert "airlock" in agreement_text(submitted.agreement)
    with pytest.raises(NotFoundError):
        agreement_text("../../../etc/passwd")


def test_data_are_not_opened_to_somebody_without_standing(cohort_home, people):
    ready = approved(cohort_home, people)
    Training._base_manager.filter(person=people.rosa).update(expires_on="2020-01-01")
    with pytest.raises(RefusedError, match="Rosa Researcher lacks training"):
        open_project(cohort_home, application=ready, risk="normal", by=people.ada)
    qualify(cohort_home, people.rosa, by=people.ada)
    with pytest.raises(AccessDeniedError):
        open_project(cohort_home, application=ready, risk="normal", by=people.cleo)
    pause_platform(cohort_home, reason="a leak", by="ada")
    with pytest.raises(RefusedError, match="paused"):
        open_project(cohort_home, application=ready, risk="normal", by=people.ada)


def test_an_institution_that_is_not_vetted_gets_no_data(cohort_home, people):
    new = register_institution(cohort_home, name="Newham", country="GB", jurisdiction="", by=people.ada)
    ready = approved(cohort_home, people)
    ready.institution = new
    with pytest.raises(RefusedError, match="not vetted"):
        open_project(cohort_home, application=ready, risk="normal", by=people.ada)


@pytest.mark.parametrize(("end", "state"), [(close_project, "closed"), (revoke, "revoked")])
def test_the_end_of_a_project_destroys_its_key(cohort_home, people, end, state):
    project = opened(cohort_home, people)
    application = Application.objects.get()
    with pytest.raises(AccessDeniedError):
        end(cohort_home, application=application, reason="over", by=people.paul)
    end(cohort_home, application=application, reason="over", by=people.ada)
    assert Application.objects.get().state == state
    with pytest.raises(KeyUnavailableError):
        project_key(cohort_home, project, KeyPurpose.FILES)
    with pytest.raises(RefusedError):
        end(cohort_home, application=Application.objects.get(), reason="again", by=people.ada)


def test_others_do_not_learn_of_an_application(cohort_home, people, submitted):
    with pytest.raises(NotFoundError):
        get_application_for(people.lena, submitted.pk)
    assert applications_for(people.lena) == []
    assert applications_for(people.rosa) == applications_for(people.cleo) == [submitted]
    draft = open_application(cohort_home, slug="secret", title="S", cohort="synthetic", by=people.lena)
    for person in (people.ada, people.cleo, people.paul):
        with pytest.raises(NotFoundError):
            get_application_for(person, draft.pk)


def test_projects_are_seen_by_members_and_staff(cohort_home, people):
    project = opened(cohort_home, people)
    assert projects_for(people.lena) == []
    assert projects_for(people.rosa) == projects_for(people.carl) == [project]
    with pytest.raises(NotFoundError):
        get_project_for(people.lena, "heart")
    with pytest.raises(NotFoundError):
        get_own_project(people.carl, "heart")


def test_members_are_researchers_led_from_the_institution(cohort_home, people):
    draft = drafted(cohort_home, people)
    request = Request(
        title="T", purpose="p", lay_summary="l", outputs="o", funder="", countries="", cohort="synthetic",
        columns=dict.fromkeys(COLUMNS, "why"), where="", starts_on=None, ends_on=None,
        people={people.paul.handle: ProjectRole.INVESTIGATOR},
    )  # fmt: skip
    for people_asked in (
        {people.carl.handle: ProjectRole.INVESTIGATOR},
        {people.paul.handle: ProjectRole.RESEARCHER},
        {people.lena.handle: ProjectRole.INVESTIGATOR},
        {"nobody": ProjectRole.RESEARCHER, people.paul.handle: ProjectRole.INVESTIGATOR},
    ):
        with pytest.raises(UsageError):
            edit_application(
                cohort_home, application=draft, request=replace(request, people=people_asked), by=people.paul
            )
    alone = edit_application(cohort_home, application=draft, request=request, by=people.paul)
    with pytest.raises(NotFoundError):
        submit_application(cohort_home, application=alone, by=people.rosa)


def test_what_waits_is_said_to_whom_it_waits_for(cohort_home, people, submitted):
    assert [wait.tag for wait in waiting_for(people.cleo)] == ["Vote"]
    assert list(waiting_for(people.lena)) == []
    for member in (people.cleo, people.dora):
        submitted = vote(cohort_home, application=submitted, choice="approve", reason="sound", by=member)
    assert [wait.tag for wait in waiting_for(people.rosa)] == ["Sign"]
    for member in (people.paul, people.rosa):
        submitted = sign(cohort_home, application=submitted, by=member)
    assert [wait.tag for wait in waiting_for(people.ada)] == ["Open"]


def test_a_withdrawn_application_is_over(cohort_home, people, submitted):
    with pytest.raises(RefusedError, match="reason"):
        withdraw_application(cohort_home, application=submitted, reason=" ", by=people.paul)
    withdraw_application(cohort_home, application=submitted, reason="no time", by=people.paul)
    with pytest.raises(RefusedError):
        vote(cohort_home, application=submitted, choice="approve", reason="late", by=people.cleo)


def test_every_state_that_a_verb_leads_to_is_in_the_table():
    for verbs in APPLICATION.table.values():
        assert set(verbs.values()) <= set(APPLICATION.table)
    assert set(APPLICATION.table) == set(APPLICATION.names)
