"""How long a trace takes, and how that grows with rows and with recipients; reading the file is part of it.

    python -m benchmarks speed/tracing
    python benchmarks/speed/tracing.py --participants 500000 --rows 1000 500000 --recipients 20000
    python benchmarks/speed/tracing.py --json

Takes about 3 min, 60 s with --quick.

One of many recipients leaks their copy: rows in any order, no ids, no names of columns. Each trace runs in a
process of its own; seconds are wall seconds, memory is that of all processes together. First the largest
number of recipients against each number of rows, then the least number of rows against each number of
recipients; beneath, how processor time grows with either. Exits 1 where the recipient is not named, where
time grows faster than rows or recipients do, or the aims for 500,000 participants are missed.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.speed._processes import measured
from benchmarks.stored import stored_synthetic

from strongroom.checker import found_tables
from strongroom.cohort import Cohort, CohortManifest, TableKind
from strongroom.cohort.member_mask import MemberMask
from strongroom.matching import Index, write_index
from strongroom.tracer import IssuedFingerprint, IssuedView, trace
from strongroom.tracer.fingerprint import MarkPlan
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.settings import MarkSettings

KEY = bytes(range(32))
WHOLE, FRAGMENT = 500_000, 1_000
MOST_SECONDS, MOST_FRAGMENT_SECONDS, MOST_MIB = 600, 20, 8 * 1024
ROWS = (1_000, 10_000, 100_000, 500_000)
# What one run differs from the next by, on a machine that others use as well.
_UNSTEADY = 1.2
_GUILTY = 7


@dataclass(frozen=True)
class Timed:
    """One trace; `named` says whether the leaking recipient, and nobody else, was accused."""

    rows: int
    columns: int
    recipients: int
    seconds: float
    cpu_seconds: float
    peak_mib: float
    cells: int
    log10_best: float
    named: bool

    @property
    def slow(self) -> bool:
        """Whether an aim is missed; they are set for a fragment and for a whole file."""
        return misses_aim(self.rows, self.seconds, self.peak_mib)


def misses_aim(rows: int, seconds: float, peak_mib: float) -> bool:
    """Tell whether a trace took longer, or more memory, than the aim for a file of so many rows."""
    most = MOST_FRAGMENT_SECONDS if rows <= FRAGMENT else MOST_SECONDS
    return seconds > most or peak_mib > MOST_MIB


@dataclass(frozen=True)
class Growth:
    """Two traces that differ in the number of `what`, rows or recipients, alone: the smaller first."""

    what: str
    few: Timed
    many: Timed

    @property
    def times(self) -> float:
        """How many times as many."""
        return self._count(self.many) / self._count(self.few)

    @property
    def cpu_times(self) -> float:
        """How many times the processor time."""
        return self.many.cpu_seconds / self.few.cpu_seconds

    @property
    def each(self) -> float:
        """Processor seconds that a thousand more take."""
        more = self._count(self.many) - self._count(self.few)
        return 1_000 * (self.many.cpu_seconds - self.few.cpu_seconds) / more

    @property
    def linear(self) -> bool:
        """Whether time grows no faster than the number."""
        return self.cpu_times <= _UNSTEADY * self.times

    def _count(self, one: Timed) -> int:
        return int(getattr(one, self.what))


def growths(found: Sequence[Timed]) -> Iterator[Growth]:
    """Yield each number of rows beside the next, then each number of recipients."""
    for what, other in (("rows", "recipients"), ("recipients", "rows")):
        fixed = (max if what == "rows" else min)(getattr(one, other) for one in found)
        line = [one for one in found if getattr(one, other) == fixed]
        line.sort(key=lambda one: int(getattr(one, what)))
        yield from (Growth(what, *pair) for pair in pairwise(line))


def prepare(folder: Path, participants: int, columns: int) -> None:
    """Store a synthetic cohort, its index and the plan of its marks."""
    drawn = {"participants": participants, "seed": 7, "columns": columns, "variants": 4}
    cohort = stored_synthetic(folder, key=KEY, events=False, **drawn)
    (folder / "manifest.json").write_text(json.dumps(cohort.manifest.to_json()), encoding="utf-8")
    write_index(cohort, folder / "index.bin", file_id="index")
    plan = plan_fingerprint(cohort, _index(folder), MarkSettings())
    (folder / "plan.json").write_text(json.dumps(plan.to_json()), encoding="utf-8")


def leak(folder: Path, rows: int, form: str) -> Path:
    """Write what the guilty recipient was given of some people, in any order and under no names."""
    cohort, names = _cohort(folder), list(_index(folder).columns)
    draw = np.random.default_rng(rows)
    ordinals = cohort.ordinals()
    chosen = draw.permutation(len(ordinals))[:rows]
    table = cohort.participants.read(names).take(pa.array(chosen)).combine_chunks()
    marker = IssuedFingerprint(_plan(folder), KEY, _key(_GUILTY)).marker()
    missing = [each for each in marker.needs(TableKind.PARTICIPANTS.value, names) if each not in names]
    table = marker(TableKind.PARTICIPANTS.value, ordinals[chosen], table) if not missing else table
    table = table.rename_columns([f"v{place}" for place in range(len(names))])
    path = folder / f"leak-{rows}.{form}"
    (pq.write_table if form == "parquet" else pacsv.write_csv)(table, path)
    return path


def traced(begin: Callable[[], None], folder: Path, path: Path, recipients: int) -> dict[str, Any]:
    """Trace a file among so many recipients; the clock runs from when the home is open."""
    cohort, index, plan = _cohort(folder), _index(folder), _plan(folder)
    columns, members = frozenset(index.columns), MemberMask.of(np.ones(cohort.manifest.capacity, bool))
    views = [
        IssuedView(
            f"p{number}",
            f"Institution {number}",
            1,
            columns,
            members,
            None,
            IssuedFingerprint(plan, KEY, _key(number)),
        )
        for number in range(recipients)
    ]
    begin()
    tables = found_tables(path)
    answer = trace(tables, cohort=cohort, index=index, views=views)
    return {
        "columns": len(answer.columns),
        "cells": answer.marks.cells,
        "log10_best": round(answer.marks.log10_best, 1),
        "named": [each.project for each in answer.suspects] == [f"p{_GUILTY}"],
    }


def measure(
    folder: Path, rows: Sequence[int], recipients: Sequence[int], form: str, told: Callable[[Timed], None]
) -> list[Timed]:
    """Trace each number of rows among most recipients, and the fewest rows among each number of them."""
    pairs = [(count, max(recipients)) for count in rows]
    pairs += [(min(rows), count) for count in recipients if count != max(recipients)]
    found = []
    for count, among in pairs:
        taken = measured(traced, folder, leak(folder, count, form), among)
        found.append(
            Timed(
                rows=count,
                recipients=among,
                seconds=round(taken.seconds, 2),
                cpu_seconds=round(taken.cpu_seconds, 2),
                peak_mib=round(taken.peak_mib),
                **taken.result,
            )
        )
        told(found[-1])
    return found


def shortfalls(found: Sequence[Timed], grown: Sequence[Growth], people: int) -> list[str]:
    """Return what is missed: somebody not named, growth past the line, and the aims for many people."""
    missed = [f"{one.rows:,} rows among {one.recipients:,}: not named" for one in found if not one.named]
    missed += [
        f"{one.what}: {one.cpu_times:.1f} times the time for {one.times:.1f} times as many"
        for one in grown
        if not one.linear
    ]
    if people >= WHOLE:
        missed += [
            f"{one.rows:,} rows: {one.seconds:.0f} s and {one.peak_mib:,.0f} MiB" for one in found if one.slow
        ]
    return missed


def _cohort(folder: Path) -> Cohort:
    manifest = CohortManifest.from_json(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    return Cohort(folder / "cohort", manifest, KEY)


def _index(folder: Path) -> Index:
    return Index.open(folder / "index.bin", key=KEY, file_id="index")


def _plan(folder: Path) -> MarkPlan:
    return MarkPlan.from_json(json.loads((folder / "plan.json").read_text(encoding="utf-8")))


def _key(number: int) -> bytes:
    return hashlib.sha256(f"recipient {number}".encode()).digest()


def _line(one: Timed) -> str:
    return (
        f"| {one.rows:,} x {one.columns} | {one.recipients:,} | {one.seconds:.1f} | {one.cpu_seconds:.1f} | "
        f"{one.peak_mib:,.0f} | {one.cells:,} | {one.log10_best:,.0f} | {'yes' if one.named else 'NO'} |"
    )


def _growth_line(one: Growth) -> str:
    few, many = (int(getattr(each, one.what)) for each in (one.few, one.many))
    return (
        f"| {few:,} to {many:,} {one.what} | {one.times:.1f} | {one.cpu_times:.2f} | {one.each:.3f} | "
        f"{'yes' if one.linear else 'NO'} |"
    )


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument(
        "--rows",
        type=int,
        nargs="+",
        help="rows leaked; by default 1,000, ten times as many, and so on to all",
    )
    parser.add_argument("--recipients", type=int, nargs="+", default=[1_000, 5_000, 20_000])
    parser.add_argument("--form", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--keep", type=Path, help="a folder in which the cohort is kept between runs")
    parser.add_argument("--json", action="store_true", help="print a line of JSON only")
    parser.add_argument("--quick", action="store_true", help="3,000 participants, 200 and 1,000 recipients")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.participants, chosen.rows, chosen.recipients = 3_000, [500, 3_000], [200, 1_000]
    people = chosen.participants
    rows = chosen.rows or sorted({min(each, people) for each in ROWS})
    with tempfile.TemporaryDirectory() as folder:
        place = chosen.keep or Path(folder)
        if not (place / "plan.json").exists():
            prepare(place, people, chosen.columns)
        if not chosen.json:
            print("| rows x columns recognised | recipients | s | CPU s | MiB | cells | log10 e | named |")
            print("|---|---:|---:|---:|---:|---:|---:|---|", flush=True)
        told = (lambda _: None) if chosen.json else (lambda one: print(_line(one), flush=True))
        found = measure(place, rows, chosen.recipients, chosen.form, told)
    grown = list(growths(found))
    if chosen.json:
        print(json.dumps([asdict(one) for one in found]))
    else:
        print("\n| grown | times as many | times the CPU | CPU s a thousand more | linear or less |")
        print("|---|---:|---:|---:|---|")
        print(*map(_growth_line, grown), sep="\n")
    return exit_code(shortfalls(found, grown, people), sys.stderr if chosen.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
