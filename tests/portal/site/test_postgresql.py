"""The same site on PostgreSQL: its people, its worker, its record."""

import json
from urllib.parse import quote

import pytest

from site_server import Visitor, serving
from strongroom.sandbox.confinement import bubblewrap

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")


@pytest.fixture
def url(postgresql_server):
    import psycopg

    folder = dict(word.split("=", 1) for word in postgresql_server.split())["host"]
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS site")
        connection.execute("CREATE DATABASE site")
    return f"postgresql://strongroom@{quote(folder, safe='')}/site"


def test_the_site_lives_the_same_life_on_postgresql(tmp_path, url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    home = tmp_path / "home"
    with serving(home, "--demo", "--json") as address:
        told = home.with_name("serve.log").read_text().partition("\n}\n")[0] + "\n}"
        people = {each["email"]: each for each in json.loads(told)["people"]}
        otto = people["otto@demo.example"]
        visitor = Visitor(address)
        visitor.sign_in(otto["email"], otto["password"])
        visitor.post("/account/2fa/authenticate/", code=otto["codes"][0])
        assert "released" in visitor.get("/outputs/").text
        assert "under review" in visitor.get("/outputs/").text
        answer = visitor.post("/oversight/ledger/verify/", page="/oversight/ledger/")
        assert "The ledger verifies" in answer.text
    assert not (home / "strongroom.sqlite3").exists()
