"""The success rate of an attacker; guessing is right half of the time."""

from dataclasses import dataclass

import numpy as np

from strongroom.disclosure.redteam.attackers import Ask, Attacker, Copy
from strongroom.disclosure.redteam.target import Mode, Target
from strongroom.disclosure.redteam.world import World
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    z95: float = threshold(
        1.959964, "standard deviations", "derived: the 97.5 % quantile of the normal distribution"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Score:
    """An attacker's guesses of the secret, under one mode."""

    attack: str
    mode: str
    right: int
    trials: int
    projects: int = 1

    @property
    def accuracy(self) -> float:
        """The share of correct guesses."""
        return self.right / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % score interval (Wilson 1927)."""
        share, z2 = self.accuracy, LIMITS.z95**2
        centre = (share + z2 / (2 * self.trials)) / (1 + z2 / self.trials)
        spread = share * (1 - share) / self.trials + z2 / (4 * self.trials**2)
        half = LIMITS.z95 / (1 + z2 / self.trials) * float(np.sqrt(spread))
        return max(0.0, centre - half), min(1.0, centre + half)


def score(
    attacker: Attacker,
    mode: Mode,
    worlds: list[World],
    *,
    trials: int,
    seed: int = 0,
    projects: int | None = None,
) -> Score:
    """Let an attacker guess `trials` times; the secret and all noise are redrawn each time.

    With `projects`, so many take turns, each with a budget of its own.
    """
    projects = projects or attacker.projects
    draw = np.random.default_rng([seed, trials])
    right = 0
    for trial in range(trials):
        world = worlds[trial % len(worlds)]
        secret, number, coin = draw.random() < 0.5, int(draw.integers(2**62)), draw.random() < 0.5  # noqa: PLR2004
        target = Target(world, mode, bool(secret), number, attacker.questions, projects)
        found = attacker.guess(target.ask, world.facts)
        right += int((coin if found == 0 else found > 0) == secret)
    return Score(attacker.name, mode.name, right, trials, projects)


def copies(mode: Mode, world: World, *, questions: int = 1, projects: int = 1) -> Copy:
    """Return a function that makes copies of the gateway: the same rule with the attacker's own secrets."""

    def copy(secret: bool, number: int) -> Ask:  # noqa: FBT001 - the two versions
        return Target(world, mode, secret, -1 - number, questions, projects).ask

    return copy
