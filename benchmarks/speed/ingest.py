"""How fast and in how much memory a wide CSV is taken in, beside DuckDB's load of the same file.

    python -m benchmarks speed/ingest
    python benchmarks/speed/ingest.py --rows 500000 --columns 51

Takes about 2 min, 20 s with --quick.

Ours parses by the dictionary, counts, searches every value for direct identifiers, encrypts and syncs;
DuckDB's is `CREATE TABLE AS SELECT * FROM read_csv(...)` into an unencrypted database file. Each run is a
process of its own, in turn; the table shows the median of `--repeat` runs and the highest peak of resident
memory. One line of JSON ends it.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv

from strongroom.cohort import ingest_cohort
from strongroom.cohort.dictionary import Coding, Dictionary, Field, Role, ValueType
from strongroom.cohort.keys import new_key

_KINDS = ("real", "integer", "category", "date", "real", "text")
_PIECE = 50_000

Work = Callable[[Path, Path, int], None]


def fields_of(columns: int) -> list[Field]:
    """Return as many fields as asked for, of every type, in turn."""
    yes_no = Coding("yes-no", {"0": "no", "1": "yes", "-1": "unknown", "-3": "not said"})
    icd = Coding("letters", {f"{letter}{number:02}": "" for letter in "ABCDEIJ" for number in range(100)})
    made = []
    for place in range(columns):
        kind = _KINDS[place % len(_KINDS)]
        facts = {"category": {"coding": yes_no}, "text": {"coding": icd}}.get(kind, {})
        value_type = ValueType.CATEGORY if kind == "text" else ValueType(kind)
        made.append(Field.named(f"p{30_000 + place}_i0", value_type, Role.MEASUREMENT, **facts))
    return made


def write_csv(path: Path, rows: int, fields: list[Field]) -> None:
    """Write random values with a tenth missing."""
    random = np.random.default_rng(7)
    ids = random.permutation(5_000_000)[:rows] + 1_000_000
    writer = None
    for start in range(0, rows, _PIECE):
        piece = ids[start : start + _PIECE]
        table = {"eid": pa.array(piece)}
        for field in fields:
            table[field.name] = _values(field, len(piece), random)
        made = pa.table(table)
        writer = writer or pa.csv.CSVWriter(
            path, made.schema, write_options=pa.csv.WriteOptions(quoting_style="none")
        )
        writer.write(made)
    writer.close()


def _values(field: Field, rows: int, random: np.random.Generator) -> pa.Array:
    mask = random.random(rows) < 0.1
    if field.type is ValueType.REAL:
        return pa.array(np.round(random.normal(140, 20, rows), 2), mask=mask)
    if field.type is ValueType.INTEGER:
        return pa.array(random.integers(0, 200, rows), mask=mask)
    if field.type is ValueType.DATE:
        return pa.array(np.datetime64("2006-01-01") + random.integers(0, 6_000, rows), mask=mask)
    codes = pa.array(list(field.coding.values))
    return codes.take(pa.array(random.integers(0, len(codes), rows), mask=mask))


def load_with_duckdb(source: Path, into: Path, _columns: int) -> None:
    with duckdb.connect(str(into)) as database:
        database.execute("SET enable_progress_bar = false")
        database.execute(f"CREATE TABLE participants AS SELECT * FROM read_csv('{source}')")


def take_in(source: Path, into: Path, columns: int) -> None:
    ingest_cohort(
        "bench",
        participants=source,
        dictionary=Dictionary.of(fields_of(columns)),
        id_column="eid",
        into=into,
        key=new_key(),
    )


def measured(work: Work, source: Path, columns: int) -> tuple[float, float]:
    """Run `work` in a fresh process; returns seconds (imports not counted) and the peak of memory in MiB."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, source, columns, send))
    process.start()
    seconds, peak = receive.recv()
    process.join()
    return seconds, peak


def _run(work: Work, source: Path, columns: int, send: Connection) -> None:
    folder = Path(tempfile.mkdtemp(dir=source.parent))
    began = time.perf_counter()
    work(source, folder / "out", columns)
    seconds = time.perf_counter() - began
    shutil.rmtree(folder)
    send.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--columns", type=int, default=51, help="with the id")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="20,000 rows, once")
    asked = parser.parse_args()
    if asked.quick:
        asked.rows, asked.repeat = 20_000, 1
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "participants.csv"
        write_csv(source, asked.rows, fields_of(asked.columns - 1))
        runs = {"duckdb": [], "strongroom": []}
        for _ in range(asked.repeat):
            runs["duckdb"].append(measured(load_with_duckdb, source, asked.columns - 1))
            runs["strongroom"].append(measured(take_in, source, asked.columns - 1))
        size = source.stat().st_size
    cells = asked.rows * asked.columns
    print(f"{asked.rows:,} rows x {asked.columns} columns, {size / 1e6:.0f} MB of CSV")
    result = {"rows": asked.rows, "columns": asked.columns, "bytes": size}
    for name, measures in runs.items():
        seconds = statistics.median(each[0] for each in measures)
        peak = max(each[1] for each in measures)
        print(f"{name:12}{seconds:8.2f} s {cells / seconds / 1e6:8.1f} M cells/s {peak:8.0f} MiB peak")
        result[name] = {
            "seconds": round(seconds, 3),
            "cells_per_second": round(cells / seconds),
            "peak_mib": round(peak),
        }
    result["ratio"] = round(result["strongroom"]["seconds"] / result["duckdb"]["seconds"], 2)
    print(f"ratio       {result['ratio']:8.2f}")
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
