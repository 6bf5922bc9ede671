"""What was answered before, and the sets of people a question is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.release.audit import Audit, Bits, Partition
from strongroom.disclosure.release.noise import CellNoise
from strongroom.disclosure.release.rule import ReleaseRule


@dataclass(frozen=True)
class Protection:
    """The release rule and the noise that goes with it."""

    rule: ReleaseRule
    noise: CellNoise


@dataclass
class Known:
    """The sets of people answered before, for all projects of a cohort, and each person's record key.

    Positions in a set and in `record_keys` are those of the engine's column `person`. `everyone` is who is
    in the view that is asked.
    """

    audit: Audit
    record_keys: NDArray[np.uint32]
    everyone: NDArray[np.bool_]

    def __post_init__(self) -> None:
        # Nearly everyone is near everyone: the few who are left out would be told apart by the rest.
        self.audit.watch(np.packbits(self.everyone)[None])

    @cached_property
    def view_key(self) -> int:
        """The exclusive or of the record keys of everyone in the view: one for each view and revision."""
        return int(np.bitwise_xor.reduce(self.record_keys[self.everyone], initial=0))

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.record_keys)

    def members(self, bits: Bits) -> NDArray[np.int64]:
        """Return the positions of a set's people."""
        return np.flatnonzero(np.unpackbits(bits, count=self.people))


@dataclass(frozen=True)
class Sets:
    """The sets of one question, of shape (groups,): sizes, keys, and how many are near earlier ones."""

    bits: Sequence[Bits]
    people: NDArray[np.int64]
    keys: NDArray[np.uint64]
    near: int

    def table(self, known: Known) -> pa.Table:
        """Return who is in which set, as the engine reads it: person and cell."""
        members = [known.members(bits) for bits in self.bits]
        cells = np.repeat(np.arange(len(members)), [len(each) for each in members])
        return pa.table({"person": np.concatenate([np.empty(0, np.int64), *members]), "cell": cells})


def watched_sets(
    people: NDArray[np.int64],
    cells: NDArray[np.int64],
    names: Sequence[str],
    known: Known,
    protection: Protection,
) -> Sets:
    """Return the sets of a question, compared with those answered before, to which they are added.

    `people` and `cells` (both of shape (members,)) say who is in which of the groups of these `names`. A set
    of fewer than the rule's `smallest` is shown to nobody, so it is not compared and counts as empty.
    """
    partition = Partition.of(people, cells, groups=len(names), size=known.people)
    large = partition.sizes >= protection.rule.smallest
    near = known.audit.watch(partition.bits[large])
    keys = protection.noise.keys([f"{known.view_key}/{name}" for name in names])
    return Sets(
        bits=list(np.where(large[:, None], partition.bits, np.uint8(0))),
        people=np.where(large, partition.sizes, 0),
        keys=keys,
        near=near,
    )
