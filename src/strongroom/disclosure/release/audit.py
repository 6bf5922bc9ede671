"""Have almost these people been asked about before? The overlap audit, which watches and decides nothing.

The difference of two answers is about the people in whom groups differ. Refusing the second, or giving it
the first one's answer, would tell exactly where that begins: a group made to lie at the edge is treated one
way with a person in it and another way without (Kenthapadi, Mishra and Nissim 2005). So every group is
answered with noise of its own, enough for as many groups as may be asked, and groups that come close to
earlier ones are counted: a project that has many has to be looked at.
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
        bits = np.zeros((groups, (size + 7) // 8), np.uint8)
        # Small numbers are sorted without comparing.
        narrow = cells.astype(np.uint16) if groups < 1 << 16 else cells
        order = np.argsort(narrow, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(cells, minlength=groups))])
        mask = np.zeros(size, np.bool_)
        for cell in range(groups):
            members = people[order[starts[cell] : starts[cell + 1]]]
            mask[members] = True
            bits[cell] = np.packbits(mask)
            mask[members] = False
        return cls(bits, _counted(bits))


@dataclass
class Audit:
    """The groups answered so far, of one cohort.

    `similar` is from how many people on two groups are different.
    """

    similar: int
    groups: list[Bits] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.groups = list(self.groups)
        self._sizes = [int(_counted(bits[None])[0]) for bits in self.groups]

    def watch(self, groups: Bits) -> int:
        """Remember groups (packed, shape (groups, people / 8)); returns how many are nearly an earlier one.

        A group that is an earlier one exactly is neither near nor remembered twice.
        """
        apart = [self._apart(bits) for bits in groups]
        for bits, distance in zip(groups, apart, strict=True):
            if distance > 0:
                self.groups.append(bits)
                self._sizes.append(int(_counted(bits[None])[0]))
        return sum(0 < distance < self.similar for distance in apart)

    def _apart(self, bits: Bits) -> int:
        """Return by how many people a group differs from the nearest earlier one, at most `similar`."""
        size = int(_counted(bits[None])[0])
        # Groups of other sizes differ by at least as much.
        close = np.flatnonzero(np.abs(np.array(self._sizes, np.int64) - size) < self.similar)
        return min(
            (int(_counted((self.groups[place] ^ bits)[None])[0]) for place in close), default=self.similar
        )


def _counted(bits: Bits) -> NDArray[np.int64]:
    # Eight bytes at a time, as far as there are so many.
    whole = bits.shape[-1] // 8 * 8
    words = np.ascontiguousarray(bits[..., :whole]).view(np.uint64)
    counted: NDArray[np.int64] = np.bitwise_count(words).sum(axis=-1, dtype=np.int64)
    counted += np.bitwise_count(bits[..., whole:]).sum(axis=-1, dtype=np.int64)
    return counted
