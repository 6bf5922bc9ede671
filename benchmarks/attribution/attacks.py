"""Who is named, and how surely, when copies leak: the attacks of kinds 1 to 13, and the must-reach list.

    python -m benchmarks attribution/attacks
    python benchmarks/attribution/attacks.py --quick
    python benchmarks/attribution/attacks.py --full
    python benchmarks/attribution/attacks.py --reach --given --repeats 20
    python benchmarks/attribution/attacks.py --only collusion 7 --cohorts NHANES --strengths 0.01
    python benchmarks/attribution/attacks.py --files 20 --strengths 0.02 --people 20000 --innocents 500
    python benchmarks/attribution/attacks.py --held-out --seed 2 --rows held-out.jsonl

Takes about 20 min, 60 s with --quick.

End to end by default: the tracer gets a table and nothing else. With --given the decoder alone is measured,
told whose rows these are and what was done to the columns.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.attribution._cases import Plan, cases
from benchmarks.attribution._cohorts import FRESH, SYNTHETIC, known_cohorts, opened, take_in
from benchmarks.attribution._given import score_given
from benchmarks.attribution._reach import Goal, goal_cases, goals
from benchmarks.attribution._run import Outcome, Tracer, run
from benchmarks.attribution._tables import (
    attack_table,
    innocents_line,
    kind_table,
    overview,
    reach_table,
    shortfalls,
)
from benchmarks.attribution._whole import score_whole
from benchmarks.attribution._world import RECIPIENTS, World
from benchmarks.ending import exit_code

_OPEN = ("NHANES",)
_FULL = {"people": 500_000, "repeats": 20, "innocents": RECIPIENTS, "strengths": [0.01, 0.02]}
_USUAL = {"people": 20_000, "files": 5, "innocents": 500, "strengths": [0.02]}
_REACH = {"people": 50_000, "repeats": 1, "innocents": 2_000, "strengths": [0.01, 0.02]}
_QUICK = {"people": 5_000, "files": 1, "innocents": 200, "strengths": [0.02]}


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables; 1 where somebody innocent is accused, or a goal of the must-reach list is missed."""
    chosen = _arguments(words)
    tracer = score_given if chosen.given else score_whole
    began = time.perf_counter()
    how = "the decoder, alignment given" if chosen.given else "end to end"
    outcomes: list[Outcome] = []
    missed: list[str] = []
    with ExitStack() as stack:
        folder = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rows = stack.enter_context(chosen.rows.open("w", encoding="utf-8")) if chosen.rows else None
        for cohort in chosen.cohorts:
            if chosen.reach:
                found = list(_reached(cohort, folder, chosen, tracer, rows))
                print(f"\n### {cohort}: must reach, {how}\n", *reach_table(found), sep="\n")
                outcomes += [one for _, group in found for one in group]
                missed += [f"{cohort}: {each}" for each in shortfalls(found)]
                continue
            for strength in chosen.strengths:
                world, foreign = _worlds(cohort, folder, chosen, strength)
                plan = Plan(chosen.repeats, chosen.seed, chosen.held_out, chosen.only, chosen.files)
                asked = run(cases(plan, world), world, foreign, tracer, innocents=chosen.innocents)
                made = list(_noted(asked, rows, strength))
                table = attack_table if chosen.files is None else kind_table
                print(f"\n### {cohort}, strength {strength:.0%}, {how}\n", *table(made), sep="\n")
                outcomes += made
    if not chosen.reach:
        print("\n### All guilty named of files, innocents named of trials\n", *overview(outcomes), sep="\n")
    print(f"\n{len(outcomes):,} files; {innocents_line(outcomes)}")
    print(f"{time.perf_counter() - began:,.0f} s; seed {chosen.seed}")
    accused = sum(one.accused for one in outcomes)
    return exit_code([*missed, *([f"{accused} innocent recipients were accused"] if accused else [])])


def _reached(
    cohort: str, folder: Path, chosen: argparse.Namespace, tracer: Tracer, rows: IO[str] | None
) -> Iterator[tuple[Goal, list[Outcome]]]:
    worlds: dict[float, World] = {}
    for goal in goals():
        if chosen.only and not any(word in goal.title for word in chosen.only):
            continue
        if goal.strength not in worlds:
            worlds[goal.strength], _ = _worlds(cohort, folder, chosen, goal.strength)
        world = worlds[goal.strength]
        if goal.rows > len(world.ordinals) or goal.columns > len(world.fine):
            continue
        asked = goal_cases(goal, world, repeats=chosen.repeats, seed=chosen.seed)
        made = run(asked, world, None, tracer, innocents=chosen.innocents)
        yield goal, list(_noted(made, rows, goal.strength))


def _worlds(
    cohort: str, folder: Path, chosen: argparse.Namespace, strength: float
) -> tuple[World, World | None]:
    """Return a cohort under one plan of marks, and another with its columns for rows that are nobody's."""
    wanted = (cohort, FRESH) if cohort == SYNTHETIC and not chosen.reach else (cohort,)
    worlds = []
    for name in wanted:
        place = folder / f"{name}-{chosen.people}" if name in (SYNTHETIC, FRESH) else folder / name
        take_in(name, place, people=chosen.people, seed=chosen.seed)
        worlds.append(World(name, *opened(place), strength=strength, seed=chosen.seed))
    return worlds[0], worlds[1] if len(worlds) > 1 else None


def _noted(outcomes: Iterable[Outcome], rows: IO[str] | None, strength: float) -> Iterator[Outcome]:
    """Pass outcomes on, and write each as a line of JSON as it comes."""
    for one in outcomes:
        if rows:
            rows.write(json.dumps({"strength": strength, **dataclasses.asdict(one)}) + "\n")
            rows.flush()
        yield one


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, help="participants of the synthetic cohort")
    parser.add_argument("--cohorts", nargs="+", help="synthetic, or open tables by name")
    parser.add_argument("--strengths", type=float, nargs="+")
    parser.add_argument("--repeats", type=int, help="files for each parameter set")
    parser.add_argument("--files", type=int, help="files of each attack in all, its parameter sets in turn")
    parser.add_argument("--innocents", type=int, help="innocent recipients weighed with each file")
    parser.add_argument("--only", nargs="+", default=[], help="attacks by name or number, or goals by words")
    parser.add_argument("--reach", action="store_true", help="the must-reach list instead of all attacks")
    parser.add_argument("--given", action="store_true", help="the decoder alone, alignment given")
    parser.add_argument("--held-out", action="store_true", help="the parameters kept aside")
    parser.add_argument("--rows", type=Path, help="write every outcome as a line of JSON, as it comes")
    parser.add_argument("--keep", type=Path, help="a folder where cohorts are kept between runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a small cohort, one file each")
    parser.add_argument("--full", action="store_true", help="500,000 people, all cohorts, 20 files each")
    chosen = parser.parse_args(words)
    preset = _QUICK if chosen.quick else _FULL if chosen.full else _REACH if chosen.reach else _USUAL
    counted = chosen.files or chosen.repeats
    for name, value in preset.items():
        if getattr(chosen, name) is None and not (counted and name in {"files", "repeats"}):
            setattr(chosen, name, value)
    chosen.repeats = chosen.repeats or 1
    if chosen.cohorts is None:
        known = known_cohorts(chosen.seed)
        usual = [name for name in (SYNTHETIC, *_OPEN) if name in known]
        chosen.cohorts = known if chosen.full else [SYNTHETIC] if chosen.quick or chosen.reach else usual
    return chosen


if __name__ == "__main__":
    sys.exit(main())
