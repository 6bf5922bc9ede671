"""What protection costs: statistics by group over 5,000,000 people, CPU seconds beside plain DuckDB's.

    python -m benchmarks privacy/speed
    python benchmarks/privacy/speed.py --rows 500000

Takes about 60 s, 10 s with --quick.

A count takes the gateway's whole way: groups, sketches for the audit, names, changes, rounding. Of the other
statistics the engine's statements alone are measured, with the bounds of a view, which are found once. Twice
plain DuckDB is the aim, which means, standard deviations and correlations miss: the column `by hand` is the
least SQL for the same sums of clamped integers, without sketches, cleaned keys or pairs that are complete.
"""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.privacy._gateway import LocalGateway, arguments, cohort

from strongroom.disclosure.answer_noise.overlap_audit import sketch_bits
from strongroom.disclosure.differential_privacy import plan_privately
from strongroom.disclosure.differential_privacy.bounded_statements import sums_statement
from strongroom.disclosure.differential_privacy.laplace_noise import with_noise
from strongroom.disclosure.gateway.groups import results_of
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import DUCKDB, SKETCH, emit
from strongroom.disclosure.query.emitting.sums import scaled
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Column, Kind
from strongroom.disclosure.query.schema import Schema, Table

SQL = "SELECT sex, region, COUNT(*) AS n FROM participants GROUP BY sex, region"
SCHEMA = Schema(Table("participants", dict.fromkeys(("sex", "region", "age", "bmi"), Kind.NUMBER)))
_PEOPLE = 5_000_000
_BOUNDS = {"age": Bounds(30, 80), "bmi": Bounds(10, 60)}
_STATISTICS = {
    "COUNT(bmi)": 2.3,
    "AVG(bmi)": 3.5,
    "STDDEV(bmi)": 4.0,
    "MEDIAN(bmi)": 2.0,
    "CORR(bmi, age)": 4.5,
    "COUNT(DISTINCT age)": 2.0,
}
"""The most that a statistic's statements may take, in times of plain DuckDB: a regression, not the aim."""
_BY_HAND = {
    "AVG(bmi)": "count(y), sum(y)",
    "STDDEV(bmi)": "count(y), sum(y), sum(CAST(y AS BIGINT) * y)",
    "CORR(bmi, age)": "count(y), sum(y), sum(x), sum(CAST(y AS BIGINT) * y), sum(CAST(x AS BIGINT) * x), "
    "sum(CAST(x AS BIGINT) * y)",
}
_MOST = {"cell key and rounding": 2.0, "differential privacy": 3.0}


def made_up(rows: int) -> dict[str, Any]:
    """Return the columns of made-up people."""
    draw = np.random.default_rng(1)
    return {
        SKETCH: sketch_bits(b"r" * 32, rows),
        "sex": draw.integers(0, 2, rows, dtype=np.int8),
        "region": draw.integers(0, 22, rows, dtype=np.int8),
        "age": draw.integers(40, 70, rows, dtype=np.int16),
        "bmi": pa.array(np.round(draw.normal(27, 5, rows), 1), mask=draw.random(rows) < 0.05),
    }


def main() -> int:
    """Print the table; 1 where something costs more than it may."""
    quick = {"rows": 200_000, "repeats": 2}
    chosen = arguments(__doc__, rows=_PEOPLE, threads=2, repeats=5, quick=quick)
    engine = LocalGateway(SCHEMA, cohort(made_up(chosen.rows), chosen.threads), chosen.rows)
    statement = read_statement(SQL, SCHEMA)
    plan = plan_privately(statement, {("participants", "sex"): (0, 1)}, epsilon=1.0)

    def privately() -> None:
        table = engine.run(sums_statement(plan, DUCKDB))
        with_noise(table.column("people").to_numpy().astype(np.int64), sensitivity=1, epsilon=1.0)

    timed = {
        "plain DuckDB": lambda: engine.run(SQL),
        "cell key and rounding": lambda: engine.ask(statement),
        "differential privacy": privately,
    }
    seconds = {name: _seconds(work, chosen.repeats) for name, work in timed.items()}
    base = seconds["plain DuckDB"]
    print(f"{chosen.rows:,} people, {chosen.threads} threads, least of {chosen.repeats}\n")
    print("| | CPU s | times plain | at most |\n|---|---|---|---|")
    for name, each in seconds.items():
        print(f"| {name} | {each:.3f} | {each / base:.2f} | {_MOST.get(name, '')} |")
    times = {name: seconds[name] / base for name in _MOST} | _statistics(engine, chosen.repeats)
    # Of fewer people what does not grow with them decides, and the aim is not for those.
    return exit_code(
        f"{name} takes {times[name]:.2f} times plain DuckDB, at most {most}"
        for name, most in (_MOST | _STATISTICS).items()
        if times[name] > most and chosen.rows >= _PEOPLE
    )


def _statistics(engine: LocalGateway, repeats: int) -> dict[str, float]:
    """Return how many times plain DuckDB's time each statistic's statements take, and print it."""
    print("\n| statements of | plain, CPU s | times plain | by hand | at most |\n|---|---|---|---|---|")
    found = {}
    for name, most in _STATISTICS.items():
        sql = f"SELECT sex, region, {name} AS v FROM participants GROUP BY sex, region"
        plain = _seconds(lambda sql=sql: engine.run(sql), repeats)  # type: ignore[misc]
        found[name] = _seconds(_emitted(engine, sql), repeats) / plain
        least = (
            f"{_seconds(_by_hand(engine, _BY_HAND[name]), repeats) / plain:.2f}" if name in _BY_HAND else ""
        )
        print(f"| {name} | {plain:.3f} | {found[name]:.2f} | {least} | {most} |")
    return found


def _by_hand(engine: LocalGateway, sums: str) -> Callable[[], object]:
    """Return what runs the sums of both columns' values, clamped and scaled to integers."""
    values = [
        f"{scaled(name, each, DUCKDB)} AS {alias}"
        for (name, each), alias in zip(_BOUNDS.items(), "xy", strict=True)
        if f"({alias})" in sums
    ]
    rows = f"SELECT sex, region, {', '.join(values)} FROM participants"
    sql = f"SELECT sex, region, count(*), {sums} FROM ({rows}) GROUP BY sex, region"
    return lambda: engine.run(sql)


def _emitted(engine: LocalGateway, sql: str) -> Callable[[], object]:
    """Return what runs the statements that a query becomes."""
    (query,) = read_statement(sql, SCHEMA).queries
    of = [each for each in query.measures[0].of if isinstance(each, Column)]
    emitted = emit(query, DUCKDB, {0: tuple(_BOUNDS[each.name] for each in of)})
    return lambda: results_of(emitted, engine)


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


if __name__ == "__main__":
    sys.exit(main())
