"""One person's events add to a few groups only, and do not slow a query down."""

import time

import duckdb
import pytest

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, SPARK, How, PersonLimits, emit
from strongroom.disclosure.query.reading import read_query

BY_CODE = "SELECT code, COUNT(*) AS n, AVG(level) AS m FROM hospital GROUP BY code"
EVENTS = 2_000


@pytest.fixture(scope="module")
def engine():
    """Person 0 has 2,000 events of 40 codes, person 1 has one, person 2 none."""
    with duckdb.connect() as connection:
        connection.execute(
            """CREATE TABLE participants AS
            SELECT i AS person, 1::UBIGINT << CAST(i AS INTEGER) AS person_mark,
            1 AS sex, 50 AS age, 25.0 AS bmi, DATE '1950-01-01' AS born, 'a' AS centre, true AS smoker
            FROM range(3) r(i)"""
        )
        connection.execute(
            f"""CREATE TABLE hospital AS
            SELECT 0 AS person, 'I' || (i % 40) AS code, DATE '2000-01-01' + CAST(i AS INTEGER) AS date,
            i * 1.0 AS level FROM range({EVENTS}) r(i)
            UNION ALL SELECT 1, 'I1', DATE '2000-01-01', 1.0
            UNION ALL SELECT 0, 'X', DATE '1999-01-01', 1.0 UNION ALL SELECT 0, 'Y', DATE '2020-01-01', 1.0"""
        )
        yield connection


def groups(engine, sql, *, limits=None, sketches=True):
    query = read_query(sql, SCHEMA)
    bounds = {place: (Bounds(0, 10),) * len(each.of) for place, each in enumerate(query.measures)}
    emitted = emit(query, DUCKDB, bounds, How(limits or PersonLimits(), sketches=sketches))
    return engine.execute(emitted.cells).fetchall()


def codes(engine, salt):
    return {row[0] for row in groups(engine, BY_CODE, limits=PersonLimits(5, salt))}


@pytest.mark.parametrize("most", [1, 3, 7])
def test_a_person_counts_in_so_many_groups(engine, most):
    found = groups(engine, BY_CODE, limits=PersonLimits(most, "s"))
    assert sum(row[1] for row in found) in (most, most + 1)
    # The one with a single group is always counted.
    assert "I1" in {row[0] for row in found}


def test_the_salt_chooses_the_groups_and_nothing_else_does(engine):
    assert codes(engine, "one") == codes(engine, "one")
    assert len({frozenset(codes(engine, str(salt))) for salt in range(5)}) == 5
    again = "SELECT code, COUNT(*) FROM hospital WHERE date > DATE '1900-01-01' OR level = 3 GROUP BY code"
    found = groups(engine, again, limits=PersonLimits(5, "one"), sketches=False)
    assert {row[0] for row in found} == codes(engine, "one")


def test_groups_of_people_are_not_limited(engine):
    found = groups(engine, "SELECT sex, COUNT(*), SUM(age) FROM participants JOIN hospital GROUP BY sex")
    assert found[0][:2] == (1, 2)


def test_events_that_multiply_take_no_time(engine):
    joined = "JOIN hospital b ON b.date >= a.date JOIN hospital c ON c.date >= b.date"
    began = time.perf_counter()
    found = groups(engine, f"SELECT COUNT(*) FROM hospital a {joined}")
    assert found[0][0] == 2
    nested = (
        "SELECT COUNT(*) FROM participants WHERE EXISTS (SELECT 1 FROM hospital h WHERE "
        "(SELECT COUNT(*) FROM hospital g WHERE g.date >= h.date AND "
        "(SELECT COUNT(*) FROM hospital f WHERE f.date >= g.date) > 0) > 0)"
    )
    assert groups(engine, nested)[0][0] == 2
    # All three at once would be 10^10 rows.
    assert time.perf_counter() - began < 20


def test_a_sub_query_that_compares_a_joined_event_limits_both(engine):
    sql = "SELECT COUNT(*) FROM hospital a WHERE EXISTS (SELECT 1 FROM hospital b WHERE b.date > a.date)"
    written = emit(read_query(sql, SCHEMA), DUCKDB).cells
    assert "kept1 AS" in written
    assert "FROM kept100 AS t100" in written
    assert written.count("HAVING count(*) > 173") == 2
    assert engine.execute(written).fetchall()[0][0] == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*) FROM hospital WHERE code LIKE 'I%'",
        "SELECT COUNT(*) FROM participants WHERE EXISTS (SELECT 1 FROM hospital h WHERE h.date > born)",
        (
            "SELECT COUNT(*) FROM participants WHERE (SELECT COUNT(*) FROM hospital h WHERE "
            "(SELECT COUNT(*) FROM hospital g WHERE g.code = 'X') > 0) > 0"
        ),
    ],
)
def test_events_that_do_not_multiply_all_count(sql):
    assert "kept" not in emit(read_query(sql, SCHEMA), DUCKDB).cells


def test_conditions_on_one_table_come_first(engine):
    joined = "hospital a JOIN hospital b ON b.code = 'Y' AND b.date > a.date"
    sql = f"SELECT COUNT(*) FROM {joined} WHERE a.code = 'X'"
    for salt in range(5):
        assert groups(engine, sql, limits=PersonLimits(3, str(salt)))[0][0] == 1
    left = (
        "SELECT COUNT(*) AS n, COUNT(b.code) AS y FROM participants JOIN hospital a ON a.code = 'X' "
        "LEFT JOIN hospital b ON b.code = 'Y' AND b.date > a.date"
    )
    assert groups(engine, left)[0][0:3:2] == (1, 1)


def test_an_outer_join_keeps_people_without_events(engine):
    left = "SELECT COUNT(*) FROM participants LEFT JOIN hospital a LEFT JOIN hospital b ON b.code = 'none'"
    assert groups(engine, left)[0][0] == 3


def test_spark_keeps_groups_by_a_window():
    written = emit(read_query(BY_CODE, SCHEMA), SPARK, {}, How(PersonLimits(2, "s"))).cells
    assert "row_number() OVER (PARTITION BY person ORDER BY xxhash64(xxhash64('s', person, k0)))" in written
    assert "WHERE place <= 2" in written
