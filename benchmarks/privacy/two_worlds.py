"""Random statements on two worlds that differ in one person's secret: whatever differs must be paid for.

    python -m benchmarks privacy/two_worlds
    python benchmarks/privacy/two_worlds.py --quick
    python benchmarks/privacy/two_worlds.py --statements 25000 --seed 2

Takes about 4 min, 40 s with --quick. Other seeds draw other statements and cohorts.

Prints how many statements were answered, refused and depend on the secret, and every finding. Projects ask
one to five statements each, with little noise, so that small groups show; a project of one statement shows
best whether its price is too low. Each statement is also asked with --epsilon.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

from strongroom.disclosure.answer_noise import DEFAULT_RULE
from strongroom.disclosure.answer_noise.influence import budget_for
from strongroom.disclosure.redteam import Statements, TwoWorlds, World, private_findings
from strongroom.errors import StrongroomError

RULE, BUDGET = replace(DEFAULT_RULE, noise=2.0), budget_for(0.99)
# The noise chosen for a query; None is the rule's.
_NOISE = (None, None, None, 1.0, 4.0)
_LENGTHS = (1, 1, 2, 1, 1, 5)
_PER_WORLD, _PEOPLE, _PER_LINE = 150, 300, 500


def main() -> int:
    """Print the counts and the findings; 1 where there is one."""
    chosen = _arguments()
    began, counted, found, asked = time.process_time(), Counter[str](), [], 0
    for number, project in enumerate(_projects(chosen.seed)):
        counted.update(project.counted)
        found += project.findings
        for each in project.findings:
            print(f"project {number}: {each}", file=sys.stderr, flush=True)
        asked += _LENGTHS[number % len(_LENGTHS)]
        if number % _PER_LINE == 0:
            spent = time.process_time() - began
            print(f"{asked:,}: {len(found)} findings, {spent:,.0f} CPU s", file=sys.stderr, flush=True)
        if asked >= chosen.statements:
            break
    print("| statements | |\n|---|---:|")
    for what, many in sorted(counted.items()):
        print(f"| {what} | {many:,} |")
    print(f"\n{asked:,} statements; {time.process_time() - began:,.0f} CPU s")
    return exit_code(found)


def _projects(seed: int) -> Iterator[TwoWorlds]:
    """Yield each project after its statements, which are also asked with --epsilon."""
    for number in count():
        if number % _PER_WORLD == 0:
            world = World(_PEOPLE, seed * 1_000_000 + number)
        both = TwoWorlds(world, RULE, number.to_bytes(32, "big"), BUDGET)
        draw = np.random.default_rng([seed, number])
        statements = Statements(world.facts, draw)
        for _ in range(_LENGTHS[number % len(_LENGTHS)]):
            sql = statements.one()
            with suppress(StrongroomError):
                both.ask(sql, noise=_NOISE[int(draw.integers(len(_NOISE)))])
            with suppress(StrongroomError):
                both.findings += private_findings(world, sql, salt=f"{number}")
                both.counted["answered with --epsilon"] += 1
        yield both


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--statements", type=int, help="3,000 by default, 300 with --quick")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="few statements")
    chosen = parser.parse_args()
    chosen.statements = chosen.statements or (300 if chosen.quick else 3_000)
    return chosen


if __name__ == "__main__":
    sys.exit(main())
