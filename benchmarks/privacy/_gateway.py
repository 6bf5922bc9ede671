"""The query gateway over tables in this process, and the arguments that its benchmarks share."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from strongroom.disclosure.answer_noise import DEFAULT_RULE, CellNoise
from strongroom.disclosure.gateway import Answer, ColumnReader, Gateway, Noise, Protection, QueriedView, ask
from strongroom.disclosure.gateway.value_bounds import Place
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.representation import Statement
from strongroom.disclosure.query.schema import Schema

USUAL_NOISE = Noise(DEFAULT_RULE.noise, DEFAULT_RULE.groups_each)
_PROTECTION = Protection(DEFAULT_RULE, CellNoise(b"p" * 32))


@dataclass
class LocalGateway:
    """The gateway with the default rule; an error of the engine is an error of the benchmark.

    `bounds` are those of the columns that were asked about: they are found once.
    """

    schema: Schema
    connection: duckdb.DuckDBPyConnection
    people: int
    bounds: dict[Place, Bounds | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.view = QueriedView(np.ones(self.people, np.bool_))

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement, as an engine."""
        return self.connection.sql(sql).to_arrow_table()

    def ask(self, statement: Statement, noise: Noise = USUAL_NOISE) -> Answer:
        """Answer a statement without charging it; QueryError for values without bounds."""
        reader = ColumnReader(self.schema, self, self.view, _PROTECTION)
        self.bounds |= reader.bounds_for(statement.queries, self.bounds)
        return ask(statement, Gateway(self, self.view, _PROTECTION, self.bounds, noise)).answer


def cohort(columns: Mapping[str, Any], threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Return a database with the table `participants`: one row per person, with what the emitter needs."""
    people = len(next(iter(columns.values())))
    made = {"person": np.arange(people), SKETCH: np.zeros(people, np.uint64), **columns}
    connection = duckdb.connect(config={"threads": threads})
    connection.register("made", pa.table(made))
    connection.execute("CREATE TABLE participants AS SELECT * FROM made")
    return connection


def arguments(description: str | None, *, quick: Mapping[str, int], **usual: int) -> argparse.Namespace:
    """Parse the command line: an option for each usual number, and --quick, which sets those in `quick`."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, value in usual.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    told = ", ".join(f"{value:,} {name}" for name, value in quick.items())
    parser.add_argument("--quick", action="store_true", help=told)
    chosen = parser.parse_args()
    if chosen.quick:
        vars(chosen).update(quick)
    return chosen
