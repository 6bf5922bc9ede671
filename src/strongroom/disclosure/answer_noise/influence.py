"""The influence of one person on all answers, which a budget limits: Gaussian differential privacy.

A number with normal noise of standard deviation s that one person can move by d costs (d / s)^2. Costs add
up, also if later queries depend on earlier answers, as long as the total is fixed in advance (Dong, Roth and
Su 2022, Gaussian differential privacy, corollary 2; Smith and Thakurta 2022, fully adaptive composition).
After a total of B, an attacker who knows everything except one fact about one person, and finds both its
values equally likely, guesses it with probability at most P(Z < sqrt(B) / 2), Z being standard normal.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import NormalDist

from strongroom.errors import RefusedError

_SLACK = 1e-9  # fixed: rounding errors of sums of doubles


def budget_for(guessed: float) -> float:
    """Return the budget after which an attacker guesses with at most this probability."""
    return (2 * NormalDist().inv_cdf(guessed)) ** 2


def guessed_after(cost: float) -> float:
    """Return the probability of a correct guess that a total cost allows."""
    return NormalDist().cdf(math.sqrt(cost) / 2)


def cost_of_epsilon(epsilon: float) -> float:
    """Return the cost of an answer with pure differential privacy.

    `epsilon` is for adding or removing one person; changing a person's record is one removal and one
    addition. An attacker's two error rates are then no smaller than under normal noise of this cost, which
    gives the same probability of a correct guess (Kairouz, Oh and Viswanath 2015, theorem 2.1).
    """
    return budget_for(1 / (1 + math.exp(-2 * epsilon)))


@dataclass(frozen=True)
class Balance:
    """A project's budget: its total, and the cost paid for each noisy number, by the number's name."""

    total: float
    paid: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def spent(self) -> float:
        """The sum of what is paid."""
        return math.fsum(self.paid.values())

    @property
    def left(self) -> float:
        """What is left, at least 0."""
        return max(self.total - self.spent, 0.0)

    def price(self, charge: Mapping[str, float]) -> float:
        """Return what a charge costs; numbers paid for before cost only what is missing."""
        return math.fsum(cost - self.paid.get(name, 0.0) for name, cost in charge.items())

    def after(self, charge: Mapping[str, float]) -> "Balance":
        """Return the balance with `charge`, each number's new cost; RefusedError if too little is left."""
        price = self.price(charge)
        if price > self.left + _SLACK * self.total:
            raise RefusedError(
                f"The query costs {self.share(price):.1%} of the project's budget; "
                f"{self.share(self.left):.1%} is left.",
                hint="Ask with more noise (--noise) or for less, or ask the custodians for more.",
            )
        return Balance(self.total, {**self.paid, **charge})

    def share(self, cost: float) -> float:
        """Return a cost as a share of the total."""
        return cost / self.total if self.total > 0 else math.inf
