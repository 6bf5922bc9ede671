"""The decoder by itself: told whose rows these are, which column is which and how values were rescaled.

What the file shows of the marks is read from the originals, the plan and the file; keys come last.
"""

from dataclasses import dataclass

import numpy as np
from benchmarks.attribution._attacks import Leak
from benchmarks.attribution._world import World

from strongroom.tracer.fingerprint import Observations, observe_column
from strongroom.tracer.fingerprint.decoding.e_values import Recipient, score_recipients


@dataclass(frozen=True)
class Scored:
    """log10 of the e-value of every recipient asked for, in order; how many cells were read, and people."""

    log10_e: tuple[float, ...]
    cells: int
    people: int


def score_given(world: World, leak: Leak, recipients: list[int]) -> Scored:
    """Weigh recipients against a leak whose alignment is given."""
    observed = observations(world, leak)
    found = score_recipients(observed, [Recipient(world.recipients.key(number)) for number in recipients])
    people = len(np.unique(leak.people[leak.people >= 0]))
    return Scored(tuple(each.log10_e for each in found), sum(each.cells for each in observed), people)


def observations(world: World, leak: Leak) -> list[Observations]:
    """Read every column of a leak."""
    return [read for place in range(len(leak.names)) if (read := _column(world, leak, place)).cells]


def _column(world: World, leak: Leak, place: int) -> Observations:
    name, rule = leak.names[place], world.rule(leak.names[place])
    known = np.flatnonzero(leak.people >= 0)
    people = np.unique(leak.people[known])
    marked = rule.positions(world.code, people, world.of(name, people))
    rows = known[np.isin(leak.people[known], marked.ordinals)]
    ordinals = leak.people[rows]
    positions = marked.at(np.searchsorted(marked.ordinals, ordinals))
    original, show = world.of(name, ordinals), leak.shown[place]
    low, high = (
        show(rule.nudged(original, np.full(len(original), bit), positions.levels, positions.raised))
        for bit in (False, True)
    )
    return observe_column(positions, leak.values[rows, place], low, high, grid=float(leak.grids[place]))
