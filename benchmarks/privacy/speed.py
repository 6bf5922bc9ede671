"""What protection costs: a GROUP BY COUNT over 5,000,000 people, CPU seconds beside plain DuckDB's.

    python -m benchmarks privacy/speed
    python benchmarks/privacy/speed.py --rows 500000

The audit, which reads who is in which group, is on a line of its own.
"""

import argparse
import resource
import sys
from collections.abc import Callable
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa

from strongroom.disclosure.gateway import Known, Protection, ask
from strongroom.disclosure.privacy import plan_privately
from strongroom.disclosure.privacy.noise import with_noise
from strongroom.disclosure.privacy.statements import sums_statement
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.disclosure.release import DEFAULT_RULE, Audit, CellNoise, shown_counts
from strongroom.disclosure.release.noise import record_keys

SQL = "SELECT sex, region, COUNT(*) AS n FROM participants GROUP BY sex, region"
SCHEMA = Schema(Table("participants", {"sex": Kind.NUMBER, "region": Kind.NUMBER}))
_MOST = {"rounding": 2.0, "cell key and rounding": 2.0, "differential privacy": 3.0}


class Engine:
    """DuckDB in this process, over people made up."""

    def __init__(self, rows: int, threads: int) -> None:
        draw = np.random.default_rng(1)
        self.keys = record_keys(b"r" * 32, np.arange(rows))
        made = {
            "person": np.arange(rows),
            "record_key": self.keys,
            "sex": draw.integers(0, 2, rows, dtype=np.int8),
            "region": draw.integers(0, 22, rows, dtype=np.int8),
        }
        self.connection = duckdb.connect(config={"threads": threads})
        self.connection.register("made", pa.table(made))
        self.connection.execute("CREATE TABLE participants AS SELECT * FROM made")

    def run(self, sql: str, *, more: dict[str, pa.Table] | None = None) -> pa.Table:
        """Return the rows of one statement."""
        for name, table in (more or {}).items():
            self.connection.register(name, table)
        return self.connection.sql(sql).to_arrow_table()


def main() -> int:
    """Print the table; 1 where something costs more than it may."""
    chosen = _arguments()
    engine = Engine(chosen.rows, chosen.threads)
    query = read_query(SQL, SCHEMA)
    rule = DEFAULT_RULE
    noise = CellNoise(b"s" * 32, most=rule.most_change, variance=rule.variance)
    plain_rule = replace(rule, most_change=0, variance=0.0)
    without = CellNoise(b"s" * 32, most=0, variance=0.0)
    plan = plan_privately(query, {("participants", "sex"): (0, 1)}, epsilon=1.0)

    def counted(how: CellNoise, shown: object) -> None:
        cells = engine.run(emit(query, DUCKDB).cells)
        people = cells.column("people").to_numpy().astype(np.int64)
        keys = cells.column("group_key").to_numpy().astype(np.uint64)
        shown_counts(people, keys, noise=how, rule=rule if shown else plain_rule)

    def privately() -> None:
        table = engine.run(sums_statement(plan, DUCKDB))
        with_noise(table.column("people").to_numpy().astype(np.int64), sensitivity=1, epsilon=1.0)

    def whole() -> None:
        known = Known(Audit(rule.similar), engine.keys, np.ones(chosen.rows, np.bool_))
        ask(query, engine, known, protection=Protection(rule, noise))

    timed = {
        "plain DuckDB": lambda: engine.run(SQL),
        "rounding": lambda: counted(without, None),
        "cell key and rounding": lambda: counted(noise, rule),
        "differential privacy": privately,
        "the gateway, with its audit": whole,
    }
    seconds = {name: _seconds(work, chosen.repeats) for name, work in timed.items()}
    base = seconds["plain DuckDB"]
    print(f"{chosen.rows:,} people, {chosen.threads} threads, least of {chosen.repeats}\n")
    print("| | CPU s | times plain | at most |\n|---|---|---|---|")
    for name, each in seconds.items():
        print(f"| {name} | {each:.3f} | {each / base:.2f} | {_MOST.get(name, '')} |")
    return int(any(seconds[name] > most * base for name, most in _MOST.items()))


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
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
