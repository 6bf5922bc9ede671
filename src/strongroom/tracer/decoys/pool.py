"""The shared pool as a trace looks for it: whom any project may have been given, and how likely each was."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.tracer.decoys.presence import probabilities
from strongroom.tracer.decoys.register import InventedPeople


@dataclass(frozen=True)
class SharedPool:
    """The cohort's pool of decoys before any view marks it, and how likely a project is given each."""

    people: pa.Table
    ordinals: NDArray[np.int64]
    probability: NDArray[np.float64]

    @classmethod
    def of(cls, people: InventedPeople, *, plan_key: bytes) -> Self:
        """Read the pool as it is kept."""
        table = people.tables[TableKind.PARTICIPANTS.value]
        ordinals: NDArray[np.int64] = table.column(PARTICIPANT).to_numpy().astype(np.int64)
        return cls(table, ordinals, probabilities(ordinals, plan_key=plan_key))
