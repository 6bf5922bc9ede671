"""The context of a query: the engine, the protection, and the people of the view."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule


class EngineError(Exception):
    """The engine failed or ran out of time: its answer counts as empty, and the reason is not revealed.

    An error that only one person's row causes would reveal that row.
    """


class Engine(Protocol):
    """Runs SQL over the tables of a view, without access to anything else."""

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement; EngineError if it fails."""


@dataclass(frozen=True)
class Protection:
    """The release rule, its noise, and the secret that chooses which of a person's events count."""

    rule: ReleaseRule
    noise: CellNoise
    salt: str = ""


@dataclass(frozen=True)
class QueriedView:
    """The people of a view: `members` has shape (people,) by the engine's column `person`."""

    members: NDArray[np.bool_]

    @cached_property
    def name(self) -> str:
        """A name for the set of people in the view: views of different people have different names."""
        return hashlib.sha256(np.packbits(self.members).tobytes()).hexdigest()
