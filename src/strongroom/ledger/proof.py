"""Proofs as values: what one hands to somebody who holds a checkpoint and not the log."""

from dataclasses import dataclass

from strongroom.ledger import merkle


@dataclass(frozen=True)
class InclusionProof:
    """That the leaf `leaf_hash` stands at `index` in the tree of `size`; `path` runs from leaf to root."""

    index: int
    size: int
    leaf_hash: bytes
    path: tuple[bytes, ...]

    def verify(self, root: bytes) -> bool:
        """Say whether the proof holds under a root the caller trusts."""
        return merkle.verify_inclusion(self.leaf_hash, self.index, self.size, self.path, root)


@dataclass(frozen=True)
class ConsistencyProof:
    """That the tree of `old` leaves is the beginning of the tree of `new` leaves."""

    old: int
    new: int
    path: tuple[bytes, ...]

    def verify(self, old_root: bytes, new_root: bytes) -> bool:
        """Say whether the proof holds between two roots the caller trusts."""
        return merkle.verify_consistency(self.old, self.new, self.path, old_root, new_root)
