"""Answers the questions of `questions/` through the gateway, on made-up tables of their schema."""

import re
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from benchmarks.privacy._gateway import USUAL_NOISE, LocalGateway
from numpy.typing import NDArray

from strongroom.disclosure.gateway import numbers_of
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.errors import QueryError

_PEOPLE, _EVENTS = 5_000, 10_000
_LITERAL = re.compile(r"'([^'%_]{1,12})[%_]?'")


@dataclass
class Answering:
    """The gateway over made-up tables; texts are drawn from the constants that questions compare with."""

    schema: Schema
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        self.gateway = LocalGateway(self.schema, duckdb.connect(), _PEOPLE)
        draw = np.random.default_rng(14)
        person = np.arange(_PEOPLE)
        self._store(self.schema.people, draw, person)
        for each in self.schema.events:
            self._store(each, draw, draw.integers(0, _PEOPLE, _EVENTS))

    def refusal(self, sql: str) -> str | None:
        """Return why the gateway refuses a query, or None if it is answered."""
        try:
            statement = read_statement(sql, self.schema)
            numbers_of(statement, self.gateway.view.name, USUAL_NOISE)
            self.gateway.ask(statement)
        except QueryError as error:
            return error.message
        return None

    def _store(self, table: Table, draw: np.random.Generator, person: NDArray[np.int64]) -> None:
        made = {name: self._values(kind, draw, len(person)) for name, kind in table.columns.items()}
        made |= {"person": pa.array(person)}
        if table is self.schema.people:
            made[SKETCH] = pa.array(np.zeros(len(person), np.uint64))
        connection = self.gateway.connection
        connection.register("made", pa.table(made))
        connection.execute(f'CREATE TABLE "{table.name}" AS SELECT * FROM made')

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
