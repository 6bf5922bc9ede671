"""The tail of innocents' e-values against the bound, and the flaws that would break it (kind 17).

    python -m benchmarks attribution/bound
    python benchmarks/attribution/bound.py --quick
    python benchmarks/attribution/bound.py --trials 100000000 --recipients 20000

Takes about 10 min, 60 s with --quick.

Files of every kind of attack are made and read; each is then weighed against real recipients' keys, and
against innocents drawn exactly from the bits' own distribution. P(e >= 10^t) must stay below 10^-t.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import numpy as np
from benchmarks.attribution._cases import Case, Plan, cases, make
from benchmarks.attribution._cohorts import SYNTHETIC, opened, take_in
from benchmarks.attribution._dummies import Tail, innocents, kinds
from benchmarks.attribution._given import observations
from benchmarks.attribution._teeth import teeth
from benchmarks.attribution._world import World
from benchmarks.ending import exit_code

from strongroom.tracer.fingerprint import Observations, score_keys

_MOST_CELLS = 25_000


def main() -> int:
    """Print the tails and the teeth; 1 if a bound is broken or a flaw does not show."""
    chosen = _arguments()
    began = time.perf_counter()
    tails = {"real": Tail(), "drawn": Tail()}
    real, drawn = tails.values()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        for number, cohort in enumerate(chosen.cohorts):
            take_in(cohort, folder / cohort, people=chosen.people, seed=chosen.seed)
            world = World(cohort, *opened(folder / cohort), strength=0.02, seed=chosen.seed)
            draw = np.random.default_rng((chosen.seed, number))
            files = _files(world, chosen)
            each = chosen.trials // len(files) // len(chosen.cohorts)
            for case in files:
                observed, guilty = _read(case, world)
                innocent = [number for number in range(chosen.recipients) if number not in guilty]
                keys = [world.recipients.key(number) for number in innocent]
                real.add(np.array([score.log10_e for score in score_keys(observed, keys)]))
                for chunk in innocents(kinds(observed), each, draw):
                    drawn.add(chunk)
    print(f"### Innocent recipients with keys of their own, over {len(files)} files a cohort\n")
    print("\n".join(real.lines()))
    print("\n### Innocent recipients drawn from the bits' distribution, over the same files\n")
    print("\n".join(drawn.lines()))
    print("\n### Flaws committed on purpose (kind 17)\n\n| flaw | shows | how |\n|---|---|---|")
    found = list(teeth(chosen.seed, repeats=chosen.repeats, trials=20_000 if chosen.quick else 200_000))
    for tooth in found:
        print(f"| {tooth.flaw} | {'yes' if tooth.showed else '**no**'} | {tooth.how} |")
    print(f"\n{time.perf_counter() - began:,.0f} s; seed {chosen.seed}")
    missed = [f"the {name} innocents pass the bound" for name, tail in tails.items() if tail.broken]
    return exit_code([*missed, *(f"{tooth.flaw} does not show" for tooth in found if not tooth.showed)])


def _files(world: World, chosen: argparse.Namespace) -> list[Case]:
    """Return one file of every parameter set that a bound can be asked of quickly."""
    plan = Plan(repeats=1, seed=chosen.seed)
    found = [case for case in cases(plan, world) if case.rows * case.columns <= _MOST_CELLS]
    draw = np.random.default_rng(chosen.seed)
    return [found[place] for place in sorted(draw.permutation(len(found))[: chosen.files])]


def _read(case: Case, world: World) -> tuple[list[Observations], list[int]]:
    leak, guilty = make(case, world, None)
    return observations(world, leak), guilty


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000, help="participants of the synthetic cohort")
    parser.add_argument("--cohorts", nargs="+", default=[SYNTHETIC])
    parser.add_argument("--files", type=int, default=30, help="how many files to weigh innocents against")
    parser.add_argument("--recipients", type=int, default=700, help="with keys of their own, a file")
    parser.add_argument("--trials", type=int, default=12_000_000, help="drawn innocents, over all files")
    parser.add_argument("--repeats", type=int, default=20, help="of the flaw that needs colluders")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder where cohorts are kept between runs")
    parser.add_argument("--quick", action="store_true", help="four files, 200,000 trials")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.people, chosen.files, chosen.recipients = 5_000, 4, 200
        chosen.trials, chosen.repeats = 200_000, 2
    return chosen


if __name__ == "__main__":
    sys.exit(main())
