"""Answers the questions of `questions/` through the gateway, on made-up tables of their schema."""

import re
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise import DEFAULT_RULE, CellNoise
from strongroom.disclosure.gateway import (
    ColumnReader,
    Gateway,
    Noise,
    Protection,
    QueriedView,
    ask,
    numbers_of,
    places_of,
)
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.errors import QueryError

_PEOPLE, _EVENTS = 5_000, 10_000
_LITERAL = re.compile(r"'([^'%_]{1,12})[%_]?'")
_NOISE = Noise(DEFAULT_RULE.noise, DEFAULT_RULE.groups_each)


class _Engine:
    """DuckDB in this process."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement; an error of the engine is an error of the benchmark."""
        return self.connection.sql(sql).to_arrow_table()


@dataclass
class Answering:
    """The gateway over made-up tables; texts are drawn from the constants that questions compare with."""

    schema: Schema
    texts: tuple[str, ...]
    bounds: dict[tuple[str, str], Bounds | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = _Engine(duckdb.connect())
        draw = np.random.default_rng(14)
        person = np.arange(_PEOPLE)
        self._store(self.schema.people, draw, person)
        for each in self.schema.events:
            self._store(each, draw, draw.integers(0, _PEOPLE, _EVENTS))

    def refusal(self, sql: str) -> str | None:
        """Return why the gateway refuses a query, or None if it is answered."""
        view = QueriedView(np.ones(_PEOPLE, np.bool_))
        protection = Protection(DEFAULT_RULE, CellNoise(b"q" * 32))
        reader = ColumnReader(self.schema, self.engine, view, protection)
        try:
            statement = read_statement(sql, self.schema)
            numbers_of(statement, view.name, _NOISE)
            for place in places_of(statement.queries) - self.bounds.keys():
                self.bounds[place] = reader.bounds(place)
            ask(statement, Gateway(self.engine, view, protection, self.bounds, _NOISE))
        except QueryError as error:
            return error.message
        return None

    def _store(self, table: Table, draw: np.random.Generator, person: NDArray[np.int64]) -> None:
        made = {name: self._values(kind, draw, len(person)) for name, kind in table.columns.items()}
        made |= {"person": pa.array(person)}
        if table is self.schema.people:
            made[SKETCH] = pa.array(np.zeros(len(person), np.uint64))
        self.engine.connection.register("made", pa.table(made))
        self.engine.connection.execute(f'CREATE TABLE "{table.name}" AS SELECT * FROM made')

    def _values(self, kind: Kind, draw: np.random.Generator, rows: int) -> pa.Array:
        missing = draw.random(rows) < 0.1
        if kind is Kind.NUMBER:
            return pa.array(np.round(draw.gamma(4, 5, rows), 1), mask=missing)
        if kind is Kind.DATE:
            return pa.array(np.datetime64("2004-01-01") + draw.integers(0, 6_000, rows), mask=missing)
        return pa.array(draw.choice(self.texts, rows), mask=missing)


def constants(sqls: list[str]) -> tuple[str, ...]:
    """Return the texts that queries compare with, sorted."""
    return tuple(sorted({text for sql in sqls for text in _LITERAL.findall(sql)}))
