"""What was answered before, who is in the view, and what protects them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise
from strongroom.disclosure.answer_noise.overlap_audit import Audit, Marks, Sketch
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule


class Engine(Protocol):
    """Runs SQL over the tables of a view, where nothing else can be reached."""

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement."""


@dataclass(frozen=True)
class Protection:
    """The release rule and the noise that goes with it."""

    rule: ReleaseRule
    noise: CellNoise


@dataclass
class Known:
    """The groups answered before, for all projects of a cohort, and each person's mark.

    `everyone` is who is in the view that is asked; both have shape (people,) by the engine's column `person`.
    """

    audit: Audit
    marks: Marks
    everyone: NDArray[np.bool_]

    def __post_init__(self) -> None:
        # Nearly everyone is near everyone: the few who are left out would be told apart by the rest.
        mark = int(np.bitwise_xor.reduce(self.marks, where=self.everyone, initial=0))
        self.audit.watch([Sketch(mark, int(np.count_nonzero(self.everyone)))])

    @cached_property
    def view(self) -> str:
        """A name for who is in the view: another for each view and revision of other people."""
        return hashlib.sha256(np.packbits(self.everyone).tobytes()).hexdigest()
