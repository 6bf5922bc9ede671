"""Have almost these people been asked about before? The overlap audit, which watches and decides nothing.

The difference of two answers is about the people in whom groups differ. Refusing the second, or giving it
the first one's answer, would tell exactly where that begins: a group made to lie at the edge is treated one
way with a person in it and another way without (Kenthapadi, Mishra and Nissim 2005). So every group is
answered with noise of its own, enough for as many groups as may be asked, and groups that come close to
earlier ones are counted: a project that has many has to be looked at.

What only watches may be estimated. Of every group 64 bits are kept, the exclusive or of its people's marks,
each one secret bit: an odd sketch (Mitzenmacher, Pagh and Pham 2014). An engine makes it while it counts.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

Marks = NDArray[np.uint64]
_BITS = 64


class Sketch(NamedTuple):
    """What is kept of a group: the exclusive or of its people's marks, and how many they are."""

    mark: int
    people: int

    def to_bytes(self) -> bytes:
        """Return it as 16 bytes."""
        return np.array(self, "<u8").tobytes()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Sketch":
        """Return what `to_bytes` made."""
        mark, people = np.frombuffer(kept, "<u8").tolist()
        return cls(mark, people)


def marks(secret: bytes, people: int) -> Marks:
    """Return each person's mark by ordinal, one of 64 bits: AES under a key of its own."""
    stream = Cipher(algorithms.AES(secret), modes.CTR(bytes(16))).encryptor().update(bytes(people))
    places = np.frombuffer(stream, np.uint8) % _BITS
    return np.left_shift(np.uint64(1), places.astype(np.uint64))


class Audit:
    """The groups answered so far, of one cohort.

    `similar` is from how many people on two groups are different. A group that differs by fewer is always
    found near; one that differs by up to half as many more may be. Of groups that differ by two people
    one pair in 64 passes for the same group.
    """

    def __init__(self, similar: int, groups: Iterable[Sketch] = ()) -> None:
        self.similar = similar
        self.groups = list(groups)

    def watch(self, groups: Sequence[Sketch]) -> int:
        """Remember groups; returns how many are nearly an earlier one.

        A group that is an earlier one exactly is neither near nor remembered twice.
        """
        apart = self._apart(groups)
        self.groups += [each for each, distance in zip(groups, apart, strict=True) if distance > 0]
        return int(np.count_nonzero((apart > 0) & (apart < self.similar)))

    def _apart(self, groups: Sequence[Sketch]) -> NDArray[np.int64]:
        """Return by how many people each group differs from the nearest earlier one, at least."""
        if not self.groups or not groups:
            return np.full(len(groups), self.similar)
        earlier, mine = _columns(self.groups), _columns(groups)
        bits = np.bitwise_count(mine[:, None, 0] ^ earlier[None, :, 0]).astype(np.int64)
        sizes = np.abs(mine[:, None, 1].astype(np.int64) - earlier[None, :, 1].astype(np.int64))
        nearest: NDArray[np.int64] = np.maximum(bits, sizes).min(axis=1)
        return nearest


def _columns(groups: Sequence[Sketch]) -> NDArray[np.uint64]:
    return np.array(groups, np.uint64).reshape(-1, 2)
