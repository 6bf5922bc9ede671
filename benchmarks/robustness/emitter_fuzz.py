"""Random queries over extreme rows: no statement that the emitter writes may fail in the engine.

    python benchmarks/robustness/emitter_fuzz.py --expressions 1000000
    python benchmarks/robustness/emitter_fuzz.py --seed 7

Takes about 60 s, 15 s with --quick.

An engine error that depends on a row reveals the row. Expressions and conditions of every function, nested up
to six levels, run over 60 people and 300 events with the values at which engines fail: infinite numbers and
dates, NaN, the ends of every integer type, dates outside of the years 1 to 9999, texts of 100,000 characters.
Whole queries run as well, and their answers must keep the emitter's promises: bins within their
number, nobody above 1 in a sum, no key that is not a number. It fails on any error, and prints the expression
made as small as it still fails.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.robustness._queries import DEEPEST, Writer, shrunk, tables

from strongroom.disclosure.query.emitting import BINS, DUCKDB, SPARK, Emitted, emit
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.emitting.values import Values
from strongroom.disclosure.query.representation import Kind, Query, Statistic
from strongroom.errors import QueryError

_A_STATEMENT = 40
_WITH_LOOKUPS = 2
"""Sub-queries become joins, and an engine takes long to plan many of them."""
_MOST_FAILURES = 5
_SUMS = ("_x", "_y", "_xx", "_yy", "_xy")


@dataclass
class Fuzz:
    """Runs random expressions and queries; `failures` describe those that the engine does not answer."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._engine = duckdb.connect(config={"threads": 1})
        for name, table in tables(self.seed).items():
            self._engine.register("incoming", table)
            self._engine.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        self._draw = Random(self.seed)

    def expressions(self, many: int) -> None:
        """Run so many expressions and conditions, several in a statement."""
        while many > 0 and len(self.failures) < _MOST_FAILURES:
            looks_up = self._draw.random() < 0.8
            batch = list(self._expressions(min(many, _WITH_LOOKUPS if looks_up else _A_STATEMENT), looks_up))
            many -= len(batch)
            self.counts["expressions"] += len(batch)
            self.counts["statements"] += 1
            if self._error(_statement([sql for _, sql in batch])):
                self._find(batch)

    def queries(self, many: int) -> None:
        """Run so many queries, each as its statements of groups and of distributions."""
        for _ in range(many):
            query, bounds = Writer(self._draw).query()
            try:
                emitted = emit(query, DUCKDB, bounds)
                emit(query, SPARK, bounds)
            except QueryError:
                self.counts["too long"] += 1
                continue
            self.counts["queries"] += 1
            for place, sql in _written(emitted):
                self.counts["statements"] += 1
                self._answered(query, sql, place)
            if len(self.failures) >= _MOST_FAILURES:
                return

    def _answered(self, query: Query, sql: str, place: int | None) -> None:
        try:
            table = self._engine.sql(sql).to_arrow_table()
            wrong = _broken(query, table, place)
        except Exception as error:  # noqa: BLE001 - every one is a failure
            wrong = f"{error}".splitlines()[0]
        if wrong:
            self.failures.append(f"{wrong}: {query}\n{sql}")

    def _expressions(self, many: int, looks_up: bool) -> Iterator[tuple[Any, str]]:  # noqa: FBT001
        while many > 0:
            writer = Writer(self._draw, looks_up=looks_up)
            conditional = self._draw.random() < 0.3
            depth = self._draw.randint(1, DEEPEST)
            kind = self._draw.choice(list(Kind))
            of = writer.condition(depth) if conditional else writer.expression(kind, depth)
            try:
                yield of, _sql(of)
                many -= 1
            except QueryError:
                self.counts["too long"] += 1

    def _find(self, batch: Sequence[tuple[Any, str]]) -> None:
        for of, sql in batch:
            if self._error(_statement([sql])):
                least = shrunk(of, lambda each: self._error(_statement([_sql(each)])) != "")
                self.failures.append(f"{self._error(_statement([_sql(least)]))}: {least}\n{_sql(least)}")
                return
        self.failures.append(f"only together: {self._error(_statement([sql for _, sql in batch]))}")

    def _error(self, sql: str) -> str:
        try:
            self._engine.execute(sql).fetchall()
        except Exception as error:  # noqa: BLE001 - every one is a failure
            return f"{error}".splitlines()[0] or type(error).__name__
        return ""


def _written(of: Emitted) -> Iterator[tuple[int | None, str]]:
    """Yield each statement with the number of its distribution; None for one with rows of groups."""
    yield None, of.cells
    if of.joint is not None:
        yield None, of.joint
    yield from of.distributions.items()


def _sql(of: Any) -> str:
    values = Values(DUCKDB)
    return values.expression(of) if hasattr(of, "kind") else values.condition(of)


def _statement(written: Sequence[str]) -> str:
    # A hash needs the value; a count of it might not be computed.
    shown = ", ".join(f"bit_xor(hash({each}))" for each in written)
    return f"SELECT {shown} FROM participants AS t0"


def _broken(query: Query, table: pa.Table, place: int | None) -> str:
    """Return which promise of the emitter an answer breaks."""
    rows = table.to_pylist()
    if any(value != value for row in rows for value in row.values()):  # noqa: PLR0124 - not a number
        return "not a number"
    if place is None:
        sums = [(row[name] or 0, row["people"] or 0) for row in rows for name in row if name.endswith(_SUMS)]
        return "a sum above its people" if any(abs(each) > UNIT * of for each, of in sums) else ""
    binned = query.measures[place].statistic is Statistic.QUANTILE
    return "a bin outside" if binned and not all(0 <= row["bin"] < BINS for row in rows) else ""


def main() -> int:
    """Run the expressions and queries; 1 when one failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--expressions", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=None, help="one for 50 expressions by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="3,000 expressions")
    chosen = parser.parse_args()
    expressions = 3_000 if chosen.quick else chosen.expressions
    queries = expressions // 50 if chosen.queries is None else chosen.queries
    fuzz, began = Fuzz(chosen.seed), time.perf_counter()
    fuzz.expressions(expressions)
    fuzz.queries(queries)
    used = resource.getrusage(resource.RUSAGE_SELF)
    counted = ", ".join(f"{count:,} {name}" for name, count in fuzz.counts.items())
    print(f"{counted}, seed {chosen.seed}: {len(fuzz.failures)} errors")
    print(f"{time.perf_counter() - began:,.0f} s, {used.ru_utime + used.ru_stime:,.0f} CPU s")
    return exit_code(fuzz.failures)


if __name__ == "__main__":
    sys.exit(main())
