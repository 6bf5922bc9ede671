"""A Merkle tree whose leaves can be opened a few at a time (the tree of RFC 6962, section 2.1).

An opening has the hashes of the leaves shown and of the other nodes that the root is computed from, each once
for all leaves. `offline_verifier` computes the root again without this module.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    block: int = threshold(
        64,
        "participants of one column",
        "cost: hashes of a view of 500,000 people; opening a cell shows the whole block, so smaller reveals "
        "less and takes longer to issue",
    )


LIMITS = _Limits()
BLOCK = LIMITS.block

Levels = Sequence[Sequence[bytes]]
"""The hashes of each level, leaves first; the last has the root."""


def leaf_hash(message: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + message).digest()


def levels_of(leaves: Iterable[bytes]) -> list[list[bytes]]:
    """Return all levels of the tree over these leaf hashes; the last node of an odd level moves up."""
    sha256 = hashlib.sha256
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = iter(below)
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        if len(below) % 2:
            above.append(below[-1])
        levels.append(above)
    return levels


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    return levels_of(leaves)[-1][0]


def siblings(levels: Levels, opened: Collection[int]) -> dict[str, str]:
    """Return the nodes, as "level/place" and hexadecimal, that lead from the opened leaves to the root."""
    found: dict[str, str] = {}
    known = set(opened)
    for height, level in enumerate(levels[:-1]):
        beside = {place ^ 1 for place in known} - known
        found |= {f"{height}/{place}": level[place].hex() for place in sorted(beside) if place < len(level)}
        known = {place // 2 for place in known}
    return found
