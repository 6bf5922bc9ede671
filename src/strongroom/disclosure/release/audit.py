"""Have almost these people been asked about before? Groups that differ by a few people are one group.

The difference of two answers is about the people in whom the groups differ, so it must not be about too few.
Refusing the second would tell as much as answering it: that the groups are not quite the same. It gets the
first one's answer instead, and with it the same change (Kenthapadi, Mishra and Nissim 2005 on refusals).

A group is also compared with the unions and differences of two earlier ones, by which a group that was never
asked for could be had all the same.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class Partition:
    """The groups of one question: a packed bitmap over people for each, of shape (groups, people / 8)."""

    bits: Bits
    sizes: NDArray[np.int64]

    @classmethod
    def of(
        cls, people: NDArray[np.int64], cells: NDArray[np.int64], *, groups: int, size: int
    ) -> "Partition":
        """Pack who is in which group: positions below `size`, and cells, both of shape (members,)."""
        packed = []
        for cell in range(groups):
            mask = np.zeros(size, np.bool_)
            mask[people[cells == cell]] = True
            packed.append(np.packbits(mask))
        bits = np.array(packed, np.uint8).reshape(groups, (size + 7) // 8)
        return cls(bits, _counted(bits))


@dataclass(frozen=True)
class AuditFinding:
    """What one group of a question comes to.

    `answered` is the earlier group it is one with (its number), -1 for none; `composed` says that it nearly
    equals a union or difference of two earlier ones, and so must not be answered.
    """

    answered: int = -1
    composed: bool = False


@dataclass
class Audit:
    """The groups answered so far, of one cohort; the number of a group is its place.

    `similar` is from how many people on two groups are different.
    """

    similar: int
    groups: list[Bits] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.groups = list(self.groups)
        self._sizes = [int(_counted(bits[None])[0]) for bits in self.groups]

    def check(self, groups: Bits) -> list[AuditFinding]:
        """Compare groups (packed, shape (groups, people / 8)) with those answered before; adds nothing."""
        if not self.groups:
            return [AuditFinding() for _ in groups]
        earlier = np.array(self.groups, np.uint8)
        return [self._found(bits, earlier) for bits in groups]

    def add(self, bits: Bits) -> int:
        """Add a group that was answered; returns its number."""
        self.groups.append(bits)
        self._sizes.append(int(_counted(bits[None])[0]))
        return len(self.groups) - 1

    def _found(self, bits: Bits, earlier: Bits) -> AuditFinding:
        apart = _counted(earlier ^ bits)
        near = np.flatnonzero(apart < self.similar)
        if len(near):
            # The nearest of all, the first where several are: an answer must not depend on the order asked.
            return AuditFinding(answered=int(near[np.argmin(apart[near])]))
        return AuditFinding(composed=self._is_composed(bits, earlier))

    def _is_composed(self, bits: Bits, earlier: Bits) -> bool:
        """Tell whether a union or a difference of two earlier groups is nearly this one."""
        sizes = np.array(self._sizes)
        shared = _counted(earlier & bits)
        inside = np.flatnonzero(sizes - shared < self.similar)
        around = np.flatnonzero(_counted(bits[None])[0] - shared < self.similar)
        apart = np.flatnonzero(shared < self.similar)
        # What a first group leaves of this one a second must hold, and the other way round.
        unions = ((bits & ~earlier[place], inside) for place in inside)
        differences = ((earlier[place] & ~bits, apart) for place in around)
        return any(self._holds(rest, earlier, sizes, among) for rest, among in (*unions, *differences))

    def _holds(self, rest: Bits, earlier: Bits, sizes: NDArray[np.int64], among: NDArray[np.int64]) -> bool:
        """Tell whether one of the groups `among` holds nearly all of `rest`."""
        left = int(_counted(rest[None])[0])
        enough = among[sizes[among] > left - self.similar]
        return bool(np.any(_counted(rest & ~earlier[enough]) < self.similar))


def _counted(bits: Bits) -> NDArray[np.int64]:
    counted: NDArray[np.int64] = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return counted
