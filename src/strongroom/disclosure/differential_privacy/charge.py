"""The privacy parameters of one answer."""

import math
from dataclasses import dataclass

from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_epsilon: float = threshold(
        0.01,
        "epsilon",
        "judgement: a smaller one gives no useful number, and every answer adds its delta",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Charge:
    """The privacy parameters of one answer, for adding or removing one person."""

    epsilon: float
    delta: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon >= LIMITS.least_epsilon):
            raise UsageError(
                f"epsilon must be at least {LIMITS.least_epsilon:g}.",
                hint="Values from 0.05 to 0.2 are usual for one query.",
            )
        if not 0 <= self.delta < 1:
            raise UsageError("delta must be at least 0 and below 1.")
