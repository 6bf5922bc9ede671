"""Dates in SQL: as in Python's calendar, NULL outside of the years 1 to 9999, and never an error."""

import calendar
import datetime as dt

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.query.emitting import DUCKDB, SPARK
from strongroom.disclosure.query.emitting.values import Values
from strongroom.disclosure.query.representation import Call, Case, Column, Function, Kind, Literal, Missing

BORN, LENGTH = Column(0, "d", Kind.DATE), Column(0, "n", Kind.NUMBER)
DAYS, MONTHS = Function.PLUS_DAYS, Function.PLUS_MONTHS
STARTS = (Function.START_OF_MONTH, Function.START_OF_YEAR)


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


def rows(engine, dates, lengths=(0,)):
    """Fill the table with every date (or number of days since 1970) beside every length."""
    days = [each if isinstance(each, int) else (each - dt.date(1970, 1, 1)).days for each in dates]
    pairs = [(day, length) for day in days for length in lengths]
    made = pa.table(
        {
            "d": pa.array([day for day, _ in pairs], pa.int32()).cast(pa.date32()),
            "n": pa.array([length for _, length in pairs], pa.float64()),
        }
    )
    engine.register("made", made)
    engine.execute("CREATE OR REPLACE TABLE people AS SELECT * FROM made")


def values(engine, of):
    return [
        row[0]
        for row in engine.execute(f"SELECT {Values(DUCKDB).expression(of)} FROM people AS t0").fetchall()
    ]


def step(of, function, length=None):
    arguments = (of,) if length is None else (of, Literal(length, Kind.NUMBER))
    return Call(function, arguments, Kind.DATE)


def after(date, function, length):
    """Return what a step gives in Python; None beyond the calendar."""
    if function in STARTS:
        return date.replace(day=1) if function is Function.START_OF_MONTH else date.replace(month=1, day=1)
    try:
        if function is DAYS:
            return date + dt.timedelta(days=length)
        year, month = divmod(date.year * 12 + date.month - 1 + length, 12)
        return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(DAYS), st.one_of(st.integers(-4_000_000, 4_000_000), st.integers(-800, 800))),
        st.tuples(st.just(MONTHS), st.one_of(st.integers(-130_000, 130_000), st.integers(-30, 30))),
        st.tuples(st.sampled_from(STARTS), st.none()),
    ),
    min_size=1,
    max_size=4,
)


@given(st.lists(st.dates(), min_size=1, max_size=5), STEPS)
def test_steps_are_those_of_the_calendar_and_null_once_one_leaves_it(engine, dates, steps):
    rows(engine, dates)
    of, expected = BORN, list(dates)
    for function, length in steps:
        of = step(of, function, length)
        expected = [each and after(each, function, length) for each in expected]
    assert values(engine, of) == expected


@pytest.mark.parametrize("function", [DAYS, MONTHS])
def test_a_length_of_the_row_is_as_a_constant_one(engine, function):
    lengths = [
        0,
        1,
        -1,
        2.5,
        -1000,
        40_000,
        119_000,
        -119_000,
        4e6,
        -4e6,
        1e300,
        -1e300,
        float("inf"),
        float("nan"),
    ]
    dates = [dt.date.min, dt.date(2000, 2, 29), dt.date.max]
    rows(engine, dates, lengths)
    whole = [int(each // 1) if abs(each) < 1e300 else None for each in lengths]
    expected = [None if n is None else after(date, function, n) for date in dates for n in whole]
    assert values(engine, Call(function, (BORN, LENGTH), Kind.DATE)) == expected
    # A constant step may follow.
    later = step(Call(function, (BORN, LENGTH), Kind.DATE), DAYS, 1)
    assert values(engine, later) == [each and after(each, DAYS, 1) for each in expected]


def test_dates_that_python_cannot_hold_are_missing(engine):
    rows(engine, [2**31 - 1, -(2**31) + 1, 2**31 - 2, 5_000_000, 2_932_897, -719_163])
    for of in (BORN, step(BORN, DAYS, -1), step(BORN, MONTHS, 1), step(BORN, STARTS[0])):
        assert values(engine, of) == [None] * 6
    assert values(engine, Call(Function.YEAR, (BORN,), Kind.NUMBER)) == [None] * 6
    assert values(engine, Call(Function.DAYS_BETWEEN, (BORN, BORN), Kind.NUMBER)) == [None] * 6


def test_a_step_beyond_the_calendar_for_every_date_is_missing_as_such():
    assert Values(DUCKDB).expression(step(BORN, DAYS, 4_000_000)) == "CAST(NULL AS DATE)"


def test_steps_from_a_computed_date_name_it_at_most_twice(engine):
    rows(engine, [dt.date(2000, 1, 31)])
    born = Case(((Missing(BORN), Literal(dt.date(1950, 1, 1), Kind.DATE)),), BORN, Kind.DATE)
    assert values(engine, step(step(born, STARTS[1]), STARTS[0])) == [dt.date(2000, 1, 1)]
    of = born
    for _ in range(18):
        of = step(of, DAYS, 7 * 999_999)
    assert values(engine, of) == [None]
    of = born
    for _ in range(400):
        of = step(of, DAYS, 30)
    assert values(engine, of) == [dt.date(2000, 1, 31) + dt.timedelta(days=12_000)]


def test_spark_has_functions_of_its_own():
    written = Values(SPARK).expression(step(step(BORN, MONTHS, -3), STARTS[0]))
    assert "trunc(add_months(t0.`d`, -3), 'month')" in written
    assert "date_add(" in Values(SPARK).expression(Call(DAYS, (BORN, LENGTH), Kind.DATE))
