"""Who of the shared pool is in a project's views, and which real people are not: bits of its code."""

import numpy as np
from numpy.typing import NDArray

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
