"""Programs hand files in with a token: what it may not do it does not, and asking twice makes one check."""

import httpx
import pytest

from people import cast, opened
from site_server import serving
from strongroom.client import Client
from strongroom.errors import RefusedError
from strongroom.portal.home import open_home
from strongroom.portal.outputs.models import Submission
from strongroom.portal.people.tokens import Scope, make_token, revoke_token

GREEN = "term,estimate,n\nage,0.51,1800\nsex,3.20,1800\n"
AMBER = "area,n\nnorth,214\nsouth,3\nwest,188\n"


@pytest.fixture
def service(cohort_home):
    people = cast(cohort_home)
    opened(cohort_home, people)
    with serving(cohort_home) as url:
        yield cohort_home, people, url


def token(home, person, scope=Scope.CHECK):
    return make_token(home, name="pipeline", scopes=[scope], days=1, by=person)[1]


def written(folder, text, name="table.csv"):
    (folder / name).write_text(text)
    return folder / name


def test_a_program_hands_a_file_in_and_fetches_the_copy(service, tmp_path):
    home, people, url = service
    file = written(tmp_path, GREEN)
    with Client(url, token(home, people.rosa)) as client:
        asked = {"project": "heart", "title": "Table 1", "reason": "for the paper", "key": "run-1"}
        first = client.check([file], **asked)
        again = client.check([file], **asked)
        assert first["id"] == again["id"]
        done = client.wait(first, seconds=120)
        assert (done["state"], done["verdict"]) == ("released", "release")
        assert len(done["policy"]) == 64
        (copy,) = client.fetch(done, tmp_path / "released")
        assert copy.read_text().startswith("term,estimate,n")
        amber = client.wait(
            client.check([written(tmp_path, AMBER, "areas.csv")], **asked | {"key": "run-2"}), seconds=120
        )
        assert (amber["state"], amber["released"]) == ("review", [])
        assert amber["files"][0]["findings"][0]["rule"] == "small-cells/shown"
        with pytest.raises(RefusedError, match="Nothing of this submission"):
            client.fetch(amber | {"released": ["areas.csv"]}, tmp_path)
    open_home(home.path)
    assert Submission.objects.count() == 2


def test_a_token_speaks_for_its_person_alone(service, tmp_path):
    home, people, url = service
    file = written(tmp_path, GREEN)
    asked = {"project": "heart", "title": "T", "reason": "r"}
    with Client(url, token(home, people.rosa)) as client:
        check = client.check([file], **asked)
    with Client(url, token(home, people.lena)) as other:
        with pytest.raises(RefusedError, match="no submission"):
            other.state(check)
        with pytest.raises(RefusedError, match="no project"):
            other.check([file], **asked)
    for wrong in ("sr_0000", token(home, people.rosa, Scope.READ), ""):
        with pytest.raises(RefusedError), Client(url, wrong or "none") as client:
            client.state(check)
    made, secret = make_token(home, name="x", scopes=[Scope.CHECK], days=1, by=people.rosa)
    revoke_token(home, number=made.pk, by=people.rosa)
    with pytest.raises(RefusedError), Client(url, secret) as client:
        client.state(check)
    assert httpx.get(f"{url}/api/v1/checks/{check['id']}").status_code == 401


def test_the_interface_describes_itself(service):
    _, _, url = service
    document = httpx.get(f"{url}/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/checks", "/api/v1/checks/{number}"} <= set(document["paths"])
    assert document["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"
