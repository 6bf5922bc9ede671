"""Entries a second as a user gets them: through acts in a home, verified there; and of the log alone.

    python benchmarks/speed/ledger.py [--json] [--entries 50000] [--repeat 3] [--directory DIR]

Takes about 60 s, 10 s with --quick.

Both writers commit the same bodies in groups of 1, 64 and 1,000 to SQLite in WAL mode with synchronous=FULL,
in turn, on the same disk; the ledger also encodes each entry, hashes it into the tree and stores the tree.
The median of `--repeat` runs is shown. CPU seconds are this process's.

In a home, `single` is one act an entry, each with its own commit, digest of a row and witness's memory;
`grouped` is one act with all entries; `verify` is what `strongroom ledger verify` does. On a busy machine the
figures a CPU second say more. A single act waits for the disk: the seconds of one fsync are shown beside it.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median as median_of

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


def in_home(directory: Path, number: int) -> dict[str, object]:
    """Return the speed of acts in a new home, and of verifying them there."""
    from strongroom.portal.home import create_home, set_up_django  # noqa: PLC0415 - Django is set up here

    set_up_django()
    from strongroom.portal.acts.transactions import act  # noqa: PLC0415 - models need Django
    from strongroom.portal.oversight.ledger_audit import verify_ledger  # noqa: PLC0415 - likewise
    from strongroom.portal.people.actions import ensure_institution  # noqa: PLC0415 - likewise

    home = create_home(Path(tempfile.mkdtemp(dir=directory)) / "home")
    few = max(number // 200, 20)

    def single() -> None:
        for i in range(few):
            with act(home, by="benchmark") as record:
                ensure_institution(home, name=f"Institution {i}", record=record)

    def grouped() -> None:
        with act(home, by="benchmark") as record:
            for entry in events(number):
                record(entry.kind, entry.subject, **entry.facts)

    return {
        "fsync_seconds": fsync_seconds(directory),
        "single": measured(few, single),
        "grouped": measured(number, grouped),
        "verify": measured(number + few, lambda: verify_ledger(home)),
    }


def fsync_seconds(directory: Path, times: int = 20) -> float:
    """Return how long the disk takes to keep 4 kB for good."""
    with (directory / "fsync").open("wb", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(times):
            file.write(bytes(4096))
            os.fsync(file.fileno())
        return (time.perf_counter() - began) / times


def fresh(directory: Path) -> Path:
    return next(path for i in count() if not (path := directory / f"{i}.sqlite3").exists())


def median(measures: Sequence[Measure]) -> Measure:
    return sorted(measures, key=lambda measure: measure.rate)[len(measures) // 2]


def run(directory: Path, number: int, repeat: int) -> dict[str, object]:
    bodies = [len(entry.to_bytes()) for entry in events(1000)]
    checked = median([verify(directory, number) for _ in range(repeat)])
    homes = [in_home(directory, number) for _ in range(repeat)]
    return {
        "fsync_ms": round(1000 * median_of([home["fsync_seconds"] for home in homes]), 2),
        "in_home": {
            name: rates(median([home[name] for home in homes])) for name in ("single", "grouped", "verify")
        },
        "bytes_per_entry": sum(bodies) / len(bodies),
        "writes": [
            compare(directory, number // FEWER if group == 1 else number, group, repeat) for group in GROUPS
        ],
        "verify_per_second": round(checked.rate),
        "verify_per_cpu_second": round(checked.cpu_rate),
        "verify": asdict(checked),
    }


def rates(measure: Measure) -> dict[str, int]:
    return {"per_second": round(measure.rate), "per_cpu_second": round(measure.cpu_rate)}


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
        f"in a home (one fsync takes {result['fsync_ms']} ms):",
        *(
            f"  {name}: {each['per_second']:,} entries/s ({each['per_cpu_second']:,} per CPU second)"
            for name, each in result["in_home"].items()
        ),
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
