"""The Merkle tree of RFC 6962 as pure functions: hashes, the tree's right edge, and proofs.

A tree of n leaves consists of *complete subtrees*. The one at (level, position) covers 2^level leaves,
starting at leaf position * 2^level. A complete subtree never changes, so a log can store its hash; the
incomplete nodes at the right edge are computed from these hashes when needed.

Source: RFC 6962, section 2.1 (hashes), 2.1.1 (inclusion), 2.1.2 (consistency). Proofs are verified
by the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2, for the same tree.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HASH_BYTES = 32  # fixed: SHA-256
# RFC 6962 2.1: "The hash of an empty list is the hash of an empty string".
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeHash = Callable[[int, int], bytes]


@dataclass(frozen=True, order=True)
class Node:
    """The position of a complete subtree; leaves have level 0."""

    level: int
    position: int

    @property
    def number(self) -> int:
        """The subtree's number in an in-order traversal of the tree: one integer that identifies the node."""
        return (self.position << (self.level + 1)) + (1 << self.level) - 1


def leaves_before(number: int) -> int:
    """Return the number of leaves up to the end of the subtree with this number."""
    level = (number ^ (number + 1)).bit_length() - 1
    return ((number >> (level + 1)) + 1) << level


def leaf_hash(body: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962 2.1): the prefix prevents a leaf from passing as a node."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    Their sizes are the powers of two in `size`, so adding a leaf costs as many node hashes as `size` has
    trailing one bits, and the root is computed from about log2(size) hashes.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(
                f"a tree of {size} leaves has {size.bit_count()} complete subtrees, not {len(hashes)}"
            )
        self.size = size
        self._hashes = list(hashes)

    def add(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf's hash; return the inner nodes it completes, lowest first."""
        completed: list[tuple[Node, bytes]] = []
        position, level = self.size, 0
        while position & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            position, level = position >> 1, level + 1
            completed.append((Node(level, position), leaf))
        self._hashes.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the hash of the whole tree (RFC 6962 2.1)."""
        return _fold(self._hashes)


def complete_subtrees(start: int, stop: int) -> list[Node]:
    """Split the leaves from `start` to `stop` into complete subtrees, left to right.

    `start` must be a multiple of the largest power of two within the range, as it is for every subtree.
    """
    nodes: list[Node] = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def range_hash(start: int, stop: int, node: NodeHash) -> bytes:
    """Return the hash of the subtree over the leaves from `start` to `stop`."""
    return _fold([node(each.level, each.position) for each in complete_subtrees(start, stop)])


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the leaf ranges whose hashes prove leaf `index` in a tree of `size` (RFC 6962 2.1.1, PATH)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    ranges: list[tuple[int, int]] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """Return the leaf ranges that prove that a tree of `new` leaves begins with `old` (2.1.2, PROOF)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves cannot begin with {old} leaves")
    if old in (0, new):
        return []
    ranges: list[tuple[int, int]] = []
    start, stop = 0, new
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    # SUBPROOF's flag b: the verifier already has the hash if the old tree is itself the last subtree.
    return ([] if start == 0 else [(start, stop)]) + ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether `path` proves the leaf hash `leaf` at `index` under `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, computed = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            computed = node_hash(sibling, computed)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            computed = node_hash(computed, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and computed == root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Return whether `path` proves that the tree of `new` leaves begins with `old` (RFC 9162 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if len(hashes) <= 1:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """Return the largest power of two below `size` (RFC 6962 2.1: k < n <= 2k)."""
    return 1 << ((size - 1).bit_length() - 1)


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Hash complete subtrees together from right to left; the smaller ones are on the right."""
    if not hashes:
        return EMPTY_ROOT
    remaining: Iterator[bytes] = reversed(hashes)
    folded = next(remaining)
    for left in remaining:
        folded = node_hash(left, folded)
    return folded
