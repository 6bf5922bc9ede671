"""What a question becomes: the SQL of each dialect word for word, and that DuckDB gives the right numbers."""

from pathlib import Path

import duckdb
import pytest

from disclosure.query.questions import QUESTIONS
from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, SPARK, emit, extremes
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.reading import read_query

GOLDEN = Path(__file__).parent / "golden"


def bounded(sql, dialect):
    """Emit a question whose every value lies between 0 and 200."""
    query = read_query(sql, SCHEMA)
    bounds = {place: (Bounds(0, 200),) * len(measure.of) for place, measure in enumerate(query.measures)}
    return emit(query, dialect, bounds)


@pytest.mark.parametrize("dialect", [DUCKDB, SPARK], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_sql_is_the_agreed_one(name, dialect):
    # After a change on purpose: delete the file, run once, read the difference.
    path = GOLDEN / f"{name}.{dialect.name}.sql"
    emitted = bounded(QUESTIONS[name], dialect)
    written = ";\n\n".join([emitted.cells, *emitted.distributions.values()]) + ";\n"
    if not path.exists():
        path.write_text(written, encoding="utf-8")
        pytest.fail(f"{path.name} was not there and has been written")
    assert written == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute(
            """CREATE TABLE participants AS SELECT i AS person,
            1::UBIGINT << CAST(hash(i) % 63 AS INTEGER) AS person_mark, 1 + i % 2 AS sex, 40 + i % 30 AS age,
            CASE WHEN i % 10 = 0 THEN NULL ELSE 20 + i % 150 / 10 END AS bmi,
            DATE '1950-01-01' + CAST(i % 3650 AS INTEGER) AS born,
            chr(97 + CAST(i % 3 AS INTEGER)) AS centre, i % 4 = 0 AS smoker FROM range(6000) r(i)"""
        )
        connection.execute(
            """CREATE TABLE hospital AS SELECT i * 7 % 6000 AS person,
            ['I210', 'E11', 'J45'][1 + i % 3] AS code, DATE '2005-01-01' + CAST(i % 5000 AS INTEGER) AS date,
            i % 97 * 1.5 AS level FROM range(9000) r(i)"""
        )
        yield connection


def answer(engine, sql):
    emitted = bounded(sql, DUCKDB)
    return emitted, engine.execute(emitted.cells).fetchall()


def test_people_are_counted_and_not_their_events(engine):
    _, rows = answer(engine, "SELECT code, COUNT(*) FROM hospital GROUP BY code")
    plain = "SELECT code, count(DISTINCT person) FROM hospital GROUP BY code ORDER BY code"
    assert [row[:2] for row in rows] == engine.execute(plain).fetchall()


def test_a_mean_over_events_is_the_mean_of_peoples_means(engine):
    _, rows = answer(engine, "SELECT code, AVG(level) FROM hospital GROUP BY code")
    plain = (
        "SELECT code, avg(m) FROM (SELECT code, person, avg(level) AS m FROM hospital GROUP BY ALL) "
        "GROUP BY code ORDER BY code"
    )
    means = [(row[0], 100 + 100 * row[4] / UNIT / row[3]) for row in rows]
    assert means == [(code, pytest.approx(mean, rel=1e-6)) for code, mean in engine.execute(plain).fetchall()]


def test_what_is_recorded_of_a_person_is_summed_once_however_many_events_they_have(engine):
    _, rows = answer(engine, "SELECT SUM(age) FROM participants JOIN hospital")
    once = "SELECT count(*), sum(age) FROM participants WHERE person IN (SELECT person FROM hospital)"
    people, total = engine.execute(once).fetchall()[0]
    assert rows[0][0] == people
    assert 100 * people + 100 * rows[0][3] / UNIT == pytest.approx(total, rel=1e-6)


def test_the_same_people_have_the_same_sketch_however_they_are_described(engine):
    _, one = answer(engine, "SELECT COUNT(*) FROM participants WHERE smoker")
    _, other = answer(
        engine, "SELECT smoker, COUNT(*) FROM participants WHERE NOT (NOT smoker) GROUP BY smoker"
    )
    assert one[0] == other[0][1:]


@pytest.mark.parametrize(
    "value",
    ["LN(bmi - 100)", "SQRT(-age)", "age / (age - age)", "age % 0", "EXP(age * 1e6)", "age * 1e308 * 10"],
)
def test_a_value_that_does_not_exist_stops_nothing(engine, value):
    emitted, rows = answer(
        engine, f"SELECT AVG({value}), MEDIAN({value}) FROM participants WHERE {value} IS NULL OR 1 = 1"
    )
    assert rows[0][0] == 6000
    assert rows[0][2] == 0
    assert engine.execute(emitted.distributions[1]).fetchall() == []


def test_a_bound_does_not_take_the_place_of_a_missing_value(engine):
    _, rows = answer(engine, "SELECT COUNT(GREATEST(LEAST(bmi, 60), 10)) AS n FROM participants")
    assert rows[0][2] == 5400


def test_bins_of_a_quantile_do_not_depend_on_the_data(engine):
    emitted, _ = answer(engine, "SELECT MEDIAN(bmi) FROM participants")
    told = engine.execute(emitted.distributions[0]).fetchall()
    assert [row[0] for row in told] == [2, 3]
    assert sum(row[1] for row in told) == 5400


def test_extremes_are_of_everybody(engine):
    query = read_query("SELECT AVG(bmi) AS a, AVG(age) AS b FROM participants WHERE age > 60", SCHEMA)
    of = [measure.of[0] for measure in query.measures]
    assert engine.execute(extremes(query, of, DUCKDB)).fetchall() == [(5400, 6000)]
    _, low, high = engine.execute(extremes(query, of[1:], DUCKDB, (0.05, 0.95))).fetchall()[0]
    assert (low, high) == (41, 68)
