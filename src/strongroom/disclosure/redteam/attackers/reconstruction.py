"""Linear reconstruction: random subsets of a small group, and least squares (Dinur and Nissim 2003)."""

from dataclasses import dataclass

import numpy as np

from strongroom.disclosure.redteam.attackers.base import Ask, counts
from strongroom.disclosure.redteam.world import Facts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    padding: int = threshold(
        300, "people", "judgement: well above shown_from of the default rule, so that every set is shown"
    )
    prevalence: float = threshold(
        0.4, "share", "derived: the illness prevalence of the cohort, which the attacker knows"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Reconstruction:
    """Who of a small group is ill, from counts of random halves of it; `noise` is the expected deviation.

    Known people are added to each half, so that it is large enough to be shown.
    """

    sets: int
    group: int = 40
    noise: float = 3.0
    projects: int = 1

    @property
    def name(self) -> str:
        """The name of the attack."""
        return f"reconstruction of {self.group} people from {self.sets} sets"

    @property
    def questions(self) -> int:
        """One per group."""
        return self.sets

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the ridge regression's estimate for the target."""
        chosen = np.random.default_rng(0).random((self.sets, self.group)) < 0.5  # noqa: PLR2004 - a half
        people = np.append(facts.others(0)[: self.group - 1], facts.target)
        conditions = []
        for place, half in enumerate(chosen):
            padding = facts.others(place + 1)
            known = padding[~np.isin(padding, people)][: LIMITS.padding]
            conditions.append(f"{facts.condition(known)} OR ({facts.condition(people[half])} AND ill = 1)")
        answers = counts(ask, conditions)
        answered = np.array([each is not None for each in answers])
        halves = chosen[answered].astype(np.float64)
        expected = np.full(self.group, LIMITS.prevalence)
        expected[-1] = 0.5
        more = (
            np.array([each for each in answers if each is not None], np.float64)
            - LIMITS.padding
            - halves @ expected
        )
        normal = halves.T @ halves + 4 * self.noise**2 * np.eye(self.group)
        return float(np.linalg.solve(normal, halves.T @ more)[-1])
