"""What a question becomes: the SQL of each dialect word for word, and that DuckDB gives the right numbers."""

import re
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.query.questions import QUESTIONS
from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, SPARK, How, emit, extremes
from strongroom.disclosure.query.emitting.sums import UNIT, bin_of, scaled, within_bins
from strongroom.disclosure.query.emitting.values import LIMITS, Values
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import (
    TRUE,
    Band,
    Call,
    Case,
    Column,
    Every,
    Function,
    Kind,
    Like,
    Literal,
    OneOf,
    Some,
)
from strongroom.errors import QueryError

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


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT MEDIAN(bmi), AVG(bmi) FROM participants",
        "SELECT centre, COUNT(DISTINCT sex), COUNT(bmi) FROM participants GROUP BY centre",
        "SELECT code, MEDIAN(bmi) FROM hospital JOIN participants GROUP BY code",
        "SELECT MEDIAN(bmi) FROM participants WHERE age > 200",
    ],
)
def test_one_pass_gives_the_groups_and_the_first_distribution(engine, sql):
    emitted = bounded(sql, DUCKDB)
    joint = engine.sql(emitted.joint).to_arrow_table()
    for whole, statement in ((1, emitted.cells), (0, next(iter(emitted.distributions.values())))):
        alone = engine.sql(statement).to_arrow_table()
        mine = joint.filter(pa.array([each == whole for each in joint["whole"].to_pylist()]))
        rows = [row for row in mine.select(alone.column_names).to_pylist() if whole or row["bin"] is not None]
        assert [_counted(row) for row in rows] == [_counted(row) for row in alone.to_pylist()]


def _counted(row):
    """Return a row with 0 for a sum of nobody."""
    return {name: value or 0 for name, value in row.items()}


def test_extremes_are_of_everybody(engine):
    counted = extremes("participants", "bmi", Kind.NUMBER, DUCKDB, events=False)
    assert engine.execute(counted).fetchall() == [(5400,)]
    ages = extremes("participants", "age", Kind.NUMBER, DUCKDB, events=False, shares=(0.05, 0.95))
    assert engine.execute(ages).fetchall() == [(6000, 41, 68)]


def test_extremes_of_events_are_of_people(engine):
    """A person with many events must not move the range further than one with a single event."""
    rows = extremes("hospital", "", Kind.NUMBER, DUCKDB, events=True, shares=(0.5,))
    people = engine.execute("SELECT count(DISTINCT person) FROM hospital").fetchall()[0][0]
    (found, middle) = engine.execute(rows).fetchall()[0]
    assert (found, middle) == (people, 1)
    dates = extremes("hospital", "date", Kind.DATE, DUCKDB, events=True, shares=(0.5,))
    assert 12_784 < engine.execute(dates).fetchall()[0][1] < 17_784


def test_without_sketches_only_sums_are_asked_for(engine):
    query = read_query("SELECT COUNT(*) AS n, COUNT(bmi) AS b FROM participants", SCHEMA)
    emitted = emit(query, DUCKDB, how=How(sketches=False))
    assert engine.execute(emitted.cells).fetchall() == [(6000, 5400)]
    alone = emit(read_query("SELECT COUNT(*) FROM participants", SCHEMA), DUCKDB, how=How(sketches=False))
    assert engine.execute(alone.cells).fetchall() == [(6000,)]


def alone(engine, sql, value):
    """Return what SQL gives for one value of the column x."""
    engine.register("one", pa.table({"x": pa.array([value], pa.float64())}))
    return engine.execute(f"SELECT {sql} FROM one").fetchall()[0][0]


WIDTHS = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)).map(lambda pair: Bounds(pair[0], sum(pair)))


@given(WIDTHS, st.floats(-1e3, 1e3))
def test_a_value_is_clamped_and_scaled(engine, bounds, share):
    value = bounds.middle + share * bounds.half
    expected = min(max((value - bounds.middle) / bounds.half, -1), 1)
    assert alone(engine, scaled("x", bounds, DUCKDB), value) / UNIT == pytest.approx(expected, abs=1e-5)
    bins = within_bins(bin_of("x", bounds, 20, DUCKDB), 20)
    assert alone(engine, bins, value) == pytest.approx((expected + 1) * 10, abs=1.001)


@given(
    st.one_of(WIDTHS, st.sampled_from([Bounds(0, 0), Bounds(-1.7e308, 1.7e308), Bounds(0, 5e-324)])),
    st.floats(),
)
def test_no_value_adds_more_than_one_whatever_it_is(engine, bounds, value):
    found = alone(engine, scaled("x", bounds, DUCKDB), value)
    assert found is None or abs(found) <= UNIT
    number = alone(engine, bin_of("x", bounds, 20, DUCKDB), value)
    assert number is None or 0 <= alone(engine, within_bins(f"({number})", 20), value) < 20


def test_of_a_pair_both_values_count_or_neither(engine):
    _, rows = answer(engine, "SELECT CORR(bmi, age) AS r FROM participants")
    n, x, y, xx, yy, xy = rows[0][2:]
    plain = engine.execute(
        """SELECT count(*), sum(a), sum(b), sum(2 * a * a - 1), sum(2 * b * b - 1), sum(a * b)
        FROM (SELECT age / 100 - 1 AS a, bmi / 100 - 1 AS b FROM participants) WHERE b IS NOT NULL"""
    ).fetchall()[0]
    assert n == plain[0]
    assert [each / UNIT for each in (x, y, xx, yy, xy)] == pytest.approx(plain[1:], rel=1e-6)


def test_numbers_that_are_none_are_one_group_and_zero_has_no_sign():
    with duckdb.connect() as other:
        other.execute(
            """CREATE TABLE participants AS SELECT i AS person, 1::UBIGINT AS person_mark,
            CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE
            WHEN 3 THEN '-0.0'::DOUBLE ELSE 0e0 END AS bmi FROM range(6000) r(i)"""
        )
        sql = "SELECT bmi, COUNT(*), COUNT(DISTINCT bmi) AS d FROM participants GROUP BY bmi"
        emitted, rows = answer(other, sql)
        assert [(repr(row[0]), row[1]) for row in rows] == [("0.0", 2400), ("None", 3600)]
        assert other.execute(emitted.distributions[1]).fetchall() == [(0.0, 0.0, 2400)]


CODE = Column(0, "centre", Kind.TEXT)


@given(st.text("ab%_.[\\é", max_size=8), st.text("ab.[\\é\n", max_size=8))
def test_a_pattern_matches_as_in_sql(engine, pattern, text):
    sql = Values(DUCKDB).condition(Like(Literal(text, Kind.TEXT), pattern))
    signs = {"%": ".*", "_": "."}
    expected = re.fullmatch("".join(signs.get(each, re.escape(each)) for each in pattern), text, re.DOTALL)
    assert engine.execute(f"SELECT {sql}").fetchall() == [(expected is not None,)]


def test_a_long_text_matches_no_pattern_slowly(engine):
    sql = Values(DUCKDB).condition(Like(Column(0, "x", Kind.TEXT), "%a_%a_%a_%a_%b"))
    began = time.perf_counter()
    assert engine.execute(f"SELECT {sql} FROM (SELECT repeat('a', 100000) AS x) AS t0").fetchall() == [
        (False,)
    ]
    assert time.perf_counter() - began < 5
    with pytest.raises(QueryError, match="LIKE"):
        Values(DUCKDB).condition(Like(CODE, "_" * 1_001))


def test_what_is_longer_than_an_engine_reads_is_refused():
    of = Column(0, "age", Kind.NUMBER)
    for _ in range(40):
        of = Call(Function.LOGARITHM, (of,), Kind.NUMBER)
    with pytest.raises(QueryError, match="too long"):
        Values(DUCKDB).expression(of)


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (Literal(float("inf"), Kind.NUMBER), None),
        (Literal("a\x00b", Kind.TEXT), "a\x00b"),
        (Literal("\ud800", Kind.TEXT), "\ufffd" * 3),
        (Case((), Literal(1, Kind.NUMBER), Kind.NUMBER), 1),
        (Call(Function.NEGATE, (Literal(-1.5, Kind.NUMBER),), Kind.NUMBER), 1.5),
        (
            Call(Function.LEFT, (Literal("abc", Kind.TEXT), Literal(5_000_000_000, Kind.NUMBER)), Kind.TEXT),
            "abc",
        ),
        (Call(Function.LEFT, (Literal("abc", Kind.TEXT), Literal(None, Kind.NUMBER)), Kind.TEXT), ""),
        (Call(Function.LEAST, (Literal(2, Kind.NUMBER), Literal(3, Kind.NUMBER)), Kind.NUMBER), 2),
        (Call(Function.REMAINDER, (Literal(-5, Kind.NUMBER), Literal(3, Kind.NUMBER)), Kind.NUMBER), 1),
    ],
)
def test_constants_are_written_for_every_value(engine, of, value):
    assert engine.execute(f"SELECT {Values(DUCKDB).expression(of)}").fetchall() == [(value,)]


def test_conditions_of_nothing_are_constant(engine):
    of = [Every(()), Some(()), OneOf(CODE, ()), Every((TRUE, Every((TRUE, Some((TRUE,))))))]
    written = ", ".join(Values(DUCKDB).condition(each) for each in of)
    assert engine.execute(f"SELECT {written}").fetchall() == [(True, False, False, True)]


def test_a_condition_of_many_parts_is_not_nested():
    parts = TRUE
    for _ in range(3_000):
        parts = Some((parts, TRUE))
    assert Values(DUCKDB).condition(parts).count("OR") == 3_000


def test_an_aggregate_of_a_sub_query_stays_inside(engine):
    sql = "SELECT COUNT(*) FROM participants WHERE (SELECT MAX(age) FROM hospital WHERE level >= 0) = age"
    with_events = "SELECT count(*) FROM participants WHERE person IN (SELECT person FROM hospital)"
    assert answer(engine, sql)[1][0][0] == engine.execute(with_events).fetchall()[0][0]


def test_a_band_has_to_be_replaced_before():
    with pytest.raises(TypeError, match="band"):
        Values(DUCKDB).expression(Band(CODE, 10, TRUE))


def test_spark_takes_a_backslash_as_it_is():
    assert Values(SPARK).condition(Like(CODE, "a\\%")) == "t0.`centre` LIKE 'a\\\\\\\\%'"
    assert LIMITS.longest_text == 2**31 - 1
