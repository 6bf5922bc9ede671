"""The pool of decoys that projects share, and the people a project's views leave out.

Both follow from the project's code, as its marks do.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.tracer.decoys.register import InventedPeople
from strongroom.tracer.fingerprint.code import LEVELS, Code

_POOL, _WITHHELD = "decoys/pool", "decoys/withheld"


def present(ordinals: NDArray[np.int64], *, plan_key: bytes, project_key: bytes) -> NDArray[np.bool_]:
    """Tell who of the pool a project is given: 1-bits of positions like any other (`Code`), shape (pool,).

    Colluders who keep whom all have, or whom any has, leave so a set that still names them.
    """
    positions = Code(plan_key).marked(_POOL, ordinals, 1.0)
    return Code(project_key).bits(positions)


def probabilities(ordinals: NDArray[np.int64], *, plan_key: bytes) -> NDArray[np.float64]:
    """Return how likely a project is given each of the pool, exactly; shape (pool,)."""
    levels = Code(plan_key).marked(_POOL, ordinals, 1.0).levels
    return np.array(LEVELS)[levels] / 256


def withheld(ordinals: NDArray[np.integer], share: float, *, project_key: bytes) -> NDArray[np.bool_]:
    """Tell which real people a project's views lack, each with probability `share`; shape (people,).

    The same people in each view of a project: a later view gives nobody back.
    """
    chosen = Code(project_key).marked(_WITHHELD, ordinals, share).ordinals
    return np.isin(ordinals, chosen)


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
