"""What the peers have in common: a primary key, whole numbers with low bits, a fingerprint of bits."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SECRET = 0x5EED
LENGTH = 64


@dataclass(frozen=True)
class Rows:
    """A table as the peers want it: primary keys of shape (rows,), values (rows, columns) on their grids.

    NaN is no value. `columns` are the places of the columns in the table that was marked.
    """

    keys: Ints
    values: Floats
    columns: Ints


class Scheme(ABC):
    """One scheme on tables with grids `steps`, tuned by `share`: how many of the rows it marks.

    `significant` is how many least significant bits it may change.
    """

    name: str

    def __init__(
        self, original: Rows, steps: Floats, *, recipients: int, share: float, significant: int
    ) -> None:
        self.original, self.steps = original, steps
        self.recipients, self.share, self.significant = recipients, share, significant

    @abstractmethod
    def mark(self, recipient: int) -> Floats:
        """Return a recipient's copy of the original's values."""

    @abstractmethod
    def accused(self, found: Rows) -> list[int]:
        """Return the recipients the scheme's own rule accuses of a file."""

    def draw(self, keys: Ints, use: str) -> NDArray[np.uint64]:
        """Return a pseudo-random number for every primary key; the same for the same use."""
        seed = int.from_bytes(hashlib.sha256(f"{SECRET} {use}".encode()).digest()[:8], "little")
        mixed = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        return mixed ^ (mixed >> np.uint64(31))

    def chosen(self, keys: Ints) -> NDArray[np.bool_]:
        """Tell which rows are marked."""
        return self.under(keys, "row", self.share)

    def under(self, keys: Ints, use: str, share: float) -> NDArray[np.bool_]:
        """Tell which keys are of a share chosen for a use."""
        return np.asarray(self.draw(keys, use) <= np.uint64(min(2**64 - 1, int(share * 2**64))))

    def fingerprint(self, recipient: int, length: int = LENGTH) -> NDArray[np.bool_]:
        """Return a recipient's bits: a hash of the secret and the recipient's number."""
        found = hashlib.shake_256(f"{SECRET} {recipient}".encode()).digest(length // 8)
        return np.unpackbits(np.frombuffer(found, np.uint8)).astype(bool)

    def fingerprints(self) -> NDArray[np.bool_]:
        """Return everybody's bits, shape (recipients, length)."""
        if not hasattr(self, "_everybody"):
            self._everybody = np.array([self.fingerprint(each) for each in range(self.recipients)])
        return self._everybody

    def steps_of(self, found: Rows) -> Ints:
        """Return values as whole numbers of steps, rounded as a file may be off the grid; -1 is no value."""
        whole = np.round(found.values / self.steps[found.columns])
        return np.where(np.isfinite(whole), whole, -1).astype(np.int64)


def with_bit(whole: Ints, place: Ints, bit: NDArray[np.bool_]) -> Ints:
    """Set one bit of each number."""
    return np.asarray((whole & ~(np.int64(1) << place)) | (bit.astype(np.int64) << place))


def majority(votes: Ints, *, certain: float = 0.5) -> NDArray[np.int8]:
    """Turn votes of shape (bits, 2) into bits: -1 where neither has more than the share `certain`."""
    total = votes.sum(axis=1)
    share = votes[:, 1] / np.maximum(total, 1)
    undecided = (total == 0) | ((share <= certain) & (1 - share <= certain))
    return np.where(undecided, -1, share > certain).astype(np.int8)
