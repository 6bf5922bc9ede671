"""What the enclave costs: starting a job, an analysis inside and outside, and a view in memory.

    python -m benchmarks speed/jobs
    python benchmarks/speed/jobs.py --runtime HOME/runtimes/analysis-...

Takes about 3 min, 40 s with --quick.

Each pair is timed in turn, the one and the other. Start-up is of a program that does nothing, under a
supervisor that runs already, beside bubblewrap with the same namespaces and mounts. The analysis reads a
Parquet file with DuckDB, fits a regression by least squares, with --runtime also by statsmodels and a Cox
regression, and draws a survival curve. The view is decrypted and written to memory, as for every job; beside
it stands what reading four columns costs from the encrypted file, with its key, and from memory. Exits 1
where a start takes over 10 ms more than bubblewrap, or the analysis over 1.1 times its time outside.
"""

import argparse
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code, left_out

from strongroom.cohort.store import EncryptedTable, EncryptedTableWriter
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.jobs import Cause, Job, Runtime, Supervisor, own_runtime, recipe, run
from strongroom.sandbox.jobs.running import LIBRARY
from strongroom.sandbox.jobs.runtime import runtime_of
from strongroom.sandbox.jobs.stage import PLACE

MOST_MORE, MOST_TIMES = 0.010, 1.1
ANALYSIS = """
import os, sys
import duckdb, numpy as np
import matplotlib; matplotlib.use("Agg")
from matplotlib.figure import Figure
data, outputs = sys.argv[1], sys.argv[2]
table1 = "SELECT sex, smoking, count(*), avg(sbp), stddev_samp(sbp) FROM '{}' GROUP BY ALL"
rows = duckdb.sql(table1.format(data)).fetchall()
table = duckdb.sql(f"SELECT sbp, age, sex, bmi, years, died FROM '{data}'").fetchnumpy()
design = np.column_stack([np.ones(len(table["sbp"])), table["age"], table["sex"], table["bmi"]])
for _ in range(20):
    estimate, *_ = np.linalg.lstsq(design, table["sbp"], rcond=None)
try:
    import pandas, statsmodels.api
    from lifelines import CoxPHFitter
except ImportError:
    pass
else:
    statsmodels.api.OLS(table["sbp"], design).fit().summary()
    frame = pandas.DataFrame({name: table[name][:20_000] for name in ("years", "died", "age", "sex", "bmi")})
    CoxPHFitter().fit(frame, "years", "died")
order = np.argsort(table["years"]); died = table["died"][order]
survival = np.cumprod(1 - died / np.arange(len(died), 0, -1))
figure = Figure(); axes = figure.subplots()
axes.step(table["years"][order][::100], survival[::100]); figure.savefig(outputs + "/survival.png")
open(outputs + "/ols.txt", "w").write(repr(estimate))
open(outputs + "/table1.txt", "w").write(repr(sorted(rows)))
"""


def invented(people: int, columns: int) -> pa.Table:
    """Return a table of numbers, codes, missing values and dates."""
    draw = np.random.default_rng(1)
    made = {
        "sbp": draw.normal(130, 20, people).round(1),
        "age": draw.integers(40, 70, people),
        "sex": draw.integers(0, 2, people),
        "bmi": draw.normal(27, 4, people).round(2),
        "smoking": draw.integers(0, 3, people),
        "years": draw.exponential(12, people).clip(0, 15).round(2),
        "died": draw.integers(0, 2, people),
    }
    for number in range(len(made), columns):
        values = draw.normal(5, 2, people).round(3) if number % 2 else draw.integers(0, 9, people)
        made[f"c{number}"] = pa.array(values, mask=draw.random(people) < 0.2)
    return pa.table(made)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the median seconds of two pieces of work, done in turn after one round that is not counted."""
    found = [(_seconds(first), _seconds(second)) for _ in range(times + 1)][1:]
    one, other = zip(*found, strict=True)
    return statistics.median(one), statistics.median(other)


def start_up(folder: Path, supervisor: Supervisor, bare: list[str], times: int) -> tuple[float, float]:
    """Return the seconds of a job that does nothing, and of bare bubblewrap doing the same."""
    nothing = Job({}, ("/usr/bin/true",), own_runtime())
    numbers = itertools.count()

    def inside() -> None:
        outputs = folder / f"nothing-{len(bare)}-{next(numbers)}"
        ended = run(nothing, view=lambda _: None, outputs=outputs, supervisor=supervisor)
        assert ended.cause is Cause.FINISHED, ended

    return in_turn(inside, lambda: subprocess.run(bare, check=True), times)


def least_bubblewrap() -> list[str]:
    """Return bubblewrap with all namespaces and the whole file system: the least it can do."""
    return [bubblewrap()[0], "--unshare-all", "--ro-bind", "/", "/", "/usr/bin/true"]


def same_bubblewrap() -> list[str]:
    """Return bubblewrap with a job's own namespaces and mounts; in place of the stage's, empty ones."""
    runtime = own_runtime()
    asked = recipe.arguments(
        recipe.System.found(),
        readable=[str(each) for each in runtime.directories],
        library=str(LIBRARY),
        environment=recipe.environment(path="/usr/bin", seed=0, processors=2),
        filter_fd=0,
        status_fd=0,
    )
    words = iter(asked[: asked.index("--seccomp")])
    found = [bubblewrap()[0]]
    for word in words:
        if word in {"--bind", "--ro-bind"}:
            source, target = next(words), next(words)
            staged = source.startswith(f"{PLACE}/") or target.startswith("/etc/")
            found += ["--tmpfs", target] if staged else [word, source, target]
        else:
            found.append(word)
    return [*found, "/usr/bin/true"]


def analysis(
    folder: Path, table: pa.Table, supervisor: Supervisor, runtime: Runtime, times: int
) -> tuple[float, float]:
    """Return the seconds of an analysis in a job, and of the same outside."""
    data = folder / "participants.parquet"
    pq.write_table(table.select(range(7)), data)
    program = Job(
        {"a.py": ANALYSIS.encode()}, ("python", "/code/a.py", "/data/p.parquet", "/outputs"), runtime
    )
    numbers = iter(range(times + 1))

    def view(directory: Path) -> None:
        (directory / "p.parquet").write_bytes(data.read_bytes())

    def inside() -> None:
        outputs = folder / f"analysis-{next(numbers)}"
        ended = run(program, view=view, outputs=outputs, supervisor=supervisor)
        assert ended.cause is Cause.FINISHED, (outputs / "stderr.txt").read_text()

    script = folder / "a.py"
    script.write_text(ANALYSIS)
    threads = {
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "MPLCONFIGDIR": str(folder),
        "PATH": "/usr/bin",
    }
    outside = [str(runtime.python), "-B", str(script), str(data), str(folder)]
    return in_turn(inside, lambda: subprocess.run(outside, check=True, env=threads), times)


def view_costs(folder: Path, table: pa.Table) -> dict[str, float]:
    """Return the seconds of decrypting a view into memory, and of reading four of its columns."""
    path, key = folder / "view.parquet", bytes(32)
    with EncryptedTableWriter(path, table.schema, key=key, file_id="view") as writer:
        for start in range(0, table.num_rows, 65_536):
            writer.write(table.slice(start, 65_536))
    stored, four = EncryptedTable(path, key=key, file_id="view"), ["sbp", "age", "sex", "bmi"]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        plain = Path(memory) / "view.parquet"

        def decrypt() -> None:
            with (
                plain.open("wb") as file,
                pq.ParquetWriter(file, stored.schema, compression="snappy") as writer,
            ):
                for batch in stored.batches():
                    writer.write_batch(batch)

        return {
            "decrypting the view into memory, each job": _seconds(decrypt),
            "reading four columns from memory": _seconds(lambda: pq.read_table(plain, columns=four)),
            "reading four columns with the key": _seconds(lambda: stored.read(four)),
            "reading all columns with the key": _seconds(stored.read),
        }


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--columns", type=int, default=200)
    parser.add_argument("--runtime", type=Path, help="a built runtime's directory, for the analysis")
    parser.add_argument("--times", type=int, default=15, help="how often each pair is timed")
    parser.add_argument("--quick", action="store_true", help="20,000 people, 20 columns, 5 times")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.people, chosen.columns, chosen.times = 20_000, 20, 5
    table = invented(chosen.people, chosen.columns)
    runtime = (
        own_runtime() if chosen.runtime is None else runtime_of("", chosen.runtime, Path(sys.base_prefix))
    )
    with tempfile.TemporaryDirectory() as temporary, Supervisor() as supervisor:
        folder = Path(temporary)
        _, least = start_up(folder, supervisor, least_bubblewrap(), 4 * chosen.times)
        job, bare = start_up(folder, supervisor, same_bubblewrap(), 4 * chosen.times)
        inside, outside = analysis(folder, table, supervisor, runtime, chosen.times)
        if chosen.runtime is None:
            left_out("statsmodels and Cox regression: build a runtime and name it with --runtime")
        print("| what | in a job | beside it | |")
        print("|---|---:|---:|---|")
        print(f"| start, beside the least bubblewrap | {1000 * job:.1f} ms | {1000 * least:.1f} ms | |")
        same = f"{1000 * job:.1f} ms | {1000 * bare:.1f} ms | {1000 * (job - bare):+.1f} ms"
        print(f"| start, beside bubblewrap with the same mounts | {same} |")
        print(f"| analysis | {inside:.2f} s | {outside:.2f} s | {inside / outside:.2f} times |", flush=True)
        print(f"\n{chosen.people:,} participants by {chosen.columns} columns:\n\n| what | s |\n|---|---:|")
        for what, seconds in view_costs(folder, table).items():
            print(f"| {what} | {seconds:.2f} |", flush=True)
    missed = []
    if job - bare > MOST_MORE:
        missed.append(f"a start takes {1000 * (job - bare):.1f} ms more than bare bubblewrap")
    if inside > MOST_TIMES * outside:
        missed.append(f"the analysis takes {inside / outside:.2f} times its time outside")
    return exit_code([] if chosen.quick else missed)


if __name__ == "__main__":
    sys.exit(main())
