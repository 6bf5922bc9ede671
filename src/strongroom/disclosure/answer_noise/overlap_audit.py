"""The overlap audit: counts queried groups that nearly equal earlier ones. It never affects an answer.

The difference of two answers is about the people in whom their groups differ. Refusing the second query, or
repeating the first answer, would reveal where the refusal begins: a group at that threshold is treated one
way with a person in it and another way without (Kenthapadi, Mishra and Nissim 2005). Every group is therefore
answered with its own noise, enough for all the queries a project may ask, and groups close to earlier ones
are reported to the custodian.

An estimate is enough for an audit. Of every group one 64-bit word is kept, the exclusive or of its people's
sketch bits, each a secret random bit: an odd sketch (Mitzenmacher, Pagh and Pham 2014). The engine computes
it while it counts.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

SketchBits = NDArray[np.uint64]
_BITS = 64  # fixed: the sketch is one 64-bit word per group


class Sketch(NamedTuple):
    """The audit's memory of a group: the exclusive or of its people's sketch bits, and their number."""

    parity: int
    people: int


def to_bytes(sketches: Sequence[Sketch]) -> bytes:
    """Return sketches as 16 bytes each."""
    return np.array(sketches, "<u8").tobytes()


def from_bytes(kept: bytes) -> list[Sketch]:
    """Return the sketches that `to_bytes` encoded."""
    return [Sketch(*map(int, pair)) for pair in np.frombuffer(kept, "<u8").reshape(-1, 2)]


def sketch_of(bits: SketchBits, members: NDArray[np.bool_]) -> Sketch:
    """Return the sketch of the people in a mask; both have shape (people,)."""
    parity = int(np.bitwise_xor.reduce(bits, where=members, initial=0))
    return Sketch(parity, int(np.count_nonzero(members)))


def sketch_bits(secret: bytes, people: int) -> SketchBits:
    """Return each person's sketch bit by ordinal: a word with one of 64 bits set, drawn with AES."""
    stream = Cipher(algorithms.AES(secret), modes.CTR(bytes(16))).encryptor().update(bytes(people))
    places = np.frombuffer(stream, np.uint8) % _BITS
    return np.left_shift(np.uint64(1), places.astype(np.uint64))


class Audit:
    """The groups of one cohort answered so far.

    Groups that differ by `similar` people or more are different. Groups that differ by fewer always count as
    near; those that differ by up to half as many more may. One in 64 pairs of groups that differ by two
    people is taken for the same group.
    """

    def __init__(self, similar: int, groups: Iterable[Sketch] = ()) -> None:
        self.similar = similar
        self.groups = list(groups)

    def add(self, groups: Sequence[Sketch]) -> int:
        """Remember groups; return how many nearly equal an earlier one.

        A group equal to an earlier one does not count as near and is not stored twice.
        """
        apart = self._apart(groups)
        self.groups += [each for each, distance in zip(groups, apart, strict=True) if distance > 0]
        return int(np.count_nonzero((apart > 0) & (apart < self.similar)))

    def _apart(self, groups: Sequence[Sketch]) -> NDArray[np.int64]:
        """Return a lower bound on the people by whom each group differs from the nearest earlier one."""
        if not self.groups or not groups:
            return np.full(len(groups), self.similar)
        earlier, mine = _columns(self.groups), _columns(groups)
        bits = np.bitwise_count(mine[:, None, 0] ^ earlier[None, :, 0]).astype(np.int64)
        sizes = np.abs(mine[:, None, 1].astype(np.int64) - earlier[None, :, 1].astype(np.int64))
        nearest: NDArray[np.int64] = np.maximum(bits, sizes).min(axis=1)
        return nearest


def _columns(groups: Sequence[Sketch]) -> NDArray[np.uint64]:
    return np.array(groups, np.uint64).reshape(-1, 2)
