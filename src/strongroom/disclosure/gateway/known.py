"""What was answered before, and the sets of people a question is about once it was compared with that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.release.audit import Audit, AuditFinding, Bits, Partition
from strongroom.disclosure.release.rule import ReleaseRule


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
        # Nearly everyone is everyone: the few who are left out would be told apart by the rest.
        bits = np.packbits(self.everyone)
        if self.audit.check(bits[None])[0].answered < 0:
            self.audit.add(bits)

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.record_keys)

    def members(self, bits: Bits) -> NDArray[np.int64]:
        """Return the positions of a set's people."""
        return np.flatnonzero(np.unpackbits(bits, count=self.people))


@dataclass(frozen=True)
class Sets:
    """The sets of one question after the audit, of shape (groups,): sizes, keys, and what was found.

    A set that is `composed` must not be answered; `near` says that one of them became an earlier one.
    """

    bits: Sequence[Bits]
    people: NDArray[np.int64]
    keys: NDArray[np.uint64]
    composed: NDArray[np.bool_]
    near: bool

    def table(self, known: Known) -> pa.Table:
        """Return who is in which set, as the engine reads it: person and cell."""
        members = [known.members(bits) for bits in self.bits]
        cells = np.repeat(np.arange(len(members)), [len(each) for each in members])
        return pa.table({"person": np.concatenate([np.empty(0, np.int64), *members]), "cell": cells})


def audited_sets(
    people: NDArray[np.int64], cells: NDArray[np.int64], groups: int, known: Known, rule: ReleaseRule
) -> Sets:
    """Compare the sets of a question with those answered before, and add to these what is new.

    `people` and `cells` (both of shape (members,)) say who is in which of so many `groups`. A set of fewer
    than `rule.smallest` is shown to nobody, so it is not compared and counts as empty.
    """
    partition = Partition.of(people, cells, groups=groups, size=known.people)
    large = partition.sizes >= rule.smallest
    findings = iter(known.audit.check(partition.bits[large]))
    found = [next(findings) if enough else AuditFinding() for enough in large]
    bits: list[Bits] = []
    near = False
    for mine, finding, enough in zip(partition.bits, found, large, strict=True):
        if not enough:
            bits.append(np.zeros_like(mine))
        elif finding.answered >= 0:
            earlier = known.audit.groups[finding.answered]
            near |= bool((earlier != mine).any())
            bits.append(earlier)
        else:
            bits.append(mine)
            if not finding.composed:
                known.audit.add(mine)
    members = [known.members(each) for each in bits]
    keys = [int(np.bitwise_xor.reduce(known.record_keys[each], initial=0)) for each in members]
    return Sets(
        bits=bits,
        people=np.array([len(each) for each in members], np.int64),
        keys=np.array(keys, np.uint64),
        composed=np.array([finding.composed for finding in found], np.bool_),
        near=near,
    )
