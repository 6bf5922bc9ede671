"""Published schemes beside ours, on the same files at equal distortion (kind 18): who names whom.

    python -m benchmarks attribution/peers
    python benchmarks/attribution/peers.py --quick
    python benchmarks/attribution/peers.py --only averaged --schemes strongroom NCorr --repeats 5
    python benchmarks/attribution/peers.py --quick --checkouts DIR

Takes about 10 min, 90 s with --quick.

Every scheme marks the same table of 10 columns for the same recipients, tuned to change values as much as
ours does: root mean square in SDs, over all cells. Each leak is then made from each scheme's own copies.
Peers are handed the primary key of every row, except where the attack drops it; ours never is. DIR holds
the authors' own code, if somebody has cloned it (README.md says how); our implementations of the papers run
in any case.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import numpy as np
from benchmarks.attribution._attacks import Leak, all_attacks
from benchmarks.attribution._cohorts import SYNTHETIC, opened, take_in
from benchmarks.attribution._given import score_given
from benchmarks.attribution._peers.toolbox import authors
from benchmarks.attribution._sides import Side, Table, sides
from benchmarks.attribution._tables import interval
from benchmarks.attribution._whole import score_whole
from benchmarks.attribution._world import World
from benchmarks.ending import left_out

_COLUMNS = 10


@dataclass(frozen=True)
class Leaked:
    """One way to leak: which attack, its parameters, of how many rows, by how many, with keys or without."""

    title: str
    attack: str
    rows: int
    colluders: int = 1
    keyed: bool = True
    parameters: tuple[tuple[str, object], ...] = ()


LEAKS = (
    Leaked("nobody's: the original", "unmarked", 5_000, 0),
    Leaked("the whole copy", "verbatim", 0),
    Leaked("1,000 rows", "verbatim", 1_000),
    Leaked("100 rows", "verbatim", 100),
    Leaked("the whole copy, ids dropped, shuffled", "without_ids", 0, keyed=False),
    Leaked("the whole copy, rounded to .1 SD", "rounded", 0, parameters=(("sds", 0.1),)),
    Leaked("the whole copy, noise .05 SD", "noised", 0, parameters=(("shape", "gaussian"), ("sds", 0.05))),
    Leaked("two copies, cells of either", "few_colluders", 0, 2, parameters=(("how", "cells"),)),
    Leaked("three copies averaged", "few_colluders", 0, 3, parameters=(("how", "average"),)),
    Leaked("five copies, majority", "few_colluders", 0, 5, parameters=(("how", "majority"),)),
)


def main() -> int:
    """Print the tables."""
    chosen = _arguments()
    tracer = score_given if chosen.given else score_whole
    began = time.perf_counter()
    theirs = authors(chosen.checkouts)
    if not theirs:
        left_out("the authors' own code (--checkouts, see README.md); the peers are ours, after the papers")
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        for cohort in chosen.cohorts:
            place = folder / f"{cohort}-{chosen.people}" if cohort == SYNTHETIC else folder / cohort
            take_in(cohort, place, people=chosen.people, seed=chosen.seed)
            world = World(cohort, *opened(place), strength=chosen.strength, seed=chosen.seed)
            people, names = world.pick(chosen.rows, _COLUMNS, np.random.default_rng(chosen.seed))
            table = Table(world, people, names, chosen.recipients)
            compared = list(sides(table, tracer, theirs, lambda name: _asked(name, chosen.schemes)))
            _compare(table, compared, _chosen_leaks(chosen.only), chosen.repeats, chosen.seed)
    print(f"\n{time.perf_counter() - began:,.0f} s; seed {chosen.seed}")
    return 0


def _asked(title: str, words: list[str]) -> bool:
    return not words or any(word.lower() in title.lower() for word in words)


def _chosen_leaks(words: list[str]) -> list[Leaked]:
    return [each for each in LEAKS if _asked(each.title, words)]


def _compare(table: Table, compared: list[Side], leaks: list[Leaked], repeats: int, seed: int) -> None:
    shape = f"{len(table.people):,} people x {len(table.names)} columns"
    print(f"\n### {table.world.name}: {shape}, {table.recipients:,} recipients\n")
    print("| scheme | RMS change, SD | cells changed |\n|---|---:|---:|")
    for side in compared:
        copy = side.copy(0)
        changed = np.mean((copy != table.original)[np.isfinite(table.original)])
        print(f"| {side.name} | {table.distortion(copy):.4f} | {changed:.1%} |")
    print(
        "\n| leak | scheme | all guilty named | one named | innocents named a file |\n|---|---|---|---|---:|"
    )
    for leaked in leaks:
        for side in compared:
            print(_row(table, leaked, side, repeats, seed), flush=True)


def _row(table: Table, leaked: Leaked, side: Side, repeats: int, seed: int) -> str:
    every = some = innocents = 0
    for repeat in range(repeats):
        draw = np.random.default_rng((seed, repeat, leaked.rows, leaked.colluders))
        guilty = {int(each) for each in draw.choice(table.recipients, leaked.colluders, replace=False)}
        leak = _leak(table, leaked, side, sorted(guilty), draw)
        keys = leak.people if leaked.keyed else draw.integers(0, 2**40, len(leak.people))
        named = set(side.accused(leak, keys))
        every += bool(guilty) and guilty <= named
        some += bool(guilty & named)
        innocents += len(named - guilty)
    shares = [interval(count, repeats) if leaked.colluders else "-" for count in (every, some)]
    return f"| {leaked.title} | {side.name} | {' | '.join(shares)} | {innocents / repeats:,.1f} |"


def _leak(table: Table, leaked: Leaked, side: Side, guilty: list[int], draw: np.random.Generator) -> Leak:
    """Make the file out of this scheme's own copies."""
    rows = draw.permutation(len(table.people))[: leaked.rows or len(table.people)]
    copies = [side.copy(number)[rows] for number in guilty] or [table.original[rows]]
    held = table.world.held(np.array(copies), table.people[rows], table.names, draw)
    attack = next(each for each in all_attacks() if each.name == leaked.attack)
    return attack.make(held, draw, **dict(leaked.parameters))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000, help="participants of the synthetic cohort")
    parser.add_argument("--rows", type=int, default=8_000, help="people in the table that is marked")
    parser.add_argument("--recipients", type=int, default=100)
    parser.add_argument("--strength", type=float, default=0.01)
    parser.add_argument("--cohorts", nargs="+", default=[SYNTHETIC])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], help="leaks by words of their titles")
    parser.add_argument("--schemes", nargs="+", default=[], help="schemes by words of their names")
    parser.add_argument("--checkouts", type=Path, help="a folder with clones of the authors' repositories")
    parser.add_argument("--given", action="store_true", help="ours told the alignment, as peers are")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder where cohorts are kept between runs")
    parser.add_argument("--quick", action="store_true", help="2,000 rows, 50 recipients, one file each")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.people, chosen.rows, chosen.recipients, chosen.repeats = 5_000, 2_000, 50, 1
    return chosen


if __name__ == "__main__":
    sys.exit(main())
