"""OpenDP's discrete Laplace noise on vectors of integers, exact and without floating-point weaknesses.

OpenDP cannot know how much one person changes a vector that an engine computed. The caller states it as
`sensitivity`; tests on tables with and without a person confirm it.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.errors import UsageError

Whole = NDArray[np.int64]


def with_noise(values: Whole, *, sensitivity: int, epsilon: float) -> Whole:
    """Return integers with discrete Laplace noise of scale sensitivity / epsilon, shape as `values`.

    `sensitivity` is the most that one person can change the whole vector (L1 norm).
    """
    dp = _opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    mechanism = dp.m.make_laplace(*space, scale=sensitivity / epsilon)
    # Rounding of the scale must not spend more than epsilon.
    if mechanism.map(sensitivity) > epsilon * (1 + 1e-9):
        raise UsageError(f"epsilon {epsilon} cannot be guaranteed with a sensitivity of {sensitivity}.")
    drawn: Sequence[int] = mechanism([int(value) for value in values.tolist()]) if len(values) else []
    return np.array(drawn, np.int64)


def deviation(sensitivity: float, epsilon: float) -> float:
    """Return the standard deviation of the noise."""
    return math.sqrt(2) * sensitivity / epsilon


def threshold(groups_each: int, epsilon: float, delta: float) -> int:
    """Return the smallest noisy count at which a group that is not public may be shown.

    A group of one person passes with probability at most delta / groups_each (Korolova et al. 2009).
    """
    return 2 + math.ceil(math.log(groups_each / delta) * groups_each / epsilon)


def _opendp() -> Any:
    try:
        import opendp.prelude as dp  # noqa: PLC0415 - an extra of 265 MB
    except ImportError as error:
        raise UsageError(
            "Differential privacy needs the extra 'privacy'.", hint="Install strongroom[privacy]."
        ) from error
    dp.enable_features("contrib")
    return dp
