"""The 27 benign classes as generators; each writes what an honest researcher takes out."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.exfiltration._attacks.leak import Handed, is_held_out
from benchmarks.exfiltration._benign import described, genetics, modelled, results, writing
from benchmarks.exfiltration._benign.honest import Analysis, Benign
from benchmarks.exfiltration._cases import Case, Plan, case_seed, wanted
from benchmarks.exfiltration._cohorts import Source


def all_benign() -> list[Benign]:
    """Return every benign class, by number."""
    found = [
        each
        for group in (results, genetics, writing, described, modelled)
        for each in vars(group).values()
        if isinstance(each, Benign)
    ]
    return sorted(found, key=lambda each: (each.number, each.name))


def cases(plan: Plan) -> Iterator[Case]:
    """Yield every class as often as the plan repeats, or once a parameter set."""
    for each in all_benign():
        if wanted(plan, each.number, each.name) and not _attack_numbers(plan):
            settings = _settings(each, plan)
            for place in range(max(plan.repeats, min(len(settings), 2 * plan.repeats))):
                chosen = settings[place % len(settings)]
                seed = case_seed(plan.seed, "benign", each.name, place)
                yield Case("benign", "synthetic", each.number, each.name, 0, chosen, seed)


def make(case: Case, source: Source, folder: Path) -> Handed:
    """Write the files of a case."""
    each = next(each for each in all_benign() if each.name == case.name)
    work = Analysis(source.people, source.telling, folder, np.random.default_rng(case.seed))
    return Handed((tuple(each.make(work, **case.parameters)),), 0, 0)


def _attack_numbers(plan: Plan) -> bool:
    """Say whether classes are asked for by number: those are the attacks' numbers."""
    return any(each.isdigit() for each in plan.only)


def _settings(each: Benign, plan: Plan) -> list[Mapping[str, Any]]:
    """Return the parameter sets of the part that is run; a class with none there is run with its first."""
    chosen = [one for one in each.grid if is_held_out(each.name, one) == plan.held_out]
    return chosen or list(each.grid[:1])
