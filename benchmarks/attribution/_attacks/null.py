"""Kind 1: files that no recipient leaked: none may be accused."""

from dataclasses import replace

import numpy as np
from benchmarks.attribution._attacks.leak import NOBODY, Draw, Held, Leak, attack


@attack(1, sizes=((300, 10), (2_000, 10)), colluders=(0,))
def unmarked(held: Held, draw: Draw) -> Leak:
    """Kind 1: the cohort's own values, without a mark."""
    return held.leak(held.first).shuffled(draw)


@attack(1, sizes=((300, 10), (2_000, 10)), colluders=(0,))
def outsiders_copy(held: Held, draw: Draw) -> Leak:
    """Kind 1: a copy under a key that none of the recipients has."""
    return held.leak(held.copies[-1]).shuffled(draw)


@attack(1, sizes=((300, 10),), colluders=(0,))
def other_cohort(held: Held, draw: Draw) -> Leak:
    """Kind 1: another cohort with the same columns."""
    rows = held.foreign[draw.integers(0, len(held.foreign), len(held.people))]
    leak = replace(held.leak(rows), people=np.full(len(rows), NOBODY))
    return leak.shuffled(draw)


@attack(1, sizes=((300, 10), (2_000, 10)), colluders=(1,))
def permuted(held: Held, draw: Draw) -> Leak:
    """Kind 1: a copy with every column shuffled by itself: nobody's rows any more."""
    values = np.column_stack([draw.permutation(column) for column in held.first.T])
    return replace(held.leak(values), people=np.full(len(values), NOBODY)).shuffled(draw)
