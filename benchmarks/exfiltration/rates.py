"""How often a disguise is stopped, and an honest file released: first classes, with Wilson intervals.

    python -m benchmarks exfiltration/rates
    python benchmarks/exfiltration/rates.py --people 20000 --repeats 5 --seed 1 --json

Attacks carry people of a synthetic cohort, in 15 of its columns drawn anew each time. Honest files are the
released outputs and other files labelled benign in the folder of shared data, where it is present
(STRONGROOM_SHARED_DATA, or ../shared/data), each distinct content once.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from strongroom.checker import KnownIds, Limits, check
from strongroom.cohort import Cohort, ingest_cohort, write_synthetic_cohort
from strongroom.cohort.dictionary import read_dictionary
from strongroom.cohort.index import Index, build_index

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.exfiltration._attacks import ATTACKS
from benchmarks.intervals import wilson

SIZES = (10, 100, 1_000)
COLUMNS = 15
SHARED = Path(os.environ.get("STRONGROOM_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


@dataclass(frozen=True)
class Gate:
    """A cohort and the checker in front of it."""

    cohort: Cohort
    index: Index
    people: pl.DataFrame

    @classmethod
    def make(cls, folder: Path, *, people: int, seed: int) -> "Gate":
        """Make a synthetic cohort, take it in, and index it."""
        files = write_synthetic_cohort(folder / "sources", participants=people, seed=seed, columns=150)
        key = bytes(32)
        manifest, _ = ingest_cohort(
            "bench",
            participants=files.participants,
            dictionary=read_dictionary(files.dictionary),
            id_column=files.id_column,
            into=folder / "cohort",
            key=key,
        )
        cohort = Cohort(folder / "cohort", manifest, key)
        return cls(cohort, Index.from_bytes(build_index(cohort)), pl.read_parquet(files.participants))

    def verdict(self, path: Path) -> str:
        """Judge one file."""
        known = [KnownIds("the cohort's own ids", self.cohort.ids())]
        limits = Limits(wall_seconds=60)
        return check(
            [path], cohort=self.cohort, index=self.index, known_ids=known, limits=limits
        ).verdict.value


def attacks(gate: Gate, *, repeats: int, seed: int) -> dict[tuple[str, int], Counter[str]]:
    """Return the verdicts by attack and number of people."""
    found: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    draw = np.random.default_rng(seed)
    names = [name for name in gate.people.columns if name != "eid"]
    for attack in ATTACKS:
        for size in SIZES:
            for _ in range(repeats):
                columns = ["eid", *draw.choice(names, COLUMNS, replace=False)]
                people = gate.people.select(columns)[draw.choice(len(gate.people), size, replace=False)]
                with tempfile.TemporaryDirectory() as folder:
                    found[attack.__name__, size][gate.verdict(attack(people, Path(folder), draw))] += 1
    return found


def honest(gate: Gate) -> dict[str, Counter[str]]:
    """Return the verdicts on shared files labelled benign, by kind; empty where the folder is absent."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, path in _benign_files():
        found[kind][gate.verdict(path)] += 1
    return found


def _benign_files() -> Iterator[tuple[str, Path]]:
    if not (SHARED / "manifest.csv").exists():
        return
    seen = set()
    with (SHARED / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] == "benign" and row["sha256"] not in seen:
                seen.add(row["sha256"])
                path = SHARED / row["root"] / row["file"]
                kind = "OpenSAFELY outputs" if row["repo"].startswith("opensafely/") else "other benign"
                yield f"{kind}, .{path.name.rpartition('.')[2].lower()}", path


def _row(label: str, verdicts: Counter[str], *, wanted: str) -> str:
    total = verdicts.total()
    low, high = wilson(verdicts[wanted], total)
    counts = " | ".join(str(verdicts[verdict]) for verdict in ("release", "review", "block"))
    return f"| {label} | {total} | {counts} | {low:.2f}-{high:.2f} |"


def _print(
    measured: dict[str, Any], attacked: dict[Any, Counter[str]], released: dict[str, Counter[str]]
) -> None:
    print(f"{measured['people']:,} people, {COLUMNS} columns, {measured['repeats']} repeats")
    print(f"seed {measured['seed']}, {measured['seconds']:.0f} s")
    _head("attack, people", "blocked")
    for (name, size), verdicts in attacked.items():
        print(_row(f"{name.replace('_', ' ')}, {size:,}", verdicts, wanted="block"))
    _head("honest files", "released")
    for kind, verdicts in sorted(released.items()):
        print(_row(kind, verdicts, wanted="release"))


def _head(first: str, wanted: str) -> None:
    print(f"\n| {first} | files | release | review | block | {wanted}, 95 % |")
    print("|---|---:|---:|---:|---:|---|")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        gate = Gate.make(Path(folder), people=chosen.people, seed=chosen.seed)
        attacked = attacks(gate, repeats=chosen.repeats, seed=chosen.seed)
        released = honest(gate)
    measured = {**vars(chosen), "seconds": time.perf_counter() - began}
    if chosen.json:
        by_attack = {f"{name} {size}": dict(verdicts) for (name, size), verdicts in attacked.items()}
        print(json.dumps({**measured, "attacks": by_attack, "honest": released}, indent=2))
    else:
        _print(measured, attacked, released)
    return 0


if __name__ == "__main__":
    sys.exit(main())
