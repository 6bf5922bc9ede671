"""Hard negatives: files that look like people's rows and are not the cohort's.

A fresh draw is made by the generator that made the synthetic cohort; the policy sends such microdata to
review, so only a block by rows is a false match. A second cohort's people are people, and not those guarded.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks.exfiltration._attacks import tables, writers
from benchmarks.exfiltration._attacks.leak import Handed
from benchmarks.exfiltration._cases import Case, Plan, case_seed, take, wanted
from benchmarks.exfiltration._cohorts import Source

SECOND = "NHANES"
NAMES = ("fresh draw", "second cohort", "columns permuted")
_COLUMNS = (5, 8, 15, 30)


def cases(plan: Plan, sources: dict[str, Source]) -> Iterator[Case]:
    """Yield hard negatives against the synthetic cohort, and the permuted ones against every cohort."""
    repeats = max(1, plan.repeats)
    for name, source in sources.items():
        for kind in NAMES:
            against = name == "synthetic" and (kind != "second cohort" or SECOND in sources)
            if kind == "columns permuted" or against:
                for size in plan.sizes:
                    if size <= len(source.people) and wanted(plan, 0, kind):
                        yield from _repeats(plan, name, kind, size, repeats if name == "synthetic" else 1)


def make(case: Case, source: Source, other: Source | None, folder: Path) -> Handed:
    """Write one: a table without ids under other names, as an attacker would."""
    draw = np.random.default_rng(case.seed)
    origin = source if case.name == "columns permuted" or other is None else other
    size = min(case.size, len(origin.people))
    leak = take(origin, size, int(case.parameters["columns"]), folder, draw)
    table = leak.disguised
    if case.name == "columns permuted":
        table = tables.permuted(table, draw)
    return leak.hand_in(writers.csv(table, leak.path("table")), cells=0)


def _repeats(plan: Plan, cohort: str, kind: str, size: int, repeats: int) -> Iterator[Case]:
    for place in range(repeats):
        seed = case_seed(plan.seed, cohort, kind, size, place)
        columns = _COLUMNS[place % len(_COLUMNS)]
        yield Case("hard negative", cohort, 0, kind, size, {"columns": columns}, seed)
