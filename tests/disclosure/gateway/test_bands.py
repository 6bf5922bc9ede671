"""Bands: NTILE by noisy limits, of numbers and dates, with missing values and too few people."""

import pytest

from disclosure.gateway.test_answer_query import answer
from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.gateway.bands import bands_of
from strongroom.disclosure.query.reading import read_statement
from strongroom.errors import QueryError


def ranked(column, parts, where="", shown="band, COUNT(*) AS n"):
    return (
        f"WITH ranked AS (SELECT *, NTILE({parts}) OVER (ORDER BY {column}) AS band "
        f"FROM participants {where}) "
        f"SELECT {shown} FROM ranked WHERE band IS NOT NULL GROUP BY band ORDER BY band"
    )


@pytest.mark.parametrize("column", ["bmi", "born"])
def test_bands_are_equally_large(engine, column):
    where = f"WHERE {column} IS NOT NULL"
    rows = answer(ranked(column, 4, where), engine).rows
    people = engine.connection.execute(f"SELECT count({column}) FROM participants").fetchall()[0][0]
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert [row[1] for row in rows] == pytest.approx([people / 4] * 4, rel=0.15)


def test_bands_rise_with_the_value(engine):
    rows = answer(ranked("bmi", 4, "WHERE bmi IS NOT NULL", "band, AVG(bmi) AS m"), engine).rows
    means = [row[1] for row in rows]
    assert means == sorted(means)


def test_who_has_no_value_is_in_no_band(engine):
    given = answer(ranked("bmi", 2), engine)
    people = engine.connection.execute("SELECT count(bmi) FROM participants").fetchall()[0][0]
    assert sum(row[1] for row in given.rows) == pytest.approx(people, rel=0.05)


def test_too_few_people_have_no_bands(engine):
    assert answer(ranked("bmi", 4, "WHERE bmi > 44"), engine).rows == ()
    assert answer(ranked("bmi", 4, "WHERE bmi > 1000"), engine).rows == ()


def test_bands_of_a_column_without_a_value_are_empty(changeable):
    changeable.connection.execute("UPDATE participants SET bmi = NULL")
    assert answer(ranked("bmi", 4), changeable).rows == ()


def test_bands_in_bands_and_of_events_are_refused():
    events = (
        "WITH r AS (SELECT *, NTILE(4) OVER (ORDER BY level) AS q FROM participants JOIN hospital) "
        "SELECT q, COUNT(*) AS n FROM r GROUP BY q"
    )
    with pytest.raises(QueryError, match="not events"):
        read_statement(events, SCHEMA)
    ranks = (
        "WITH r AS (SELECT *, NTILE(4) OVER (ORDER BY bmi) AS q FROM participants), "
        "s AS (SELECT *, NTILE(2) OVER (ORDER BY q) AS h FROM r) SELECT h, COUNT(*) AS n FROM s GROUP BY h"
    )
    with pytest.raises(QueryError, match="another NTILE"):
        bands_of(read_statement(ranks, SCHEMA).queries[0])
