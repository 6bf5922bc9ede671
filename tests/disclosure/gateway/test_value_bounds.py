"""Bounds of columns: they hold for nearly everybody, of numbers, dates, events and constants."""

import numpy as np
import pytest

from disclosure.gateway.test_answer_query import PEOPLE, PROTECTION
from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.gateway import ColumnReader, QueriedView, places_of
from strongroom.disclosure.gateway.value_bounds import measure_bounds
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.reading import read_statement
from strongroom.errors import QueryError


def bounds(engine, table, column):
    view = QueriedView(np.ones(PEOPLE, bool))
    return ColumnReader(SCHEMA, engine, view, PROTECTION).bounds((table, column))


def share_within(engine, table, value, found):
    sql = f"SELECT avg(({value} BETWEEN {found.low} AND {found.high})::INT) FROM {table}"
    return engine.connection.execute(sql).fetchall()[0][0]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("participants", "bmi", "bmi"),
        ("participants", "age", "age"),
        ("participants", "born", "date_diff('day', DATE '1970-01-01', born)"),
        ("hospital", "level", "level"),
        ("hospital", "date", "date_diff('day', DATE '1970-01-01', date)"),
    ],
)
def test_nearly_everybody_is_within_the_bounds_of_a_column(engine, table, column, value):
    found = bounds(engine, table, column)
    assert found.known
    assert share_within(engine, table, value, found) > 0.97


def test_the_number_of_events_has_bounds(engine):
    found = bounds(engine, "hospital", "")
    assert 3 <= found.high <= 9


def test_a_column_with_one_value_has_a_width(changeable):
    changeable.connection.execute("UPDATE participants SET age = 50")
    assert bounds(changeable, "participants", "age") == Bounds(49.5, 50.5)


@pytest.mark.parametrize("people", [0, 1, 9])
def test_a_column_with_no_or_few_values_has_no_bounds(changeable, people):
    changeable.connection.execute(f"UPDATE participants SET bmi = NULL WHERE person >= {people}")
    assert bounds(changeable, "participants", "bmi") is None


def of_measure(sql, found):
    (query,) = read_statement(sql, SCHEMA).queries
    return measure_bounds(query, found)


def test_measures_of_what_has_no_value_have_no_bounds_and_constants_have_a_width():
    bmi = ("participants", "bmi")
    assert of_measure("SELECT AVG(bmi) AS m FROM participants", {bmi: None}) == {}
    constant = of_measure("SELECT COUNT(*) AS n, AVG(5) AS m FROM participants", {})
    assert constant == {1: (Bounds(4.5, 5.5),)}
    with pytest.raises(QueryError, match="bounds"):
        of_measure("SELECT AVG(1 / bmi) AS m FROM participants", {bmi: Bounds(-1, 1)})


def test_columns_whose_bounds_are_needed_include_those_of_bands_and_of_events():
    sql = (
        "WITH r AS (SELECT *, NTILE(4) OVER (ORDER BY age) AS q FROM participants) "
        "SELECT q, AVG((SELECT COUNT(*) FROM hospital)) AS m, AVG(bmi) AS b, COUNT(born) AS n, "
        "AVG((SELECT MAX(level) FROM hospital)) AS l "
        "FROM r GROUP BY q"
    )
    found = places_of(read_statement(sql, SCHEMA).queries)
    assert found == {
        ("participants", "age"),
        ("participants", "bmi"),
        ("hospital", ""),
        ("hospital", "level"),
    }
