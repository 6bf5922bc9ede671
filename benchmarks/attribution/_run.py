"""Make, trace and judge cases: who of the guilty was named, who of the innocent, and how sure."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from benchmarks.attribution._attacks import Leak
from benchmarks.attribution._cases import Case, make
from benchmarks.attribution._given import Scored
from benchmarks.attribution._world import RECIPIENTS, World

from strongroom.tracer.fingerprint import log10_bar

Tracer = Callable[[World, Leak, list[int]], Scored]
BAR = log10_bar(RECIPIENTS)


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    `guilty` are log10 of the e-values of the guilty; `innocent` is the highest of the others, of whom
    `accused` were past the bar and `trials` were weighed. `cost` is what the attack did to the values,
    root mean square in SDs, NaN where they are no longer on the cohort's scale. `seconds` are of the tracing.
    """

    case: Case
    guilty: tuple[float, ...]
    innocent: float
    accused: int
    trials: int
    cells: int
    people: int
    cost: float
    seconds: float

    @property
    def named(self) -> int:
        """How many of the guilty are past the bar."""
        return sum(each >= BAR for each in self.guilty)


def run(
    cases: Iterable[Case], world: World, foreign: World | None, tracer: Tracer, *, innocents: int = RECIPIENTS
) -> Iterator[Outcome]:
    """Yield outcomes as they come; `innocents` of the innocent recipients are weighed with the guilty.

    The bar is that of all recipients, however few are weighed.
    """
    for case in cases:
        leak, guilty = make(case, world, foreign)
        asked = sorted({*guilty, *range(min(innocents, RECIPIENTS))})
        began = time.process_time()
        scored = tracer(world, leak, asked)
        seconds = time.process_time() - began
        scores = np.array(scored.log10_e)
        mine = np.isin(asked, guilty)
        others = scores[~mine]
        yield Outcome(
            case,
            tuple(float(each) for each in scores[mine]),
            float(others.max()) if len(others) else -math.inf,
            int(np.count_nonzero(others >= BAR)),
            len(others),
            scored.cells,
            scored.people,
            _cost(world, leak),
            seconds,
        )


def _cost(world: World, leak: Leak) -> float:
    known = leak.people >= 0
    if leak.scaled or not known.any():
        return math.nan
    changed = leak.values[known] - world.original(leak.people[known], leak.names)
    spreads = np.array([world.spread(name) for name in leak.names])
    return float(np.sqrt(np.nanmean((changed / spreads) ** 2)))
