"""A privacy budget: what a project may spend on a cohort, and what it has spent.

Costs add up (basic composition; Dwork and Roth 2014, theorem 3.16), also when each question is chosen after
the last answer, since the total is fixed beforehand (Rogers et al. 2016).
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from strongroom.errors import RefusedError, UsageError


@dataclass(frozen=True)
class Charge:
    """What one answer costs."""

    epsilon: float
    delta: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon > 0):
            raise UsageError("epsilon must be above 0.", hint="0.1 to 1 is usual for one question.")
        if not 0 <= self.delta < 1:
            raise UsageError("delta must be at least 0 and below 1.")


@dataclass(frozen=True)
class Budget:
    """What may be spent in all, and what was."""

    epsilon: float
    delta: float = 1e-5
    spent_epsilon: float = 0.0
    spent_delta: float = 0.0

    def after(self, charge: Charge) -> "Budget":
        """Return the budget once a charge is paid; RefusedError where there is not enough left."""
        spent = replace(
            self,
            spent_epsilon=self.spent_epsilon + charge.epsilon,
            spent_delta=self.spent_delta + charge.delta,
        )
        # Sums of tenths are not tenths exactly.
        if spent.spent_epsilon > self.epsilon * (1 + 1e-9) or spent.spent_delta > self.delta * (1 + 1e-9):
            left = round(max(self.epsilon - self.spent_epsilon, 0.0), 9)
            raise RefusedError(
                f"The privacy budget does not allow it: epsilon {left:.3g} of {self.epsilon:.3g} is left.",
                hint="Ask with a smaller --epsilon, or have the custodian raise the budget.",
            )
        return spent

    def to_json(self) -> dict[str, Any]:
        """Return the budget as plain values."""
        return {
            "epsilon": self.epsilon,
            "delta": self.delta,
            "spent_epsilon": round(self.spent_epsilon, 9),
            "spent_delta": self.spent_delta,
        }
