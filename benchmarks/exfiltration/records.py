"""One person among results: is a single record found, wherever it stands?

    python -m benchmarks exfiltration/records
    python benchmarks/exfiltration/records.py --cells 8 12 --repeats 20 --cohorts synthetic --seed 3

Takes about 6 min, 60 s with --quick.

A record is cells of one participant that each say four bits and more of them (at most one person in 16 has
the same value), under names that say nothing. Beside each stands its twin: the same file with every cell of
somebody else, which is nobody's record, so what stops it is the look of the file alone.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code, left_out
from benchmarks.exfiltration._cases import case_seed
from benchmarks.exfiltration._cohorts import Source, open_tables, synthetic
from benchmarks.exfiltration._gate import Gate, open_gate, take_in
from benchmarks.exfiltration._records import CARRIERS, Row, Telling
from benchmarks.exfiltration._tables import interval


def main() -> int:
    """Print how often a record and its twin are stopped, by carrier; 1 where a record passed."""
    chosen = _arguments()
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        gates = dict(_opened(chosen, Path(name)))
        for cells in chosen.cells:
            found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
            for source, gate in gates.values():
                for carrier, who, verdict in judged(gate, source, cells, chosen.repeats, chosen.seed):
                    for key in (carrier, f"all of {source.name}", "**all**"):
                        found[key][who, verdict] += 1
            print(f"\n### One record of {cells} informative cells\n", *lines(found), sep="\n")
            missed += shortfalls(cells, found["**all**"])
    return exit_code(missed)


def shortfalls(cells: int, counts: Counter[tuple[str, str]]) -> list[str]:
    """Return how many records passed, where one did: each is to be found."""
    passed = counts["record", "release"]
    files = sum(count for (who, _), count in counts.items() if who == "record")
    return [f"{passed} of {files} records of {cells} cells were released"] * bool(passed)


def judged(gate: Gate, source: Source, cells: int, repeats: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Yield (carrier, record or twin, verdict); nothing where nobody has so many telling cells."""
    telling = Telling(source)
    if telling.most() < cells:
        return
    for carrier in CARRIERS:
        for place in range(repeats):
            seeds = case_seed("record", seed, source.name, carrier.__name__, cells, place)
            drawn = telling.draw(cells, np.random.default_rng(seeds))
            rows: Mapping[str, Row] = {"record": drawn.record, "twin": drawn.twin}
            for who, row in rows.items():
                with tempfile.TemporaryDirectory() as folder:
                    file = carrier(row, drawn.means, Path(folder) / "results")
                    verdict = gate.judge([[file]]).reports[0].verdict.value
                yield carrier.__name__.replace("_", " "), who, verdict


def lines(found: Mapping[str, Counter[tuple[str, str]]]) -> list[str]:
    """Return the counts as a table in Markdown."""
    made = ["| carried | files | blocked | stopped, 95 % | twin stopped |", "|---|---:|---:|---|---|"]
    for name, counts in sorted(found.items(), key=lambda each: ("all" in each[0], each[0])):
        files = sum(count for (who, _), count in counts.items() if who == "record")
        stopped = {who: counts[who, "review"] + counts[who, "block"] for who in ("record", "twin")}
        shares = f"{interval(stopped['record'], files)} | {interval(stopped['twin'], files)}"
        made.append(f"| {name} | {files} | {counts['record', 'block']} | {shares} |")
    return made


def _opened(chosen: argparse.Namespace, folder: Path) -> Iterator[tuple[str, tuple[Source, Gate]]]:
    readers = open_tables(chosen.seed)
    for name in chosen.cohorts:
        if name == "synthetic":
            source = synthetic(folder / "drawn", people=chosen.people, seed=chosen.seed)
        elif name in readers:
            source = readers[name]()
        else:
            left_out(f"{name}, which is not here (STRONGROOM_SHARED_DATA)")
            continue
        take_in(source, folder / name)
        # The portal opens one home a process; a gate keeps what it opened.
        yield name, (source, open_gate(folder / name))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000, help="participants of the synthetic cohort")
    parser.add_argument("--cells", type=int, nargs="+", default=[8, 12])
    parser.add_argument("--repeats", type=int, default=5, help="records a carrier and cohort")
    parser.add_argument("--cohorts", nargs="+", default=["synthetic", "NHANES", "CINECA UK1"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="one record a carrier, of the synthetic cohort")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.people, chosen.cells, chosen.repeats, chosen.cohorts = 3_000, [8], 1, ["synthetic"]
    return chosen


if __name__ == "__main__":
    sys.exit(main())
