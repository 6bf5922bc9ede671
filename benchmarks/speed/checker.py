"""How fast a file is judged, beside the time Polars needs merely to parse it.

    python -m benchmarks speed/checker
    python benchmarks/speed/checker.py --mb 1000 --repeat 3
    python benchmarks/speed/checker.py --json

Takes about 8 min, 60 s with --quick.

A summary file of a genome-wide association study is judged by `check` against a cohort of 2,000 invented
people, and parsed by `polars.read_csv`, in turn, each in a process of its own; the ratio is the median of the
pairs. Memory is that of all processes together. Then the same for smaller files, for how it grows with
bytes; a third of it in a ZIP, a tar, gzip, xz and a packed tar, as Parquet, a quarter of those rows as JSON
(records, and a list of them) and in SQLite, cut into files of 60 MB, and with the copy that leaves; 1,000
files of 10 kB in one request; and one such file by the command line, from its start to its end. A line of
JSON follows; with --json it is the only one.
"""

import argparse
import gzip
import itertools
import json
import lzma
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from strongroom.checker import KnownIds, check
from strongroom.checker.confined import reader
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.home import create_home, open_home, set_up_django

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.speed._processes import Measure, measured

PEOPLE, COLUMNS = 2_000, 60
# The aims: of a file this large, and of small files in one request.
MEGABYTES, MOST_RATIO, MOST_MIB, MOST_MILLISECONDS = 1_000, 1.5, 2_048, 100
SMALL_FILES = 1_000
SMALL_ROWS = 140
_ROWS = 250_000
_PARTS, _FEW_PARTS = ("large", "lengths", "kinds", "small", "command"), ("large", "small", "command")
_LENGTHS = (0.125, 0.25, 0.5)
_HELD = 60_000_000
_WRAPPINGS = ("zip", "parquet", "tar", "tsv.gz", "tsv.xz", "tar.gz", "ndjson", "json", "sqlite")
_KIND = "{kind:>16}  {cpu_seconds:7.2f} s of processor, {peak_mib:,} MiB  {verdict}"


def write_gwas(path: Path, megabytes: float) -> None:
    """Write associations of variants in the order of the genome, at least so many megabytes."""
    draw = np.random.default_rng(5)
    writer = None
    while writer is None or path.stat().st_size < megabytes * 1e6:
        table = _variants(draw, _ROWS if megabytes >= 50 else 20_000)
        writer = writer or pa.csv.CSVWriter(
            path, table.schema, write_options=pa.csv.WriteOptions(delimiter="\t", quoting_style="none")
        )
        writer.write(table)
    writer.close()


def _variants(draw: np.random.Generator, rows: int) -> pa.Table:
    frequency = draw.beta(0.5, 0.5, rows).clip(1e-4, 1 - 1e-4)
    error = 0.01 / np.sqrt(frequency * (1 - frequency))
    effect = draw.normal(0, 1, rows) * error
    first = draw.integers(0, 4, rows)
    second = (first + draw.integers(1, 4, rows)) % 4
    bases = np.array(list("ACGT"))
    return pa.table(
        {
            "CHR": np.repeat(draw.integers(1, 23), rows),
            "POS": np.sort(draw.integers(10_000, 240_000_000, rows)),
            "SNP": np.char.add("rs", draw.integers(1_000, 1_500_000_000, rows).astype(str)),
            "A1": bases[first],
            "A2": bases[second],
            "N": draw.integers(400_000, 460_000, rows),
            "AF": np.round(frequency, 6),
            "BETA": np.round(effect, 8),
            "SE": np.round(error, 7),
            "P": np.round(np.exp(-0.7 * (effect / error) ** 2) * draw.random(rows), 8),
        }
    )


def write_small(folder: Path, files: int = SMALL_FILES) -> None:
    """Write many tables of estimates, 10 kB each."""
    draw = np.random.default_rng(6)
    for number in range(files):
        estimates, errors = draw.normal(0, 1, SMALL_ROWS), draw.uniform(0.01, 0.3, SMALL_ROWS)
        lines = [
            f"exposure {number % 40}, term {row},{b:.6f},{se:.6f},{b - 1.96 * se:.6f},{b + 1.96 * se:.6f}"
            for row, (b, se) in enumerate(zip(estimates, errors, strict=True))
        ]
        header = "model,term,estimate,standard_error,conf_low,conf_high"
        (folder / f"model-{number:04}.csv").write_text("\n".join([header, *lines]) + "\n")


def make_home(folder: Path, columns: int = COLUMNS) -> None:
    """Take in the invented cohort."""
    set_up_django()
    from strongroom.portal.data.cohorts import CohortSource, add_cohort  # noqa: PLC0415 - needs Django set up

    made = write_synthetic_cohort(
        folder / "source", participants=PEOPLE, seed=7, columns=columns, variants=12
    )
    source = CohortSource(
        participants=made.participants,
        dictionary=made.dictionary,
        id_column=made.id_column,
        events=made.events,
        genotypes=made.genotypes,
    )
    add_cohort(create_home(folder / "home"), name="bench", source=source, by="the benchmark")


def judge(begin: Callable[[], None], folder: str, path: str, release_to: str = "") -> str:
    set_up_django()
    from strongroom.portal.data.cohorts import (  # noqa: PLC0415 - as above
        find_cohort,
        open_cohort,
        open_index,
    )

    for module in "scipy.special", "strongroom.matching.disguised":
        import_module(module)  # imports are not counted, no more than the peer's are

    home = open_home(Path(folder) / "home")
    row = find_cohort("bench")
    cohort, index = open_cohort(home, row), open_index(home, row)
    known = [KnownIds("the cohort's own ids", cohort.ids())]
    begin()
    target = Path(release_to) if release_to else None
    report = check([Path(path)], cohort=cohort, index=index, known_ids=known, release_to=target)
    return f"{report.verdict.value}, {reader.isolation()}"


def read_only(begin: Callable[[], None], folder: str) -> str:
    begin()
    for path in sorted(Path(folder).iterdir()):
        reader.read_file(path)
    return reader.isolation()


def parse(begin: Callable[[], None], path: str) -> int:
    import polars as pl  # noqa: PLC0415 - the peer, in its own process

    begin()
    return len(pl.read_csv(path, separator="\t"))


def compared(folder: Path, megabytes: float, repeat: int) -> dict[str, Any]:
    path = folder / f"gwas-{megabytes:.0f}.tsv"
    write_gwas(path, megabytes)
    pairs = [(measured(judge, str(folder), str(path)), measured(parse, str(path))) for _ in range(repeat)]
    size = path.stat().st_size
    path.unlink()
    ours, theirs = zip(*pairs, strict=True)
    return {
        "megabytes": round(size / 1e6),
        "verdict": ours[0].result,
        "seconds": _median(ours, "seconds"),
        "cpu_seconds": _median(ours, "cpu_seconds"),
        "peak_mib": round(max(each.peak_mib for each in ours)),
        "polars_seconds": _median(theirs, "seconds"),
        "polars_cpu_seconds": _median(theirs, "cpu_seconds"),
        "polars_peak_mib": round(max(each.peak_mib for each in theirs)),
        "ratio": round(statistics.median(one.seconds / two.seconds for one, two in pairs), 2),
        "cpu_ratio": round(statistics.median(one.cpu_seconds / two.cpu_seconds for one, two in pairs), 2),
        "megabytes_per_second": round(size / 1e6 / _median(ours, "seconds")),
    }


def kinds(folder: Path, megabytes: float) -> list[dict[str, Any]]:
    """Judge the same rows in other wrappings, and with the copy made."""
    path = folder / "kinds.tsv"
    write_gwas(path, megabytes)
    wrapped = {"with its copy": path} | _wrapped(path, folder)
    wrapped["files of 60 MB"] = _cut(path, folder / "cut")
    found = []
    for name, each in wrapped.items():
        target = str(folder / "out") if name == "with its copy" else ""
        one = measured(judge, str(folder), str(each), target)
        figures = {"kind": name, "verdict": one.result, "seconds": round(one.seconds, 3)}
        found.append(figures | {"cpu_seconds": round(one.cpu_seconds, 3), "peak_mib": round(one.peak_mib)})
    return found


def _wrapped(path: Path, folder: Path) -> dict[str, Path]:
    wrapped = {name: folder / f"kinds.{name}" for name in _WRAPPINGS}
    with zipfile.ZipFile(wrapped["zip"], "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(path, path.name)
    with tarfile.open(wrapped["tar"], "w") as archive:
        archive.add(path, path.name)
    for name, opened in (("tsv.gz", gzip.open), ("tsv.xz", lzma.open)):
        level = {"compresslevel": 1} if name == "tsv.gz" else {"preset": 0}
        with path.open("rb") as plain, opened(wrapped[name], "wb", **level) as packed:
            shutil.copyfileobj(plain, packed, 1 << 20)
    with tarfile.open(wrapped["tar.gz"], "w:gz", compresslevel=1) as archive:
        archive.add(path, path.name)
    table = pa.csv.read_csv(path, parse_options=pa.csv.ParseOptions(delimiter="\t"))
    pa.parquet.write_table(table, wrapped["parquet"], compression="none", use_dictionary=False)
    with wrapped["ndjson"].open("w") as lines, closing(sqlite3.connect(wrapped["sqlite"])) as database:
        names = ", ".join(table.column_names)
        database.execute(f"CREATE TABLE variants ({names})")
        # Records are slow to read in any case: a quarter of the rows tells.
        for batch in table.slice(0, table.num_rows // 4).to_batches(50_000):
            lines.writelines(f"{json.dumps(row)}\n" for row in batch.to_pylist())
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            marks = ", ".join("?" * batch.num_columns)
            database.executemany(f"INSERT INTO variants VALUES ({marks})", rows)
        database.commit()
    with wrapped["json"].open("w") as listed, wrapped["ndjson"].open() as lines:
        listed.writelines(f"{',' if number else '['}{line}" for number, line in enumerate(lines))
        listed.write("]\n")
    return wrapped


def _cut(path: Path, folder: Path) -> Path:
    folder.mkdir()
    with path.open("rb") as file:
        header = file.readline()
        for number in itertools.count():
            lines = file.readlines(_HELD)
            if not lines:
                return folder
            (folder / f"part-{number}.tsv").write_bytes(b"".join([header, *lines]))
    return folder


def _median(measures: tuple[Measure, ...], figure: str) -> float:
    return round(statistics.median(getattr(each, figure) for each in measures), 3)


def small_files(folder: Path, files: int) -> dict[str, Any]:
    many = folder / "many"
    many.mkdir()
    write_small(many, files)
    judged = measured(judge, str(folder), str(many))
    read = measured(read_only, str(many))
    return {
        "files": files,
        "bytes_each": round(sum(path.stat().st_size for path in many.iterdir()) / files),
        "milliseconds_each": round(judged.seconds / files * 1e3, 2),
        "cpu_milliseconds_each": round(judged.cpu_seconds / files * 1e3, 2),
        "reading_milliseconds_each": round(read.seconds / files * 1e3, 2),
        "reading_cpu_milliseconds_each": round(read.cpu_seconds / files * 1e3, 2),
    }


def by_command(folder: Path, repeat: int) -> dict[str, Any]:
    """Judge one small file by the command line; medians of wall and processor seconds, its start included."""
    path = folder / "one" / "model.csv"
    path.parent.mkdir()
    write_small(path.parent, files=1)
    next(path.parent.glob("model-*")).rename(path)
    program = Path(sys.executable).with_name("strongroom")
    command = [program, "check", path, "--cohort", "bench", "--home", folder / "home"]
    runs = [measured(_command, list(map(str, command))) for _ in range(repeat)]
    seconds, cpu_seconds = _median(tuple(runs), "seconds"), _median(tuple(runs), "cpu_seconds")
    return {"bytes": path.stat().st_size, "seconds": seconds, "cpu_seconds": cpu_seconds}


def _command(begin: Callable[[], None], command: list[str]) -> int:
    begin()
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL).returncode


def shortfalls(result: dict[str, Any]) -> list[str]:
    """Return the aims that are missed; starting takes most of the time of a smaller file."""
    missed = []
    large, small = result.get("large", {}), result.get("small", {})
    if large.get("megabytes", 0) >= MEGABYTES and large["ratio"] > MOST_RATIO:
        missed.append(
            f"{large['megabytes']:,} MB in {large['ratio']} times Polars' time, at most {MOST_RATIO}"
        )
    if large.get("peak_mib", 0) > MOST_MIB:
        missed.append(f"{large['peak_mib']:,} MiB at the peak, at most {MOST_MIB:,}")
    if small.get("milliseconds_each", 0) > MOST_MILLISECONDS:
        missed.append(f"small files take {small['milliseconds_each']} ms each, at most {MOST_MILLISECONDS}")
    return missed


def main() -> int:
    """Print the figures; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, default=MEGABYTES)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the JSON line only")
    parser.add_argument("--only", choices=_PARTS, help="one part of it")
    parser.add_argument(
        "--quick", action="store_true", help="70 MB once, 50 small files, one by the command line"
    )
    asked = parser.parse_args()
    small = SMALL_FILES
    if asked.quick:
        asked.mb, asked.repeat, small = 70, 1, 50
    say = (lambda _: None) if asked.json else print
    parts = {asked.only} if asked.only else set(_FEW_PARTS if asked.quick else _PARTS)
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_home(folder)
        if "large" in parts:
            result["large"] = compared(folder, asked.mb, asked.repeat)
            say(_line(result["large"]))
        if "lengths" in parts:
            result["lengths"] = [compared(folder, asked.mb * part, 1) for part in _LENGTHS]
            for each in result["lengths"]:
                say(_line(each))
        if "kinds" in parts:
            result["kinds"] = kinds(folder, asked.mb / 3)
            for each in result["kinds"]:
                say(
                    "{kind:>16}  {cpu_seconds:7.2f} s of processor, {peak_mib:,} MiB  {verdict}".format(
                        **each
                    )
                )
        if "small" in parts:
            result["small"] = small_files(folder, small)
            say(
                "{files:,} files of {bytes_each:,} bytes: {milliseconds_each} ms each, of which "
                "{reading_milliseconds_each} ms are reading".format(**result["small"])
            )
        if "command" in parts:
            result["command"] = by_command(folder, asked.repeat)
            say(
                "strongroom check of {bytes:,} bytes: {seconds} s, {cpu_seconds} s of processor".format(
                    **result["command"]
                )
            )
    json.dump(result, sys.stdout)
    print()
    return exit_code(shortfalls(result), sys.stderr if asked.json else sys.stdout)


def _line(figures: dict[str, Any]) -> str:
    return (
        "{megabytes:>6,} MB  judged {seconds:7.2f} s ({megabytes_per_second} MB/s, {peak_mib:,} MiB)  "
        "Polars {polars_seconds:7.2f} s ({polars_peak_mib:,} MiB)  ratio {ratio:.2f} "
        "(processor {cpu_ratio:.2f})  {verdict}".format(**figures)
    )


if __name__ == "__main__":
    sys.exit(main())
