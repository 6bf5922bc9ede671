"""Ways to leak copies: the kinds of the project's notes that a trace is asked about, as seeded generators."""

from benchmarks.attribution._attacks import (
    collusion,
    composites,
    denoise,
    mixing,
    null,
    pieces,
    values,
)
from benchmarks.attribution._attacks.leak import NOBODY, Attack, Held, Leak, is_held_out

_GROUPS = (null, pieces, values, denoise, mixing, collusion, composites)


def all_attacks() -> list[Attack]:
    """Return every attack, by number."""
    found = [each for group in _GROUPS for each in vars(group).values() if isinstance(each, Attack)]
    return sorted(found, key=lambda each: each.number)


__all__ = ["NOBODY", "Attack", "Held", "Leak", "all_attacks", "is_held_out"]
