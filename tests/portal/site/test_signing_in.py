"""Everybody signs in with two factors of their own, and a row in the database is no way in."""

import socket

import httpx
import pytest

from people import cast
from site_server import PASSWORD, Visitor, joined, serving
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.home import create_home
from strongroom.portal.oversight.ledger_audit import verify_ledger
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.persons import new_link, reinstate_person, suspend_person
from strongroom.portal.people.roles import grant_role

LOCKED = "Too many failed"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "home"
    home = create_home(path)
    people = cast(home)
    with serving(home) as url:
        yield home, people, url


def kinds(home):
    return [entry.kind for _, entry in ledger(home).entries()]


def test_without_a_second_factor_no_page_opens(site):
    home, people, url = site
    visitor = Visitor(url)
    visitor.join(f"/join/{new_link(home, person=people.carl, by=people.ada)}/")
    visitor.sign_in(people.carl.email)
    for path in ("/", "/outputs/", "/people/", "/account/", "/data/"):
        page = visitor.get(path)
        assert "second factor" in page.text or "Reauthenticate" in page.text or "Confirm Access" in page.text
        assert "Waits for you" not in page.text
    visitor.set_up_factor()
    assert "Waits for you" in visitor.get("/").text
    assert {"credential.added", "person.signed-in"} <= set(kinds(home))
    verify_ledger(home)
    verify_state(home)


def test_signing_in_again_takes_both_factors(site):
    _home, people, url = site
    first = joined(*site, "cora")
    again = Visitor(url)
    page = again.sign_in(people.cora.email)
    assert "2fa/authenticate" in str(page.url)
    assert "Waits for you" not in again.get("/").text
    again.secret = first.secret
    assert "Waits for you" in again.sign_in(people.cora.email).text


def test_a_link_works_once(site):
    home, people, url = site
    link = f"/join/{new_link(home, person=people.curt, by=people.ada)}/"
    Visitor(url).join(link)
    assert Visitor(url).get(link).status_code == 404
    assert Visitor(url).get("/join/0000/").status_code == 404


def test_passwords_that_are_short_or_common_are_refused(site):
    home, people, url = site
    link = f"/join/{new_link(home, person=people.dora, by=people.ada)}/"
    for password in ("short", "password1234", "dora@example.org"):
        page = Visitor(url).post(link, password=password, again=password)
        assert "✗" in page.text
    assert "differ" in Visitor(url).post(link, password=PASSWORD, again=PASSWORD + "x").text


def test_suspension_and_change_of_roles_end_sessions_at_once(site):
    home, people, _url = site
    visitor = joined(*site, "otto")
    assert "Oversight" in visitor.get("/").text
    otto = suspend_person(home, person=people.otto, reason="left", by=people.ada)
    assert "Waits for you" not in visitor.get("/").text
    assert "Waits for you" not in visitor.sign_in(people.otto.email).text
    reinstate_person(home, person=otto, reason="back", by=people.ada)
    assert "Waits for you" in visitor.sign_in(people.otto.email).text
    cleo = joined(*site, "cleo")
    assert "Waits for you" in cleo.get("/").text
    grant_role(home, person=Person.objects.get(pk=people.cleo.pk), role=Role.CHECKER, by=people.ada)
    assert "Waits for you" not in cleo.get("/").text


def test_secrets_are_not_in_the_database_or_the_log(site):
    home, _people, _url = site
    visitor = joined(*site, "lena")
    stored = (home.path / "strongroom.sqlite3").read_bytes() + b"".join(
        each.read_bytes() for each in home.path.glob("strongroom.sqlite3-wal")
    )
    assert visitor.secret.encode() not in stored
    assert PASSWORD.encode() not in stored
    log = home.path.with_name("serve.log").read_text()
    assert PASSWORD not in log
    assert visitor.secret not in log


def test_every_answer_has_its_protections(site):
    _, _, url = site
    for path in ("/", "/account/login/", "/nothing", "/register/"):
        headers = httpx.get(f"{url}{path}").headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
    cookie = httpx.get(f"{url}/account/login/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_what_is_larger_than_a_submission_is_refused_before_it_is_read(site):
    port = int(site[2].rpartition(":")[2])
    with socket.create_connection(("localhost", port), timeout=30) as browser:
        head = f"POST /account/login/ HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {10**12}\r\n\r\n"
        browser.sendall(head.encode())
        assert browser.recv(100).startswith(b"HTTP/1.1 413")


def test_pages_are_kept_in_no_cache(site):
    visitor = joined(*site, "bea")
    for path in ("/", "/people/", "/account/"):
        assert visitor.get(path).headers["cache-control"] == "private, no-store"


def test_a_monitor_learns_that_the_site_answers_and_no_more(site):
    assert httpx.get(f"{site[2]}/health/").json() == {"ok": True, "paused": False}


def test_guessing_is_slowed_down(site):
    home, people, url = site
    visitor = Visitor(url)
    answers = [
        visitor.post("/account/login/", login=people.bea.email, password=f"wrong {n}") for n in range(7)
    ]
    assert LOCKED in answers[-1].text
    assert "person.sign-in-failed" in kinds(home)
