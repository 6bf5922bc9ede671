"""Appends a second beside plain SQLite inserts of the same rows, and entries verified offline a second.

    python benchmarks/speed/ledger.py [--json] [--entries 50000] [--repeat 3] [--directory DIR]

Takes about 60 s, 10 s with --quick.

Both writers commit the same bodies in groups of 1, 64 and 1,000 to SQLite in WAL mode with synchronous=FULL,
in turn, on the same disk; the ledger also encodes each entry, hashes it into the tree and stores the tree.
The median of `--repeat` runs is shown. CPU seconds are this process's.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from strongroom.clock import fixed
from strongroom.ledger import Entry, Ledger, Signer, SqliteDatabase, create_schema, offline_verifier

GROUPS = (1, 64, 1000)
ORIGIN = "bench/ledger"
START = datetime(2026, 4, 1, tzinfo=UTC)
# A commit of one entry waits for the disk: fewer of them say as much.
FEWER = 20


@dataclass(frozen=True)
class Measure:
    """How many entries a second, by the clock and by CPU time."""

    entries: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Entries a second."""
        return self.entries / self.seconds

    @property
    def cpu_rate(self) -> float:
        """Entries a CPU second."""
        return self.entries / self.cpu_seconds


def events(number: int) -> list[Entry]:
    return [
        Entry(
            kind="output.released",
            actor="researcher/rosalind.franklin",
            subject=f"project/cardio-{i % 50}/request/{i}",
            facts={
                "file": f"table-{i}.csv",
                "sha256": f"{i:064x}",
                "bytes": 18_000 + i,
                "verdict": "release",
            },
            time=START + timedelta(milliseconds=i),
            policy="9f" * 32,
        )
        for i in range(number)
    ]


def measured(entries: int, work: Callable[[], object]) -> Measure:
    seconds, cpu = time.perf_counter(), time.process_time()
    work()
    return Measure(entries, time.perf_counter() - seconds, time.process_time() - cpu)


def groups(items: Sequence[Entry], size: int) -> Iterable[Sequence[Entry]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def append(directory: Path, number: int, group: int) -> Measure:
    """Write with the ledger, from entries as values to durable commits."""
    database = SqliteDatabase.open(fresh(directory))
    with database.transaction():
        create_schema(database, "sqlite")
    ledger, entries = Ledger(database, origin=ORIGIN), events(number)

    def work() -> None:
        for some in groups(entries, group):
            with database.transaction():
                ledger.append(some)

    result = measured(number, work)
    database.close()
    return result


def insert(directory: Path, number: int, group: int) -> Measure:
    """Write the same bodies, encoded beforehand, to one plain table."""
    connection = sqlite3.connect(fresh(directory), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (id integer PRIMARY KEY, time text, body blob)")
    rows = [(i, entry.time_text, entry.to_bytes()) for i, entry in enumerate(events(number))]

    def work() -> None:
        for start in range(0, number, group):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO event VALUES (?, ?, ?)", rows[start : start + group])
            connection.execute("COMMIT")

    result = measured(number, work)
    connection.close()
    return result


def verify(directory: Path, number: int) -> Measure:
    """Verify an export of `number` entries with a checkpoint every 10,000."""
    database = SqliteDatabase.open(fresh(directory))
    signer = Signer.from_bytes(name=ORIGIN, seed=bytes(32))
    with database.transaction():
        create_schema(database, "sqlite")
    ledger = Ledger(database, origin=ORIGIN)
    for some in groups(events(number), 10_000):
        with database.transaction():
            ledger.append(some)
        with database.transaction():
            ledger.checkpoint(signer, clock=fixed(START))
    path = directory / "export.jsonl"
    ledger.export(path)
    database.close()
    return measured(number, lambda: offline_verifier.verify_file(path, [signer.verifier_key]))


def fresh(directory: Path) -> Path:
    return next(path for i in count() if not (path := directory / f"{i}.sqlite3").exists())


def median(measures: Sequence[Measure]) -> Measure:
    return sorted(measures, key=lambda measure: measure.rate)[len(measures) // 2]


def run(directory: Path, number: int, repeat: int) -> dict[str, object]:
    bodies = [len(entry.to_bytes()) for entry in events(1000)]
    checked = median([verify(directory, number) for _ in range(repeat)])
    return {
        "bytes_per_entry": sum(bodies) / len(bodies),
        "writes": [
            compare(directory, number // FEWER if group == 1 else number, group, repeat) for group in GROUPS
        ],
        "verify_per_second": round(checked.rate),
        "verify_per_cpu_second": round(checked.cpu_rate),
        "verify": asdict(checked),
    }


def compare(directory: Path, number: int, group: int, repeat: int) -> dict[str, object]:
    """Run both writers in turn, so that a busy moment of the machine meets both."""
    pairs = [(insert(directory, number, group), append(directory, number, group)) for _ in range(repeat)]
    plain, ours = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
    return {
        "group": group,
        "appends_per_second": round(ours.rate),
        "appends_per_cpu_second": round(ours.cpu_rate),
        "plain_inserts_per_second": round(plain.rate),
        "ratio": round(ours.rate / plain.rate, 3),
        "ledger": asdict(ours),
        "plain": asdict(plain),
    }


def table(result: dict[str, object]) -> str:
    lines = [
        f"{result['bytes_per_entry']:.0f} bytes an entry; SQLite, WAL, synchronous=FULL",
        "| group commit | appends/s | per CPU second | plain inserts/s | ratio |",
        "|---:|---:|---:|---:|---:|",
        *(
            f"| {row['group']:,} | {row['appends_per_second']:,} | {row['appends_per_cpu_second']:,} "
            f"| {row['plain_inserts_per_second']:,} | {row['ratio']:.2f} |"
            for row in result["writes"]
        ),
    ]
    verified = (
        f"offline verification: {result['verify_per_second']:,} entries/s "
        f"({result['verify_per_cpu_second']:,} per CPU second)"
    )
    return "\n".join([*lines, verified])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--directory", type=Path, help="where to write: the disk matters")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="5,000 entries, once")
    options = parser.parse_args()
    if options.quick:
        options.entries, options.repeat = 5_000, 1
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        result = run(Path(directory), options.entries, options.repeat)
    print(json.dumps(result) if options.json else table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
