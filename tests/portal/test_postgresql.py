"""The same state and ledger on PostgreSQL, through DATABASE_URL."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from program import add_cohort_words, document, run, start


@pytest.fixture
def url(postgresql_server):
    import psycopg

    folder = dict(word.split("=", 1) for word in postgresql_server.split())["host"]
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS portal")
        connection.execute("CREATE DATABASE portal")
    return f"postgresql://strongroom@{quote(folder, safe='')}/portal"


def test_a_home_on_postgresql_lives_the_same_life(home, synthetic_source, url, tmp_path):
    # A new one: a home whose keys were made with another database is refused.
    home = replace(home, path=tmp_path / "elsewhere")

    def ask(*words):
        return document(home, *words, DATABASE_URL=url)

    assert ask(*add_cohort_words(synthetic_source))[0] == 0
    project = ["--cohort", "ukb", "--institution", "Northgate", "--columns", "p31,p21001_i0,p50_i0,p21002_i0"]
    together = [start(home, "project", "add", f"p-{n}", *project, DATABASE_URL=url) for n in range(3)]
    for process in together:
        _, err = process.communicate()
        assert process.returncode == 0, err
    (tmp_path / "table.csv").write_text("term,estimate\nage,0.5\nsex,1.2\n")
    code, report = ask("check", tmp_path / "table.csv", "--project", "p-1", "--release-to", tmp_path / "out")
    assert (code, report["verdict"]) == (0, "release")
    (tmp_path / "ids.txt").write_text("1\n")
    assert run(home, "cohort", "withdraw", "ukb", "--ids", tmp_path / "ids.txt", DATABASE_URL=url)[0] == 1
    assert ask("project", "revoke", "p-2", "--reason", "leak")[0] == 0
    code, verified = ask("ledger", "verify")
    assert (code, verified["entries"]) == (0, 2 + 1 + 1 + 3 * 2 + 3 + 2)
    # Nothing of it went to the home's own SQLite file, which the fixture had made.
    assert run(home, "cohort", "show", "ukb")[0] == 1
