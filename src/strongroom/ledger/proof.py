"""Proofs that can be verified with a checkpoint alone, without the log."""

from dataclasses import dataclass

from strongroom.ledger import merkle


@dataclass(frozen=True)
class InclusionProof:
    """Proof that leaf `index` of the tree of `size` has hash `leaf_hash`; `path` runs from leaf to root."""

    index: int
    size: int
    leaf_hash: bytes
    path: tuple[bytes, ...]

    def verify(self, root: bytes) -> bool:
        """Return whether the proof is valid for a root the caller trusts."""
        return merkle.verify_inclusion(self.leaf_hash, self.index, self.size, self.path, root)


@dataclass(frozen=True)
class ConsistencyProof:
    """Proof that the tree of `new` leaves begins with the `old` leaves."""

    old: int
    new: int
    path: tuple[bytes, ...]

    def verify(self, old_root: bytes, new_root: bytes) -> bool:
        """Return whether the proof is valid for two roots the caller trusts."""
        return merkle.verify_consistency(self.old, self.new, self.path, old_root, new_root)
