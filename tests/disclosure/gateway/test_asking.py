"""The whole way from SQL to an answer, and what a researcher can learn about one person from several."""

import numpy as np
import pytest

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.gateway import Known, Protection, ask
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.release import DEFAULT_RULE, Audit, CellNoise
from strongroom.disclosure.release.noise import record_keys
from strongroom.errors import QueryError

PEOPLE = 6_000
BY_SEX = "SELECT sex, COUNT(*) AS n, AVG(bmi) AS m FROM participants GROUP BY sex ORDER BY sex"
STATISTICS = ["COUNT(*)", "AVG(bmi)", "SUM(age)", "STDDEV(bmi)", "MEDIAN(bmi)", "CORR(bmi, age)"]
RULE = DEFAULT_RULE
PROTECTION = Protection(RULE, CellNoise(b"s" * 32, most=RULE.most_change, variance=RULE.variance))


@pytest.fixture
def known():
    return Known(Audit(RULE.similar), record_keys(b"r" * 32, np.arange(PEOPLE)), np.ones(PEOPLE, bool))


def answer(sql, engine, known):
    return ask(read_query(sql, SCHEMA), engine, known, protection=PROTECTION).answer


def one_person(engine):
    """Return a condition that only one person meets."""
    row = engine.connection.execute("SELECT born, centre, age, bmi FROM participants WHERE bmi > 30 LIMIT 1")
    born, centre, age, bmi = row.fetchall()[0]
    return f"(born = '{born}' AND centre = '{centre}' AND age = {age} AND bmi = {bmi})"


def test_an_answer_is_near_the_truth(engine, known):
    rows = answer(
        "SELECT sex, COUNT(*) n, AVG(bmi) m FROM participants GROUP BY sex ORDER BY sex", engine, known
    )
    truth = engine.connection.execute(
        "SELECT sex, count(*), avg(bmi) FROM participants GROUP BY sex ORDER BY sex"
    )
    for shown, true in zip(rows.rows, truth.fetchall(), strict=True):
        assert shown[0] == true[0]
        assert shown[1] == pytest.approx(true[1], abs=9)
        assert shown[2] == pytest.approx(true[2], abs=0.1)


def test_the_same_question_has_the_same_answer_in_other_words(engine, known):
    first = answer("SELECT COUNT(*) AS n, AVG(bmi) AS m FROM participants WHERE smoker", engine, known)
    second = answer(
        "WITH s AS (SELECT * FROM participants WHERE NOT (smoker = FALSE)) "
        "SELECT COUNT(*) AS n, AVG(bmi) AS m FROM s",
        engine,
        known,
    )
    assert first.rows == second.rows


@pytest.mark.parametrize("asked", STATISTICS)
@pytest.mark.parametrize("first", [True, False], ids=["with first", "without first"])
def test_leaving_one_person_out_changes_nothing(engine, known, asked, first):
    target = one_person(engine)
    base = f"SELECT {asked} AS x FROM participants WHERE age > 45"
    sqls = [base, f"{base} AND ({target} IS NOT TRUE)"]
    answers = [answer(sql, engine, known) for sql in (sqls if first else sqls[::-1])]
    assert answers[0].rows == answers[1].rows


def test_leaving_one_person_out_of_everyone_changes_nothing(engine, known):
    target = one_person(engine)
    everyone = answer("SELECT COUNT(*) AS n FROM participants", engine, known)
    others = f"SELECT COUNT(*) AS n FROM participants WHERE {target} IS NOT TRUE"
    assert answer(others, engine, known).rows == everyone.rows


def test_a_condition_on_a_count_is_audited_too(engine, known):
    target = one_person(engine)
    plain = answer("SELECT COUNT(*) AS n FROM participants WHERE smoker OR age > 50", engine, known)
    condition = f"(smoker OR age > 50) AND {target} IS NOT TRUE"
    counted = f"SELECT COUNT(*) FILTER (WHERE {condition}) AS n FROM participants"
    assert answer(counted, engine, known).rows == plain.rows


def test_a_group_that_follows_from_two_others_is_not_shown(engine, known):
    assert answer("SELECT COUNT(*) FROM participants WHERE age > 50", engine, known).rows[0][0]
    assert answer("SELECT COUNT(*) FROM participants WHERE age > 50 AND smoker", engine, known).rows[0][0]
    rest = answer("SELECT COUNT(*) FROM participants WHERE age > 50 AND NOT smoker", engine, known)
    assert rest.rows == ((None,),)
    assert any("follow" in note for note in rest.notes)


def test_groups_of_few_are_left_out_with_their_names(engine, known):
    rows = answer("SELECT bmi, COUNT(*) FROM participants GROUP BY bmi", engine, known)
    assert rows.hidden
    counts = engine.connection.execute("SELECT bmi, count(*) FROM participants GROUP BY bmi").fetchall()
    large = {value for value, people in counts if people >= RULE.smallest}
    assert {row[0] for row in rows.rows} <= large


@pytest.mark.parametrize(
    "measure",
    [
        "AVG(CASE WHEN age = 50 THEN bmi ELSE 0 END)",
        "SUM(bmi * age)",
        "AVG(bmi) FILTER (WHERE age = 50)",
        "AVG(EXP(bmi))",
        "SUM(1)",
        "AVG((SELECT COUNT(*) FROM hospital))",
    ],
)
def test_a_mean_of_what_could_single_somebody_out_needs_a_budget(engine, known, measure):
    with pytest.raises(QueryError, match="budget"):
        answer(f"SELECT {measure} AS x FROM participants", engine, known)


def test_scale_does_not_give_a_second_change(engine, known):
    sql = "SELECT AVG(bmi) AS a, AVG(bmi * 10) AS b, AVG(-bmi) AS c FROM participants"
    rows = answer(sql, engine, known).rows[0]
    assert rows[1] == pytest.approx(rows[0] * 10, abs=0.05)
    assert rows[2] == pytest.approx(-rows[0], abs=0.02)


def test_an_answer_can_be_written_and_read(engine, known):
    sql = "SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex ORDER BY n DESC LIMIT 1"
    given = answer(sql, engine, known)
    assert given.to_csv().splitlines()[0] == "sex,n"
    assert len(given.rows) == 1
    assert given.to_arrow().to_pydict()["n"] == [given.rows[0][1]]
    assert b"rounded" in given.to_arrow().schema.metadata[b"notes"]
    assert given.to_json()["rows"] == [list(given.rows[0])]


def test_nobody_is_no_answer(engine, known):
    nobody = answer("SELECT COUNT(*) AS n, AVG(bmi) AS m FROM participants WHERE age > 200", engine, known)
    assert nobody.rows == ((None, None),)
    assert nobody.hidden
