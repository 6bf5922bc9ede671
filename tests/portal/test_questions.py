"""Questions of a project: answered from its own people and columns, on record, and within what it may ask."""

import json

import pytest
from typer.testing import CliRunner

from strongroom.cli.app import application
from strongroom.disclosure.answer_noise import DEFAULT_RULE
from strongroom.disclosure.answer_noise.influence import budget_for, cost_of_epsilon
from strongroom.errors import InputError, NotFoundError, QueryError, RefusedError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project
from strongroom.portal.outputs.budgets import agree_to_budget, request_budget
from strongroom.portal.outputs.history import history_of
from strongroom.portal.outputs.models import AnsweredSet, ColumnBounds, Question
from strongroom.portal.outputs.overlaps import overlaps
from strongroom.portal.outputs.questions import Wish, ask_question, explain_question
from strongroom.portal.outputs.settings import query_settings
from strongroom.portal.projects.actions import find_project, revoke_project
from strongroom.sandbox.queries import EngineFailure, QueryEngine

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


@pytest.fixture
def quiet(heart):
    """Give a home whose custodian chose little noise, and a budget that allows it."""
    settings = "noise: 8\nguessed: 0.85\nall_guessed: 0.95\n"
    (heart.path / "queries.yaml").write_text(settings, encoding="utf-8")
    return heart


def test_a_question_is_answered_about_the_projects_people_and_on_record(quiet):
    answered = asked(quiet, BY_SEX)
    cohort = open_cohort(quiet, find_cohort("synthetic"))
    people = cohort.participants.read(["p31_i0", "p21022_i0", "p21001_i0"]).to_pylist()
    assert len(answered.answer.rows) == 2
    for (sex, count, mean), noise in zip(answered.answer.rows, answered.answer.noise, strict=True):
        mine = [row["p21001_i0"] for row in people if row["p31_i0"] == sex and row["p21022_i0"] >= 45]
        assert count == pytest.approx(len(mine), abs=4 * noise[1] + 3)
        known = [value for value in mine if value is not None]
        assert mean == pytest.approx(sum(known) / len(known), abs=6 * noise[2])
    assert entries(quiet)[-2:] == ["query.charged", "query.answered"]
    question = Question.objects.get()
    assert "AVG(p21001_i0)" not in question.statement
    assert '"p21001_i0"' in question.statement
    assert AnsweredSet.objects.count() == 1
    # Two groups with a mean cost 6 times one number that one person moves by 1.
    assert answered.cost == pytest.approx(6 / 8**2)
    assert answered.balance.left == pytest.approx(budget_for(0.85) - answered.cost)
    # The airlock will compare files with this answer.
    (earlier,) = history_of(quiet, find_cohort("synthetic"), find_project("heart")).requests
    assert earlier.tables[0].table.to_pydict()["n"] == [row[1] for row in answered.answer.rows]


def test_what_was_asked_before_has_the_same_answer_and_is_free(quiet):
    older = "SELECT COUNT(*) AS n FROM participants WHERE p21022 >= 50"
    first, again = asked(quiet, older), asked(quiet, older)
    assert again.answer.rows == first.answer.rows
    assert (first.cost > 0, again.cost) == (True, 0)
    assert again.balance.left == first.balance.left
    assert entries(quiet)[-3:] == ["query.charged", "query.answered", "query.answered"]


def test_the_range_of_a_column_is_found_once(quiet):
    asked(quiet, BY_SEX)
    found = ColumnBounds.objects.get(table="participants", column="p21001_i0")
    assert (found.low < 20, found.high > 35) == (True, True)
    asked(quiet, BY_SEX.replace("AVG", "STDDEV"))
    assert ColumnBounds.objects.count() == 1


def test_events_are_counted_by_people(quiet):
    answered = asked(quiet, "SELECT COUNT(*) AS n FROM participants JOIN hesin_diag")
    cohort = open_cohort(quiet, find_cohort("synthetic"))
    ages = cohort.participants.read(["_participant", "p21022_i0"]).to_pylist()
    members = {row["_participant"] for row in ages if row["p21022_i0"] >= 45}
    ill = set(cohort.table("hesin_diag").read(["_participant"]).column(0).to_pylist()) & members
    assert answered.answer.rows[0][0] == pytest.approx(len(ill), abs=35)


def test_tables_are_joined_by_the_persons_key_as_people_write_it(quiet):
    """Code that was written on dummy tables, which have the key, runs here unchanged."""
    plain = asked(quiet, "SELECT COUNT(*) AS n FROM participants JOIN hesin_diag")
    key = open_cohort(quiet, find_cohort("synthetic")).manifest.id_column
    keyed = f"SELECT COUNT(DISTINCT p.{key}) AS n FROM participants p JOIN hesin_diag h ON p.{key} = h.{key}"
    assert asked(quiet, keyed).answer.rows == plain.answer.rows
    with pytest.raises(QueryError):
        asked(quiet, f"SELECT COUNT(*) AS n FROM participants WHERE {key} = 17")


def test_columns_that_were_not_approved_cannot_be_asked_about(heart):
    with pytest.raises(QueryError, match="no such column"):
        asked(heart, "SELECT AVG(p30690_i0) FROM participants")
    assert "query.answered" not in entries(heart)


def test_what_a_question_would_cost_is_said_without_asking_it(quiet):
    told = explain_question(quiet, slug="heart", sql=BY_SEX, by="bo")
    assert told.price == pytest.approx(6 / 8**2)
    assert told.margins["n"] == pytest.approx(8.1)
    assert 0 < told.margins["bmi"] < 1
    assert told.shown_from == 42
    assert "query.charged" not in entries(quiet)
    answered = asked(quiet, BY_SEX)
    assert answered.cost == pytest.approx(told.price)
    assert explain_question(quiet, slug="heart", sql=BY_SEX, by="bo").price == 0
    # What is left would buy this much noise.
    least = explain_question(quiet, slug="heart", sql=BY_SEX, by="bo", wish=Wish(noise=4)).least_noise
    assert asked(quiet, BY_SEX, wish=Wish(noise=least * 1.001)).balance.left == pytest.approx(0, abs=0.02)


def test_a_private_answer_is_paid_from_the_same_budget(heart):
    sql = "SELECT p31, COUNT(*) AS n FROM participants GROUP BY p31 ORDER BY n DESC LIMIT 2"
    wish = Wish(epsilon=0.12)
    told = explain_question(heart, slug="heart", sql=sql, by="bo", wish=wish)
    answered = asked(heart, sql, wish=wish)
    assert {row[0] for row in answered.answer.rows} == {0, 1}
    assert answered.answer.rows[0][1] >= answered.answer.rows[1][1]
    assert answered.cost == pytest.approx(told.price) == pytest.approx(cost_of_epsilon(0.12))
    assert entries(heart)[-2:] == ["query.charged", "query.answered"]
    with pytest.raises(RefusedError, match="budget"):
        asked(heart, sql, wish=wish)
    with pytest.raises(QueryError, match="UNION ALL"):
        asked(
            heart, "SELECT COUNT(*) FROM participants UNION ALL SELECT COUNT(*) FROM participants", wish=wish
        )


def test_two_people_extend_a_budget(heart):
    spent = Wish(noise=5)
    asked(heart, "SELECT COUNT(*) AS n FROM participants", wish=spent)
    other = "SELECT COUNT(*) AS n FROM participants WHERE p31 > 0"
    asked(heart, other, wish=spent)
    third = "SELECT COUNT(*) AS n FROM participants WHERE p21022 > 60"
    asked(heart, third, wish=spent)
    fourth = "SELECT COUNT(*) AS n FROM participants WHERE p21022 > 65"
    with pytest.raises(RefusedError, match=r"costs 32\.\d% of the project's budget"):
        asked(heart, fourth, wish=spent)
    with pytest.raises(RefusedError, match="reason"):
        request_budget(heart, slug="heart", share=0.5, reason=" ", by="ada")
    request = request_budget(heart, slug="heart", share=0.5, reason="in scope", by="ada")
    with pytest.raises(RefusedError, match="two people"):
        agree_to_budget(heart, number=request.pk, rule=DEFAULT_RULE, by="ada")
    with pytest.raises(RefusedError):
        asked(heart, fourth, wish=spent)
    agree_to_budget(heart, number=request.pk, rule=DEFAULT_RULE, by="bea")
    assert asked(heart, fourth, wish=spent).balance.total == pytest.approx(1.5 * budget_for(0.57))
    with pytest.raises(NotFoundError):
        agree_to_budget(heart, number=request.pk, rule=DEFAULT_RULE, by="cem")
    assert {"budget.requested", "budget.extended"} <= set(entries(heart))


def test_no_project_takes_the_budget_of_another(heart):
    """All budgets are set aside from one over the cohort, so that projects cannot add up what they learn."""
    (heart.path / "queries.yaml").write_text("guessed: 0.6\nall_guessed: 0.62\n", encoding="utf-8")
    add_project(
        heart,
        slug="lung",
        institution="Southgate",
        cohort_name="synthetic",
        columns=["p31"],
        where="",
        by="ada",
    )
    sql, rule = "SELECT COUNT(*) AS n FROM participants", query_settings(heart).rule
    asked(heart, sql)
    with pytest.raises(RefusedError, match="set aside for other projects"):
        ask_question(heart, slug="lung", sql=sql, by="bo")
    request = request_budget(heart, cohort="synthetic", share=1.0, reason="room for two", by="ada")
    agree_to_budget(heart, number=request.pk, rule=rule, by="bea")
    assert ask_question(heart, slug="lung", sql=sql, by="bo").answer.rows
    # What the other project asks changes nothing for this one.
    assert asked(heart, sql).cost == 0


def test_of_a_revoked_project_only_what_it_spent_stays_set_aside(heart):
    (heart.path / "queries.yaml").write_text("guessed: 0.6\nall_guessed: 0.605\n", encoding="utf-8")
    asked(heart, "SELECT COUNT(*) AS n FROM participants")
    add_project(
        heart,
        slug="lung",
        institution="Southgate",
        cohort_name="synthetic",
        columns=["p31"],
        where="",
        by="ada",
    )
    revoke_project(heart, slug="heart", reason="ended", by="ada")
    assert ask_question(heart, slug="lung", sql="SELECT COUNT(*) AS n FROM participants", by="bo").answer


def test_a_question_the_engine_gives_up_is_answered_as_if_nobody_were_found(heart, monkeypatch):
    """Else an error that only one person's row causes would tell that row."""
    nobody = asked(heart, BY_SEX.replace("GROUP BY", "WHERE p21022 > 200 GROUP BY"))
    run = QueryEngine.run

    def fail(engine, sql):
        if "GROUP BY" in sql:
            raise EngineFailure(late=True)
        return run(engine, sql)

    with monkeypatch.context() as patched:
        patched.setattr(QueryEngine, "run", fail)
        failed = asked(heart, BY_SEX)
    assert failed.answer == nobody.answer
    assert failed.cost > 0
    assert entries(heart)[-2:] == ["query.charged", "query.answered"]


def test_the_custodian_is_told_of_groups_that_differ_by_a_few(heart):
    assert overlaps(heart, slug="heart") == []
    cohort = open_cohort(heart, find_cohort("synthetic"))
    values = sorted(row for row in cohort.participants.read(["p21001_i0"]).column(0).to_pylist() if row)
    bar = values[-3]
    asked(heart, "SELECT COUNT(*) AS n FROM participants WHERE p21001_i0 > 0")
    second = asked(heart, f"SELECT COUNT(*) AS n FROM participants WHERE p21001_i0 > 0 AND p21001_i0 < {bar}")
    (found,) = overlaps(heart, slug="heart")
    assert (found.question, found.near) == (second.number, 1)


def test_a_revoked_project_asks_nothing(heart):
    revoke_project(heart, slug="heart", reason="ended", by="ada")
    with pytest.raises(RefusedError):
        asked(heart, BY_SEX)


def test_settings_that_are_none_stop_the_question(heart):
    (heart.path / "queries.yaml").write_text("smalest: 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="smalest"):
        asked(heart, BY_SEX)


def test_the_command_prints_writes_and_says_what_is_left(quiet, tmp_path):
    command = ["query", "heart", BY_SEX, "--home", str(quiet.path)]
    told = CliRunner().invoke(application(), [*command, "--to", str(tmp_path / "rows.csv")])
    assert told.exit_code == 0, told.output
    assert "of the project's budget; 97." in told.output
    assert "±" in told.output
    header = (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "p31,n,bmi,n_noise,bmi_noise"
    document = json.loads(CliRunner().invoke(application(), [*command, "--json"]).output)
    assert document["columns"] == ["p31", "n", "bmi"]
    assert document["cost"] == 0
    assert len(document["noise"]) == len(document["rows"])


def test_the_command_explains_a_question(quiet):
    command = ["query", "heart", BY_SEX, "--home", str(quiet.path), "--explain"]
    told = CliRunner().invoke(application(), command)
    assert told.exit_code == 0, told.output
    for words in ("Cost: 2.", "Noise of a count: 8", "below 42", "Noise of bmi", "could be"):
        assert words in told.output
    document = json.loads(CliRunner().invoke(application(), [*command, "--json"]).output)
    assert document["affordable"] is True
    assert document["smallest_count_shown"] == 42
    assert 0.5 < document["guessed_after"] < 0.6


def test_the_commands_of_two_custodians_extend_a_budget(heart, monkeypatch):
    home = ["--home", str(heart.path)]
    asking = ["project", "allow", "heart", "--add", "50", "--reason", "in scope", "--json", *home]
    number = json.loads(CliRunner().invoke(application(), asking).output)["request"]
    agreeing = ["project", "agree", str(number), *home]
    assert CliRunner().invoke(application(), agreeing).exit_code == 1
    monkeypatch.setattr("getpass.getuser", lambda: "somebody-else")
    assert "50% larger" in CliRunner().invoke(application(), agreeing).output
    wide = ["cohort", "allow", "synthetic", "--add", "20", "--reason", "more projects", "--json", *home]
    assert json.loads(CliRunner().invoke(application(), wide).output)["add"] == 20
    listed = CliRunner().invoke(application(), ["project", "overlaps", "heart", *home])
    assert "No group" in listed.output
