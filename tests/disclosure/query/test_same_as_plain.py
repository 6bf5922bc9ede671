"""Queries that are read, emitted and run give what their SQL gives."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from disclosure.query.schemas import COHORT
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import Statistic


def same():
    """Return the queries of `same_as_plain/` by name; each counts people, as a plain engine does."""
    found = {}
    for path in sorted((Path(__file__).parent / "same_as_plain").glob("*.sql")):
        for part in path.read_text(encoding="utf-8").split(";\n"):
            name, _, sql = part.strip().partition("\n")
            if sql:
                found[f"{path.stem}: {name.removeprefix('-- ')}"] = sql
    return found


SAME = same()


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute(
            """CREATE TABLE people AS SELECT i AS eid, i AS person, 1::UBIGINT AS person_mark, i % 2 AS sex,
            40 + i % 30 AS age, DATE '2010-01-01' + CAST(i % 200 AS INTEGER) AS base,
            DATE '2019-11-20' + CAST(i * 37 % 900 AS INTEGER) AS seen,
            CASE WHEN i % 7 > 0 THEN i % 19 - 4.5 END AS bmi,
            CASE WHEN i % 5 > 0 THEN i % 3 = 0 END AS smoker,
            CASE WHEN i % 6 > 0 THEN chr(CAST(65 + i % 4 AS INTEGER)) || 'x%' END AS town
            FROM range(400) r(i)"""
        )
        connection.execute(
            """CREATE TABLE hesin AS SELECT i * 7 % 300 AS eid, i * 7 % 300 AS person, i % 5 AS ins,
            ['I21', 'E11', 'J45', NULL][1 + i * 13 % 17 % 4] AS code,
            CASE WHEN i % 11 > 0 THEN i * 31 % 17 END AS level,
            DATE '2005-01-01' + CAST(i * 641 % 3000 AS INTEGER) AS day FROM range(700) r(i)"""
        )
        connection.execute(
            """CREATE TABLE diag AS SELECT i * 11 % 350 AS eid, i * 11 % 350 AS person, i % 5 AS ins,
            ['I21', 'E11'][1 + i % 3 % 2] AS icd FROM range(900) r(i)"""
        )
        connection.execute(
            """CREATE TABLE death AS SELECT i * 3 AS eid, i * 3 AS person, ['I21', 'C34'][1 + i % 2] AS cause
            FROM range(100) r(i)"""
        )
        yield connection


def answered(engine, sql):
    """Return the rows of a query that is read and emitted, in the order of its columns."""
    query = read_query(sql, COHORT)
    rows = engine.execute(emit(query, DUCKDB, {}).cells)
    names = [each[0] for each in rows.description]
    place = {key.label: f"k{number}" for number, key in enumerate(query.keys)}
    for number, measure in enumerate(query.measures):
        place[measure.label] = "people" if measure.statistic is Statistic.PEOPLE else f"m{number}_n"
    return [tuple(row[names.index(place[label])] for label in query.columns) for row in rows.fetchall()]


def plain(rows):
    """Return rows as texts to compare: numbers as floating-point, in one order."""
    shown = [
        tuple(float(v) + 0.0 if isinstance(v, int | float | Decimal) else v for v in row) for row in rows
    ]
    return sorted(map(repr, shown))


@pytest.mark.parametrize("name", SAME)
def test_a_query_gives_what_its_sql_gives(engine, name):
    expected = engine.execute(SAME[name]).fetchall()
    assert plain(answered(engine, SAME[name])) == plain(expected)
    assert expected
