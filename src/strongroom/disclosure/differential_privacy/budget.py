"""A project's privacy budget on a cohort: its total, and what is spent.

Costs add up (basic composition; Dwork and Roth 2014, theorem 3.16), also if each query depends on earlier
answers, because the total is fixed in advance (Rogers et al. 2016).
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from strongroom.errors import RefusedError, UsageError


@dataclass(frozen=True)
class Charge:
    """The privacy cost of one answer."""

    epsilon: float
    delta: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon > 0):
            raise UsageError("epsilon must be above 0.", hint="Values from 0.1 to 1 are usual for one query.")
        if not 0 <= self.delta < 1:
            raise UsageError("delta must be at least 0 and below 1.")


@dataclass(frozen=True)
class Budget:
    """The total that may be spent, and what is spent."""

    epsilon: float
    delta: float = 1e-5
    spent_epsilon: float = 0.0
    spent_delta: float = 0.0

    def after(self, charge: Charge) -> "Budget":
        """Return the budget after a charge; RefusedError if too little is left."""
        spent = replace(
            self,
            spent_epsilon=self.spent_epsilon + charge.epsilon,
            spent_delta=self.spent_delta + charge.delta,
        )
        # Sums of decimal fractions are not exact in binary.
        if spent.spent_epsilon > self.epsilon * (1 + 1e-9) or spent.spent_delta > self.delta * (1 + 1e-9):
            left = round(max(self.epsilon - self.spent_epsilon, 0.0), 9)
            raise RefusedError(
                f"The privacy budget is too small: epsilon {left:.3g} of {self.epsilon:.3g} is left.",
                hint="Use a smaller --epsilon, or ask the custodian to raise the budget.",
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
