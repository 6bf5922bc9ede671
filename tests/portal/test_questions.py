"""Questions of a project: answered from its own people and columns, on record, and within what it may ask."""

import json

import pytest
from typer.testing import CliRunner

from strongroom.cli.app import application
from strongroom.errors import InputError, QueryError, RefusedError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project
from strongroom.portal.outputs.history import history_of
from strongroom.portal.outputs.models import AnsweredSet, Question
from strongroom.portal.outputs.questions import allow_questions, ask_question
from strongroom.portal.projects.actions import find_project, revoke_project
from strongroom.sandbox.queries import QueryEngine

BY_SEX = "SELECT p31, COUNT(*) AS n, AVG(p21001_i0) AS bmi FROM participants GROUP BY p31"


@pytest.fixture
def heart(cohort_home):
    add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=["p31", "p21022", "p21001_i0", "hesin_diag.*"],
        where="p21022 >= 45",
        by="ada",
    )
    return cohort_home


def entries(home):
    return [entry.kind for _, entry in ledger(home).entries()]


def asked(home, sql, **more):
    return ask_question(home, slug="heart", sql=sql, by="bo", **more)


def test_a_question_is_answered_about_the_projects_people_and_on_record(heart):
    answered = asked(heart, BY_SEX)
    cohort = open_cohort(heart, find_cohort("synthetic"))
    people = cohort.participants.read(["p31_i0", "p21022_i0", "p21001_i0"]).to_pylist()
    for sex, count, mean in answered.answer.rows:
        mine = [row["p21001_i0"] for row in people if row["p31_i0"] == sex and row["p21022_i0"] >= 45]
        assert count == pytest.approx(len(mine), abs=33)
        known = [value for value in mine if value is not None]
        assert mean == pytest.approx(sum(known) / len(known), abs=1)
    assert entries(heart)[-1] == "query.answered"
    question = Question.objects.get()
    assert "AVG(p21001_i0)" not in question.statement
    assert '"p21001_i0"' in question.statement
    assert AnsweredSet.objects.count() == 3  # everyone, and the two groups
    assert answered.questions_left == 22
    # The airlock will compare files with this answer.
    (earlier,) = history_of(heart, find_cohort("synthetic"), find_project("heart")).requests
    assert earlier.tables[0].table.to_pydict()["n"] == [row[1] for row in answered.answer.rows]


def test_what_was_asked_before_has_the_same_answer_in_later_runs(heart):
    older = "SELECT COUNT(*) AS n FROM participants WHERE p21022 >= 50"
    first = asked(heart, older)
    sets = AnsweredSet.objects.count()
    assert asked(heart, older).answer.rows == first.answer.rows
    assert AnsweredSet.objects.count() == sets


def test_events_are_counted_by_people(heart):
    answered = asked(heart, "SELECT COUNT(*) AS n FROM participants JOIN hesin_diag")
    cohort = open_cohort(heart, find_cohort("synthetic"))
    ages = cohort.participants.read(["_participant", "p21022_i0"]).to_pylist()
    members = {row["_participant"] for row in ages if row["p21022_i0"] >= 45}
    ill = set(cohort.table("hesin_diag").read(["_participant"]).column(0).to_pylist()) & members
    assert answered.answer.rows[0][0] == pytest.approx(len(ill), abs=33)


def test_columns_that_were_not_approved_cannot_be_asked_about(heart):
    with pytest.raises(QueryError, match="no such column"):
        asked(heart, "SELECT AVG(p30690_i0) FROM participants")
    assert "query.answered" not in entries(heart)


def test_a_private_answer_is_paid_for_until_nothing_is_left(heart):
    sql = "SELECT p31, COUNT(*) AS n FROM participants GROUP BY p31"
    answered = asked(heart, sql, epsilon=0.75)
    assert {row[0] for row in answered.answer.rows} >= {0, 1}
    assert answered.budget.spent_epsilon == pytest.approx(0.75)
    assert entries(heart)[-2:] == ["query.charged", "query.answered"]
    with pytest.raises(RefusedError, match="budget"):
        asked(heart, sql, epsilon=0.75)
    allow_questions(heart, slug="heart", questions=0, epsilon=0.5, reason="in scope", by="ada")
    assert asked(heart, sql, epsilon=0.75).budget.spent_epsilon == pytest.approx(1.5)


def test_after_so_many_questions_a_person_looks(heart):
    (heart.path / "queries.yaml").write_text("most_queries: 3\n", encoding="utf-8")
    asked(heart, BY_SEX)
    with pytest.raises(RefusedError, match="manual review"):
        asked(heart, BY_SEX)
    with pytest.raises(RefusedError):
        allow_questions(heart, slug="heart", questions=5, epsilon=0, reason=" ", by="ada")
    allow_questions(heart, slug="heart", questions=3, epsilon=0, reason="in scope", by="ada")
    assert asked(heart, BY_SEX).questions_left == 0
    assert "project.allowed" in entries(heart)


def test_a_question_the_engine_gives_up_is_paid_for_and_on_record(heart, monkeypatch):
    def fail(*_):
        raise RefusedError("The query took longer than 120 seconds and was stopped.")

    with monkeypatch.context() as patched:
        patched.setattr(QueryEngine, "run", fail)
        with pytest.raises(RefusedError, match="longer"):
            asked(heart, BY_SEX)
    assert entries(heart)[-1] == "query.answered"
    assert asked(heart, BY_SEX).questions_left == 19


def test_a_revoked_project_asks_nothing(heart):
    revoke_project(heart, slug="heart", reason="ended", by="ada")
    with pytest.raises(RefusedError):
        asked(heart, BY_SEX)


def test_settings_that_are_none_stop_the_question(heart):
    (heart.path / "queries.yaml").write_text("smalest: 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="smalest"):
        asked(heart, BY_SEX)


def test_the_command_prints_writes_and_says_what_is_left(heart, tmp_path):
    command = ["query", "heart", BY_SEX, "--home", str(heart.path)]
    told = CliRunner().invoke(application(), [*command, "--to", str(tmp_path / "rows.csv")])
    assert told.exit_code == 0
    assert "Queries left: 22" in told.output
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").startswith("p31,n,bmi\n")
    document = json.loads(CliRunner().invoke(application(), [*command, "--json"]).output)
    assert document["columns"] == ["p31", "n", "bmi"]
    assert document["questions_left"] == 19
