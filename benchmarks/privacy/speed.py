"""What protection costs: a GROUP BY COUNT over 5,000,000 people, CPU seconds beside plain DuckDB's.

    python -m benchmarks privacy/speed
    python benchmarks/privacy/speed.py --rows 500000

Takes about 60 s, 10 s with --quick.

The gateway's whole way: groups, sketches for the audit, names, changes, rounding.
"""

import argparse
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

from strongroom.disclosure.answer_noise import DEFAULT_RULE, CellNoise
from strongroom.disclosure.answer_noise.overlap_audit import sketch_bits
from strongroom.disclosure.differential_privacy import plan_privately
from strongroom.disclosure.differential_privacy.bounded_statements import sums_statement
from strongroom.disclosure.differential_privacy.laplace_noise import with_noise
from strongroom.disclosure.gateway import (
    ColumnReader,
    Gateway,
    Noise,
    Protection,
    QueriedView,
    ask,
    places_of,
)
from strongroom.disclosure.query.emitting import DUCKDB, SKETCH
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table

SQL = "SELECT sex, region, COUNT(*) AS n FROM participants GROUP BY sex, region"
SCHEMA = Schema(Table("participants", {"sex": Kind.NUMBER, "region": Kind.NUMBER}))
_PEOPLE = 5_000_000
_MOST = {"cell key and rounding": 2.0, "differential privacy": 3.0}


class Engine:
    """DuckDB in this process, over people made up."""

    def __init__(self, rows: int, threads: int) -> None:
        draw = np.random.default_rng(1)
        self.sketch_bits = sketch_bits(b"r" * 32, rows)
        made = {
            "person": np.arange(rows),
            SKETCH: self.sketch_bits,
            "sex": draw.integers(0, 2, rows, dtype=np.int8),
            "region": draw.integers(0, 22, rows, dtype=np.int8),
        }
        self.connection = duckdb.connect(config={"threads": threads})
        self.connection.register("made", pa.table(made))
        self.connection.execute("CREATE TABLE participants AS SELECT * FROM made")

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement."""
        return self.connection.sql(sql).to_arrow_table()


def main() -> int:
    """Print the table; 1 where something costs more than it may."""
    chosen = _arguments()
    engine = Engine(chosen.rows, chosen.threads)
    statement = read_statement(SQL, SCHEMA)
    rule = DEFAULT_RULE
    plan = plan_privately(statement.queries[0], {("participants", "sex"): (0, 1)}, epsilon=1.0)

    everyone = np.ones(chosen.rows, np.bool_)

    known, protection = QueriedView(everyone), Protection(rule, CellNoise(b"s" * 32))
    # Found once for a view and then kept, so not a part of a query's time.
    reader = ColumnReader(SCHEMA, engine, known, protection)
    bounds = {place: reader.bounds(place) for place in places_of(statement.queries)}

    def asked() -> None:
        ask(statement, Gateway(engine, known, protection, bounds, Noise(rule.noise, 5)))

    def privately() -> None:
        table = engine.run(sums_statement(plan, DUCKDB))
        with_noise(table.column("people").to_numpy().astype(np.int64), sensitivity=1, epsilon=1.0)

    timed = {
        "plain DuckDB": lambda: engine.run(SQL),
        "cell key and rounding": asked,
        "differential privacy": privately,
    }
    seconds = {name: _seconds(work, chosen.repeats) for name, work in timed.items()}
    base = seconds["plain DuckDB"]
    print(f"{chosen.rows:,} people, {chosen.threads} threads, least of {chosen.repeats}\n")
    print("| | CPU s | times plain | at most |\n|---|---|---|---|")
    for name, each in seconds.items():
        print(f"| {name} | {each:.3f} | {each / base:.2f} | {_MOST.get(name, '')} |")
    # Of fewer people what does not grow with them decides, and the aim is not for those.
    return exit_code(
        f"{name} takes {seconds[name] / base:.2f} times plain DuckDB, at most {most}"
        for name, most in _MOST.items()
        if seconds[name] > most * base and chosen.rows >= _PEOPLE
    )


def _seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the least CPU seconds of several runs, all threads together."""
    work()
    taken = []
    for _ in range(repeats):
        before = resource.getrusage(resource.RUSAGE_SELF)
        work()
        after = resource.getrusage(resource.RUSAGE_SELF)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=_PEOPLE)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="200,000 people, twice")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rows, chosen.repeats = 200_000, 2
    return chosen


if __name__ == "__main__":
    sys.exit(main())
