"""How often one person's secret is guessed: every attack on every way to answer; guessing is right at 0.5.

    python -m benchmarks privacy/attacks
    python benchmarks/privacy/attacks.py --quick
    python benchmarks/privacy/attacks.py --mode "full rule" --trials 400
    python benchmarks/privacy/attacks.py --mode "full rule" --attack "sums of the secret" --trials 1600
    python benchmarks/privacy/attacks.py --curve

Takes about 8 min, 60 s with --quick. The full rule with 400 guesses takes 40 minutes, from one project and
from two about 80.

An attack is from one project, from two that share what they learn, or both; `--projects 2` repeats those of
one project with the budgets of two. The last column is the most that the budget allows any attacker.

With --curve the attacks that average are made on rules of several variances and caps instead.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

from strongroom.disclosure.answer_noise import DEFAULT_RULE
from strongroom.disclosure.answer_noise.influence import budget_for, guessed_after
from strongroom.disclosure.redteam import (
    Attacker,
    Mode,
    Score,
    Search,
    World,
    attackers,
    copies,
    modes,
    score,
)

FULL = "full rule"
_MOST = 0.60
_HEAD = "| hole | attack | projects | guesses | right | 95 % | at most |\n|---|---|---:|---:|---:|---|---:|"
# Revealed with certainty by an earlier rule: A, errors of an engine; B, the same with --epsilon; C, refusals
# by the overlap audit; D, groups of another project's question; E, events that put a person in many groups;
# F, the secret as the key. G, a condition too deep to read, is a test (tests/attacks/test_queries.py).
_HOLES = {
    "errors of extreme values": "A",
    "errors of extreme values, with --epsilon": "B",
    "twenty near groups and another question": "C",
    "a question after another project's": "D",
    "events in many groups": "E",
    "the secret as the key": "F",
}
# Guesses for each attack: beside the full rule, and on it.
_USUAL, _QUICK = (4, 50), (1, 4)
_CURVE = ((5.0, 0.57), (14.0, 0.57), (35.0, 0.57), (35.0, 0.65), (35.0, 0.75))


def main() -> int:
    """Print the tables; 1 where an attack on the full rule is surely better than allowed."""
    chosen = _arguments()
    began = time.process_time()
    worlds = [World(chosen.people, seed) for seed in range(chosen.worlds)]
    asked = _curve() if chosen.curve else modes()
    found = []
    for mode in asked:
        if chosen.mode not in (None, mode.name):
            continue
        print(f"\n### {mode.name}\n\n{_HEAD}")
        for each in _scored(mode, worlds, chosen):
            print(_line(each, mode), flush=True)
            found.append(each)
    over = [each for each in found if each.mode == FULL and each.interval[0] > _MOST]
    print(f"\n{sum(each.trials for each in found):,} guesses; {time.process_time() - began:,.0f} CPU s")
    return exit_code(f"{each.attack}: right in {each.accuracy:.3f}, at most {_MOST}" for each in over)


def _line(of: Score, mode: Mode) -> str:
    low, high = of.interval
    most = guessed_after(of.projects * budget_for(mode.rule.guessed)) if mode.capped else 1.0
    numbers = f"{of.trials:,} | {of.accuracy:.3f} | {low:.2f}-{high:.2f} | {most:.3f}"
    return f"| {_HOLES.get(of.attack, '')} | {of.attack} | {of.projects} | {numbers} |"


def _scored(mode: Mode, worlds: list[World], chosen: argparse.Namespace) -> Iterator[Score]:
    usual = (_QUICK if chosen.quick else _USUAL)[mode.name == FULL or chosen.curve]
    trials = chosen.trials or usual
    tried: Iterable[Attacker] = [each for each in attackers(mode.rule) if _asked_for(each.name, chosen)]
    if chosen.curve:
        tried = [each for each in tried if each.name.startswith(("averaging over 20 ", "known", "reconstr"))]
    for attacker in tried:
        projects = max(attacker.projects, chosen.projects)
        if not mode.private or not attacker.name.startswith(("means", "rare", "notes")):
            yield score(attacker, mode, worlds, trials=trials, seed=chosen.seed, projects=projects)
        if mode.name == FULL and attacker.name.startswith("errors"):
            private = next(each for each in modes(mode.rule) if each.private)
            found = score(attacker, private, worlds, trials=trials, seed=chosen.seed, projects=projects)
            yield replace(found, attack=f"{found.attack}, with --epsilon", mode=FULL)
    for projects in (1, 2):
        # It learns for one cohort.
        copied = copies(mode, worlds[0], questions=10, projects=projects)
        search = Search(copied, projects=projects)
        if not chosen.curve and projects >= chosen.projects and _asked_for(search.name, chosen):
            yield score(search, mode, worlds[:1], trials=trials, seed=chosen.seed)


def _asked_for(name: str, chosen: argparse.Namespace) -> bool:
    return any(each in name for each in chosen.attack or [""])


def _curve() -> list[Mode]:
    rules = [replace(DEFAULT_RULE, noise=noise, guessed=guessed) for noise, guessed in _CURVE]
    return [Mode(f"noise {r.noise:g}, budget for {r.guessed:g}", r, capped=True) for r in rules]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--worlds", type=int, default=2, help="different cohorts")
    parser.add_argument("--trials", type=int, help="guesses for each attack and mode; 50 on the full rule")
    parser.add_argument("--mode", help="only this one")
    parser.add_argument(
        "--attack", action="append", help="only attacks of which this is a part of the name; repeatable"
    )
    parser.add_argument("--projects", type=int, default=1, help="at least so many projects for each attack")
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="few guesses, in one cohort")
    chosen = parser.parse_args()
    chosen.worlds = 1 if chosen.quick else chosen.worlds
    return chosen


if __name__ == "__main__":
    sys.exit(main())
