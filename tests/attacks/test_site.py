"""Ways in and out over the site, tried by somebody with a role, a browser, or the database."""

import sqlite3

import httpx
import pyarrow.csv
import pytest

from people import cast, opened
from site_server import Visitor, joined, serving
from strongroom.errors import AccessDeniedError, NotFoundError, RefusedError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.home import create_home
from strongroom.portal.outputs.checking import work
from strongroom.portal.outputs.downloads import download
from strongroom.portal.outputs.models import ReleasedFile, Submission
from strongroom.portal.outputs.reviews import cast_vote, hand_in
from strongroom.portal.outputs.submissions import (
    add_file,
    get_submission_for,
    open_submission,
    submissions_for,
    submit,
)
from strongroom.portal.people.models import Person, Role, RoleRequest
from strongroom.portal.people.roles import decide_custodian, grant_role
from strongroom.portal.projects.committee import vote

AMBER = b"area,n\nnorth,214\nsouth,3\nwest,188\n"
TODAY = "Waits for you"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "home"
    home = create_home(path)
    people = cast(home)
    with serving(home) as url:
        yield home, people, url


@pytest.fixture
def people(cohort_home):
    made = cast(cohort_home)
    opened(cohort_home, made)
    return made


def put_forward(home, people, content):
    draft = open_submission(home, slug="heart", title="Table 1", reason="for the paper", by=people.rosa)
    add_file(home, submission=draft, name="table.csv", content=[content], context="", by=people.rosa)
    handed = submit(home, submission=draft, by=people.rosa)
    work(home)
    return Submission.objects.get(pk=handed.pk)


def test_a_forged_password_or_a_removed_second_factor_is_no_way_in(site):
    """Whoever can write the database sets another's password, or removes their second factor."""
    home, people, url = site
    victim, donor = joined(home, people, url, "paul"), joined(home, people, url, "rosa")
    with sqlite3.connect(home.path / "strongroom.sqlite3", timeout=30) as database:
        database.execute(
            "UPDATE site_account SET password = (SELECT password FROM site_account WHERE email = ?) "
            "WHERE email = ?",
            (people.rosa.email, people.paul.email),
        )
    attacker = Visitor(url)
    attacker.secret = victim.secret
    assert TODAY not in attacker.sign_in(people.paul.email).text
    assert TODAY not in attacker.get("/").text
    assert "person.credentials-contradict" in [entry.kind for _, entry in ledger(home).entries()]
    with sqlite3.connect(home.path / "strongroom.sqlite3", timeout=30) as database:
        database.execute(
            "DELETE FROM mfa_authenticator WHERE user_id = (SELECT id FROM site_account WHERE email = ?)",
            (people.rosa.email,),
        )
    bare = Visitor(url)
    assert TODAY not in bare.sign_in(people.rosa.email).text
    assert "set up" not in bare.get("/account/2fa/totp/activate/").text.lower()
    assert donor.secret


def test_a_form_of_another_site_changes_nothing(site):
    home, people, url = site
    visitor = joined(home, people, url, "ada")
    answer = visitor.http.post("/oversight/pause/", data={"reason": "forged"})
    assert answer.status_code == 403
    assert "Paused" not in visitor.get("/").text


def test_who_asks_for_all_data_at_once_is_suspended_and_gets_nothing(site):
    home, people, url = site
    assert httpx.get(f"{url}/api/v1/download_all_data").status_code == 404
    visitor = joined(home, people, url, "curt")
    assert visitor.get("/api/v1/download_all_data").status_code == 404
    assert not Person.objects.get(pk=people.curt.pk).active
    assert TODAY not in visitor.get("/").text


def test_one_custodian_alone_makes_no_other(home):
    people = cast(home)
    grant_role(home, person=people.carl, role=Role.CUSTODIAN, by=people.ada)
    with pytest.raises(RefusedError, match="Another custodian"):
        decide_custodian(home, request=RoleRequest.objects.get(), grant=True, by=people.ada)
    assert not Person.objects.get(pk=people.carl.pk).has(Role.CUSTODIAN)


def test_nobody_decides_for_their_own_project_or_institution(cohort_home, people):
    amber = put_forward(cohort_home, people, AMBER)
    assert amber.state == "review"
    people.carl.institution = people.northgate
    for person in (people.rosa, people.paul, people.ada, people.carl):
        with pytest.raises(AccessDeniedError):
            cast_vote(cohort_home, submission=amber, name="table.csv", choice="approve", by=person)
    application = people.rosa.memberships.get().application
    with pytest.raises(RefusedError):
        vote(cohort_home, application=application, choice="approve", reason="r", by=people.cleo)


def test_one_output_checker_alone_releases_nothing(cohort_home, people):
    amber = put_forward(cohort_home, people, AMBER)
    cast_vote(cohort_home, submission=amber, name="table.csv", choice="approve", by=people.carl)
    hand_in(cohort_home, submission=amber, by=people.carl)
    with pytest.raises(RefusedError, match="handed in"):
        cast_vote(cohort_home, submission=amber, name="table.csv", choice="approve", by=people.carl)
    assert not work(cohort_home)
    assert not ReleasedFile.objects.exists()


def test_output_checkers_together_release_no_rows(cohort_home, people, tmp_path, extracts):
    table, _ = extracts.rows(extracts.telling, 300)
    pyarrow.csv.write_csv(table, tmp_path / "rows.csv")
    blocked = put_forward(cohort_home, people, (tmp_path / "rows.csv").read_bytes())
    for checker in (people.carl, people.cora):
        with pytest.raises(RefusedError, match="blocked"):
            cast_vote(cohort_home, submission=blocked, name="table.csv", choice="approve", by=checker)
    assert not work(cohort_home)
    assert not ReleasedFile.objects.exists()


def test_another_project_learns_nothing_of_a_submission(cohort_home, people):
    amber = put_forward(cohort_home, people, AMBER)
    assert submissions_for(people.lena) == []
    with pytest.raises(NotFoundError):
        get_submission_for(people.lena, amber.pk)
    with pytest.raises(NotFoundError):
        download(cohort_home, submission=amber, name="table.csv", by=people.lena)
