"""The context of a query: the engine, the protection, and the view with its audit."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise
from strongroom.disclosure.answer_noise.overlap_audit import Audit, Sketch, SketchBits
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule


class Engine(Protocol):
    """Runs SQL over the tables of a view, without access to anything else."""

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement."""


@dataclass(frozen=True)
class Protection:
    """The release rule and its noise."""

    rule: ReleaseRule
    noise: CellNoise


@dataclass
class QueriedView:
    """The people of a view, and the audit of all groups answered to any project of the cohort.

    `sketch_bits` and `members`, who is in the view, have shape (people,) by the engine's column `person`.
    """

    audit: Audit
    sketch_bits: SketchBits
    members: NDArray[np.bool_]

    def __post_init__(self) -> None:
        # Nearly everyone is near everyone: such a group would reveal the few who are left out.
        parity = int(np.bitwise_xor.reduce(self.sketch_bits, where=self.members, initial=0))
        self.audit.add([Sketch(parity, int(np.count_nonzero(self.members)))])

    @cached_property
    def name(self) -> str:
        """A name for the set of people in the view: views of different people have different names."""
        return hashlib.sha256(np.packbits(self.members).tobytes()).hexdigest()
