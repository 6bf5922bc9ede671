"""Ways to carry participants out: the 43 classes of the project's notes, and compositions of them.

One module a group. Every generator writes real files from people it is given and says how much they
carry. They were written from the notes, not from the detectors.
"""

from benchmarks.exfiltration._attacks import (
    code,
    compositions,
    containers,
    drawings,
    encodings,
    layouts,
    models,
    plain,
    process,
    schema,
    statistical,
    values,
)
from benchmarks.exfiltration._attacks.leak import Attack, Handed, Leak

_GROUPS = (
    plain,
    schema,
    values,
    encodings,
    containers,
    layouts,
    drawings,
    code,
    statistical,
    models,
    process,
    compositions,
)


def all_attacks() -> list[Attack]:
    """Return every attack, by class; compositions (class 0) last."""
    found = [each for group in _GROUPS for each in vars(group).values() if isinstance(each, Attack)]
    return sorted(found, key=lambda each: (each.number == 0, each.number, each.name))


__all__ = ["Attack", "Handed", "Leak", "all_attacks"]
