"""The 27 benign classes as generators; each writes what an honest researcher takes out."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.exfiltration._attacks.leak import Handed
from benchmarks.exfiltration._cases import Case, Plan
from benchmarks.exfiltration._cohorts import Source


def cases(plan: Plan) -> Iterator[Case]:
    return iter(())


def make(case: Case, source: Source, folder: Path) -> Handed:
    raise NotImplementedError
