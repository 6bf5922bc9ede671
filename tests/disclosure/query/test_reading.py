"""What can be asked and what cannot: a researcher's text reaches no engine, whatever is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.query.questions import QUESTIONS
from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import Column, Kind, Statistic
from strongroom.errors import QueryError

# The first six passed an allow-list over the researcher's own SQL.
REFUSED = {
    "a file as a table": "SELECT COUNT(*) FROM '/etc/passwd'",
    "the person key": "SELECT COUNT(*) FROM participants WHERE person = 17",
    "one person's value by the key": "SELECT SUM(CASE WHEN person = 3 THEN bmi ELSE 0 END) FROM participants",
    "a table narrowed to one row": "WITH t AS (SELECT * FROM participants LIMIT 1) SELECT AVG(bmi) FROM t",
    "the person with the maximum": (
        "SELECT COUNT(*) FROM participants p WHERE bmi = (SELECT MAX(bmi) FROM participants q)"
    ),
    "a value read out as a number of rows": (
        "SELECT sex, COUNT(*) FROM participants GROUP BY sex LIMIT (SELECT MIN(level) FROM hospital)"
    ),
    "rows": "SELECT * FROM participants",
    "rows without a list": "FROM participants",
    "a column": "SELECT bmi FROM participants",
    "a row's value beside a count": "SELECT bmi, COUNT(*) FROM participants",
    "the greatest": "SELECT MAX(bmi) FROM participants",
    "the least": "SELECT MIN(bmi) FROM participants",
    "a list": "SELECT LIST(bmi) FROM participants",
    "a text of all": "SELECT STRING_AGG(centre, ',') FROM participants",
    "any value": "SELECT ANY_VALUE(bmi) FROM participants",
    "the first": "SELECT FIRST(bmi) FROM participants",
    "the commonest": "SELECT MODE(bmi) FROM participants",
    "whose is the greatest": "SELECT ARG_MAX(age, bmi) FROM participants",
    "a histogram of values": "SELECT HISTOGRAM(bmi) FROM participants",
    "a window": "SELECT COUNT(*) OVER (PARTITION BY bmi) FROM participants",
    "HAVING on a row": "SELECT sex, COUNT(*) FROM participants GROUP BY sex HAVING bmi > 30",
    "QUALIFY": "SELECT COUNT(*) FROM participants QUALIFY 1 = 1",
    "DISTINCT": "SELECT DISTINCT COUNT(*) FROM participants",
    "a sample": "SELECT COUNT(*) FROM participants TABLESAMPLE 1%",
    "an order inside": "SELECT AVG(bmi ORDER BY age) FROM participants",
    "a union": "SELECT COUNT(*) FROM participants UNION SELECT COUNT(*) FROM hospital",
    "two statements": "SELECT COUNT(*) FROM participants; DROP TABLE participants",
    "an error that prints": "SELECT error('x' || bmi), COUNT(*) FROM participants GROUP BY 1",
    "a cast that prints": "SELECT COUNT(*) FROM participants WHERE CAST(centre AS INTEGER) = 1",
    "a file function": "SELECT COUNT(*) FROM read_csv('/etc/passwd')",
    "SQL in a text": "SELECT COUNT(*) FROM query('SELECT 1')",
    "another schema": "SELECT COUNT(*) FROM information_schema.tables",
    "a setting": "SELECT current_setting('temp_directory'), COUNT(*) FROM participants GROUP BY 1",
    "the environment": "SELECT getenv('HOME'), COUNT(*) FROM participants GROUP BY 1",
    "PRAGMA": "PRAGMA database_list",
    "COPY": "COPY participants TO 'x.csv'",
    "ATTACH": "ATTACH 'x.db'",
    "EXPLAIN": "EXPLAIN ANALYZE SELECT COUNT(*) FROM participants",
    "SET": "SET VARIABLE x = 1",
    "a statistic inside another": "SELECT AVG(bmi - AVG(bmi)) FROM participants",
    "a row's value beside a statistic": "SELECT AVG(bmi) / bmi FROM participants",
    "a list from a table": "SELECT COUNT(*) FROM participants WHERE age IN (SELECT level FROM hospital)",
    "a join by value": "SELECT COUNT(*) FROM participants JOIN hospital USING (person)",
    "a right join": "SELECT COUNT(*) FROM hospital RIGHT JOIN participants",
    "a lateral join": "SELECT COUNT(*) FROM participants, LATERAL (SELECT 1)",
    "columns renamed": "SELECT COUNT(*) FROM participants p(a, b)",
    "a random number": "SELECT random(), COUNT(*) FROM participants GROUP BY 1",
    "a quantile at the edge": "SELECT QUANTILE_CONT(bmi, 1.0) FROM participants",
    "text as a number": "SELECT AVG(centre) FROM participants",
    "no such column": "SELECT AVG(bnp) FROM participants",
    "no such table": "SELECT COUNT(*) FROM people",
    "no SQL": "how many people are there?",
    "nothing": "",
    "nested too deeply": "SELECT COUNT(*) FROM participants WHERE " + "NOT (" * 900 + "smoker" + ")" * 900,
    "a common table of itself": "WITH t AS (SELECT * FROM t) SELECT COUNT(*) FROM t",
    "common tables that double": (
        "WITH a0 AS (SELECT * FROM participants), "
        + ", ".join(f"a{n} AS (SELECT l.sex FROM a{n - 1} l JOIN a{n - 1} r)" for n in range(1, 30))
        + " SELECT COUNT(*) FROM a29"
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_refused(name):
    with pytest.raises(QueryError) as told:
        read_query(REFUSED[name], SCHEMA)
    assert told.value.message
    assert told.value.exit_code == 2


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_can_be_asked_is_read(name):
    query = read_query(QUESTIONS[name], SCHEMA)
    assert query.measures
    assert query.columns_read()["participants"] is not None


def test_a_refusal_names_the_part_and_what_to_do():
    with pytest.raises(QueryError, match="'bm1'") as told:
        read_query("SELECT AVG(bm1) FROM participants", SCHEMA)
    assert "bmi" in told.value.hint


def test_names_may_be_spelt_as_in_the_dictionary():
    query = read_query('SELECT "31-0.0", COUNT(*) FROM Participants GROUP BY ALL', SCHEMA)
    assert query.keys[0].of == Column(0, "sex", Kind.NUMBER)


def test_a_question_has_no_trace_of_how_it_was_written():
    plain = read_query("SELECT sex, COUNT(*) AS n FROM participants WHERE age > 50 GROUP BY sex", SCHEMA)
    other = read_query(
        "WITH t AS (SELECT sex s, age AS years FROM participants /* all */) "
        "select s as sex, count(*) n from t where years > 50 -- old\n group by 1",
        SCHEMA,
    )
    assert plain == other


def test_events_alone_are_still_about_people():
    query = read_query("SELECT code, COUNT(*) FROM hospital GROUP BY code", SCHEMA)
    assert query.sources[0].table == "participants"
    assert query.about_events
    assert query.measures[0].statistic is Statistic.PEOPLE


@given(st.text(max_size=200))
def test_no_text_gets_through_or_breaks_the_reader(text):
    try:
        query = read_query(text, SCHEMA)
    except QueryError:
        return
    emit(query, DUCKDB)


@given(st.text(min_size=1, max_size=30).filter(lambda text: "\x00" not in text))
def test_a_constant_stays_a_constant(text):
    quoted = text.replace("'", "''")
    query = read_query(f"SELECT COUNT(*) FROM participants WHERE centre = '{quoted}'", SCHEMA)
    sql = emit(query, DUCKDB).cells
    assert f"'{quoted}'" in sql
