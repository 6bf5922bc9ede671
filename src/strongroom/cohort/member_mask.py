"""Who is in a view, one bit a participant: 20,000 views of 500,000 people take 1.25 GB."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BITS = 8  # fixed: bits of a byte


@dataclass(frozen=True, repr=False)
class MemberMask:
    """A mask over a cohort's ordinals.

    `packed` has shape (capacity / 8,); of each byte's eight people the first is the highest bit.
    """

    packed: NDArray[np.uint8]

    @classmethod
    def of(cls, members: NDArray[np.bool_]) -> "MemberMask":
        """Pack a mask of shape (capacity,)."""
        return cls(np.packbits(members))

    @classmethod
    def of_ordinals(cls, ordinals: NDArray[np.int64], capacity: int) -> "MemberMask":
        """Return the mask of these people."""
        members = np.zeros(capacity, np.bool_)
        members[ordinals] = True
        return cls.of(members)

    @property
    def capacity(self) -> int:
        """How many ordinals the mask covers, rounded up to whole bytes."""
        return _BITS * len(self.packed)

    def __getitem__(self, ordinals: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of these people are members, same shape."""
        bit = self.packed[ordinals >> 3] >> (7 - (ordinals & 7)).astype(np.uint8)
        return np.asarray(bit & 1, np.bool_)

    def __or__(self, other: "MemberMask") -> "MemberMask":
        """Return who is in either."""
        shorter, longer = sorted((self.packed, other.packed), key=len)
        either = longer.copy()
        either[: len(shorter)] |= shorter
        return MemberMask(either)

    def lacks(self, others: "MemberMask") -> int:
        """Return how many of the others are no members."""
        common = min(len(self.packed), len(others.packed))
        outside = others.packed[:common] & ~self.packed[:common]
        beyond = np.bitwise_count(others.packed[common:])
        return int(np.bitwise_count(outside).sum(dtype=np.int64) + beyond.sum(dtype=np.int64))
