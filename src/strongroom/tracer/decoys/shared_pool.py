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
    """Tell which decoys of the pool a project is given, shape (pool,): 1-bits of its code (`Code`).

    Colluders who keep only the decoys they all have, or all that any has, leave a set that identifies them.
    """
    positions = Code(plan_key).marked(_POOL, ordinals, 1.0)
    return Code(project_key).bits(positions)


def probabilities(ordinals: NDArray[np.int64], *, plan_key: bytes) -> NDArray[np.float64]:
    """Return the exact probability that a project is given each decoy of the pool; shape (pool,)."""
    levels = Code(plan_key).marked(_POOL, ordinals, 1.0).levels
    return np.array(LEVELS)[levels] / 256


def withheld(ordinals: NDArray[np.integer], share: float, *, project_key: bytes) -> NDArray[np.bool_]:
    """Tell which real people a project's views lack, each with probability `share`; shape (people,).

    They are the same in every view of a project: a later view does not restore anybody.
    """
    chosen = Code(project_key).marked(_WITHHELD, ordinals, share).ordinals
    return np.isin(ordinals, chosen)


@dataclass(frozen=True, repr=False)
class SharedPool:
    """The cohort's pool of decoys before any view marks it, and the probability of each being given."""

    people: pa.Table
    ordinals: NDArray[np.int64]
    probability: NDArray[np.float64]

    @classmethod
    def of(cls, people: InventedPeople, *, plan_key: bytes) -> Self:
        """Read the stored pool."""
        table = people.tables[TableKind.PARTICIPANTS.value]
        ordinals: NDArray[np.int64] = table.column(PARTICIPANT).to_numpy().astype(np.int64)
        return cls(table, ordinals, probabilities(ordinals, plan_key=plan_key))
