"""Linear reconstruction: random parts of a small group, and least squares (Dinur and Nissim 2003)."""

from dataclasses import dataclass

import numpy as np

from strongroom.disclosure.redteam.attackers.base import Ask, counts
from strongroom.disclosure.redteam.world import Facts

_PADDING = 150
_PREVALENCE = 0.4


@dataclass(frozen=True)
class Reconstruction:
    """Who of a small group is ill, from how many of random halves of it are; `noise` is what is expected.

    To each half some known people are added, so that it is large enough to be shown.
    """

    sets: int
    group: int = 40
    noise: float = 3.0
    projects: int = 1

    @property
    def name(self) -> str:
        """What they try."""
        return f"reconstruction of {self.group} people from {self.sets} sets"

    @property
    def questions(self) -> int:
        """One for each set."""
        return self.sets

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return what the least squares, drawn to what is common, say of the target."""
        chosen = np.random.default_rng(0).random((self.sets, self.group)) < 0.5  # noqa: PLR2004 - a half
        people = np.append(facts.others(0)[: self.group - 1], facts.target)
        conditions = []
        for place, half in enumerate(chosen):
            padding = facts.others(place + 1)
            known = padding[~np.isin(padding, people)][:_PADDING]
            conditions.append(f"{facts.condition(known)} OR ({facts.condition(people[half])} AND ill = 1)")
        told = counts(ask, conditions)
        answered = np.array([each is not None for each in told])
        halves = chosen[answered].astype(np.float64)
        expected = np.full(self.group, _PREVALENCE)
        expected[-1] = 0.5
        more = (
            np.array([each for each in told if each is not None], np.float64) - _PADDING - halves @ expected
        )
        normal = halves.T @ halves + 4 * self.noise**2 * np.eye(self.group)
        return float(np.linalg.solve(normal, halves.T @ more)[-1])
