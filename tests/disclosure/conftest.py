"""An engine in this process with people and events; what is tested with it is not how it is shut in."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from strongroom.disclosure.answer_noise.overlap_audit import sketch_bits
from strongroom.disclosure.query.emitting import SKETCH

PEOPLE = 6_000


class LocalEngine:
    """DuckDB in this process: what is tested here is not how it is shut in."""

    def __init__(self, connection):
        self.connection = connection

    def run(self, sql):
        return self.connection.sql(sql).to_arrow_table()


@pytest.fixture(scope="module")
def engine():
    draw = np.random.default_rng(20261121)
    bmi = np.round(draw.normal(27, 5, PEOPLE), 1)
    people = pa.table(
        {
            "person": np.arange(PEOPLE),
            SKETCH: sketch_bits(b"r" * 32, PEOPLE),
            "sex": draw.integers(1, 3, PEOPLE),
            "age": draw.integers(40, 70, PEOPLE),
            "bmi": pa.array(bmi, mask=draw.random(PEOPLE) < 0.05),
            "born": np.datetime64("1950-01-01") + draw.integers(0, 3650, PEOPLE),
            "centre": draw.choice(["a", "b", "c"], PEOPLE),
            "smoker": draw.random(PEOPLE) < 0.2,
        }
    )
    events = pa.table(
        {
            "person": draw.integers(0, PEOPLE, 9_000),
            "code": draw.choice(["I210", "E11", "J45"], 9_000),
            "date": np.datetime64("2005-01-01") + draw.integers(0, 5000, 9_000),
            "level": draw.normal(5, 1, 9_000),
        }
    )
    with duckdb.connect() as connection:
        connection.register("participants_in", people)
        connection.register("hospital_in", events)
        connection.execute("CREATE TABLE participants AS SELECT * FROM participants_in")
        connection.execute("CREATE TABLE hospital AS SELECT * FROM hospital_in")
        yield LocalEngine(connection)


@pytest.fixture
def changeable(engine):
    """Give the engine for a test that changes people, and change them back."""
    engine.connection.execute("BEGIN")
    yield engine
    engine.connection.execute("ROLLBACK")
