"""The query engine's process: it answers, it cannot reach out, and it never says why something failed."""

import datetime as dt

import pyarrow as pa
import pytest

from strongroom.errors import RefusedError
from strongroom.sandbox.queries import EngineFailure, QueryEngine, QueryLimits
from strongroom.sandbox.queries import engine as engine_module

PEOPLE = pa.table(
    {
        "person": pa.array([0, 1, 2, 3]),
        "bmi": [21.5, 30.25, None, 44.125],
        "born": [dt.date(1950, 1, day) for day in (1, 2, 3, 4)],
        "note": ["secret one", "secret two", None, "secret four"],
    }
)


@pytest.fixture(scope="module")
def engine():
    with QueryEngine({"participants": PEOPLE}) as running:
        yield running


def test_statements_are_answered_from_the_tables_given(engine):
    found = engine.run("SELECT count(*) AS n, avg(bmi) AS m, min(born) AS b FROM participants")
    assert found.to_pylist() == [{"n": 4, "m": pytest.approx(31.958333), "b": dt.date(1950, 1, 1)}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT error('x' || note) FROM participants",
        "SELECT CAST(note AS INTEGER) FROM participants",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM '/etc/passwd'",
        "COPY participants TO '/tmp/out.csv'",
        "ATTACH '/tmp/x.db' AS x",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SELECT * FROM PEOPLE_OF_THE_HOST",
        "SELECT * FROM participants WHERE",
    ],
)
def test_what_fails_or_is_not_allowed_says_nothing(engine, sql):
    with pytest.raises(EngineFailure) as failure:
        engine.run(sql)
    assert str(failure.value) == "The query failed. Simplify the query."
    assert not failure.value.late
    assert failure.value.__suppress_context__ or failure.value.__context__ is None
    assert engine.run("SELECT count(*) AS n FROM participants").to_pylist() == [{"n": 4}]


def test_a_statement_that_takes_too_long_is_stopped():
    limits = QueryLimits(seconds=0.5)
    slow = "SELECT count(*) FROM range(100000000000) a WHERE hash(a) % 7 = 3"
    with QueryEngine({}, limits=QueryLimits()) as running:
        running._limits = limits
        with pytest.raises(EngineFailure) as failure:
            running.run(slow)
        assert failure.value.late
        with pytest.raises(EngineFailure):
            running.run("SELECT 1")


def test_memory_is_limited():
    with QueryEngine({}, limits=QueryLimits(memory_bytes=64 << 20)) as running:
        with pytest.raises(EngineFailure) as failure:
            running.run("SELECT list(a) FROM range(100000000) r(a)")
        assert not failure.value.late


@pytest.mark.parametrize(
    ("start", "limits", "message"),
    [
        ("raise SystemExit(3)", QueryLimits(), r"did not start \(its exit code is 3\)"),
        ("import time; time.sleep(60)", QueryLimits(seconds=0.5), "did not start in time"),
        (None, QueryLimits(memory_bytes=1 << 20), "could not load the tables"),
    ],
)
def test_an_engine_that_is_not_ready_says_how_far_it_came(monkeypatch, start, limits, message):
    """Before a query is paid for, and not as if the query were at fault."""
    if start is not None:
        monkeypatch.setattr(engine_module, "_START", start)
    large = pa.table({"person": pa.array(range(1_000_000))})
    with pytest.raises(RefusedError, match=message), QueryEngine({"participants": large}, limits=limits):
        pass


def test_the_death_of_the_process_says_nothing_either():
    with QueryEngine({"participants": PEOPLE}) as running:
        running._process.kill()
        for _ in range(2):
            with pytest.raises(EngineFailure) as failure:
                running.run("SELECT 1")
            assert str(failure.value) == "The query failed. Simplify the query."


def test_an_engine_that_is_not_running_answers_nothing():
    with pytest.raises(EngineFailure):
        QueryEngine({"participants": PEOPLE}).run("SELECT 1")
