"""Who may open which page: every address is opened as every role, and by somebody who is not signed in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from people import cast
from site_server import Visitor, serving
from strongroom.portal.home import create_home
from strongroom.portal.people.models import Role
from strongroom.portal.people.persons import new_link

ROOT = Path(__file__).parents[3]
LIST = (
    "import django; django.setup(set_prefix=False)\n"
    "from strongroom.portal.site.addresses import addresses\n"
    "for each in addresses(): print(each.path, *sorted(each.access) or ['-'], sep='\\t')\n"
)
# Something for each variable part; nothing of it exists, so an open door answers "not found".
PARTS = {
    "<str:token>": "0000",
    "<int:number>": "4711",
    "<int:copy_number>": "1",
    "<int:index>": "999999",
    "<slug:handle>": "nobody",
    "<slug:slug>": "nothing",
    "<slug:name>": "nothing",
    "<slug:verb>": "nothing",
    "<path:name>": "nothing",
}
WHO = {
    "ada": {Role.CUSTODIAN},
    "cleo": {Role.COMMITTEE},
    "carl": {Role.CHECKER},
    "otto": {Role.AUDITOR},
    "rosa": {Role.RESEARCHER},
}


def listed():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "strongroom.portal.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", LIST], env=environment, capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        path, *access = line.split("\t")
        for part, value in PARTS.items():
            path = path.replace(part, value)
        yield f"/{path}", set(access)


LISTED = [(path, access) for path, access in listed() if access != {"-"}]
TOKEN = "a program with a token"
PAGES = [(path, access) for path, access in LISTED if TOKEN not in access]


@pytest.fixture(scope="module")
def visitors(tmp_path_factory):
    path = tmp_path_factory.mktemp("access") / "home"
    home = create_home(path)
    people = cast(home)
    with serving(home) as url:
        made = {"nobody": Visitor(url)}
        for name in WHO:
            made[name] = visitor = Visitor(url)
            person = getattr(people, name)
            visitor.join(
                f"/join/{new_link(home, person=person, by=people.bea if name == 'ada' else people.ada)}/"
            )
            visitor.sign_in(person.email)
            visitor.set_up_factor()
        yield made


def opens(visitor, path):
    """Return whether the door opens: a page, a form's method, or something that does not exist."""
    answer = visitor.get(path)
    assert answer.status_code in {200, 403, 404, 405, 409}, (path, answer.status_code, answer.text[-500:])
    return answer.status_code != 403 and "account/login" not in str(answer.url)


def test_there_are_pages_and_every_one_says_who_may_open_it():
    assert len(PAGES) > 40
    assert all(access for _, access in PAGES)


@pytest.mark.parametrize("name", WHO)
def test_a_role_opens_its_pages_and_no_others(visitors, name):
    roles = {role.value for role in WHO[name]}
    everybody = {"anybody", "anybody who is signed in"}
    wrong = [
        path
        for path, access in PAGES
        if "download_all_data" not in path
        and opens(visitors[name], path) != bool(access & (roles | everybody))
    ]
    assert wrong == []


def test_somebody_who_is_not_signed_in_opens_public_pages_alone(visitors):
    wrong = [path for path, access in PAGES if opens(visitors["nobody"], path) != ("anybody" in access)]
    assert wrong == []


def test_programs_need_a_token_whoever_is_signed_in(visitors):
    programs = [path for path, access in LISTED if TOKEN in access and "openapi" not in path]
    assert len(programs) > 2
    for name, visitor in visitors.items():
        for path in programs:
            assert visitor.get(path).status_code in {401, 404, 405}, (name, path)


@pytest.mark.parametrize("page", ["access", "states"])
def test_the_reference_is_what_the_gates_and_tables_say(page):
    script = ROOT / "docs" / "reference" / f"generate_{page}.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0
