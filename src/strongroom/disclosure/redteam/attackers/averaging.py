"""Attacks that ask often and take the mean, so that noise and rounding cancel."""

from dataclasses import dataclass

import numpy as np

from strongroom.disclosure.redteam.attackers.base import Ask, counts, mean
from strongroom.disclosure.redteam.world import Facts

_GROUP = 150


@dataclass(frozen=True)
class Tracker:
    """Everybody ill, with and without the target, and the same through NOT (Denning 1979)."""

    name: str = "general tracker"
    questions: int = 4
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Compare the counts and their complements."""
        target = f"drawn = {facts.people['drawn'][facts.target]}"
        conditions = [
            "ill = 1",
            f"ill = 1 AND NOT {target}",
            "NOT ill = 1",
            f"NOT (ill = 1 OR {target})",
        ]
        ill, without, well, others = (each or 0 for each in counts(ask, conditions))
        return ((ill - without) - (well - others)) / 2


@dataclass(frozen=True)
class Pairs:
    """Groups, each with and without the target (Asghar and Kaafar 2020); one is plain differencing."""

    pairs: int
    projects: int = 1

    @property
    def name(self) -> str:
        """What they try."""
        return "single differencing" if self.pairs == 1 else f"averaging over {self.pairs} pairs"

    @property
    def questions(self) -> int:
        """One for each set."""
        return 2 * self.pairs

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Take the mean difference."""
        conditions = []
        for place in range(self.pairs):
            group = facts.others(place)[:_GROUP]
            conditions += [
                f"{facts.condition(np.append(group, facts.target))} AND ill = 1",
                f"{facts.condition(group)} AND ill = 1",
            ]
        told = counts(ask, conditions)
        pairs = zip(told[::2], told[1::2], strict=True)
        found = [one - other - 0.5 for one, other in pairs if one is not None and other is not None]
        return mean(found)


@dataclass(frozen=True)
class Cycles:
    """A and B and the target, less A and C, less B and D, and C and D: no two of these are alike."""

    cycles: int
    projects: int = 1

    @property
    def name(self) -> str:
        """What they try."""
        return f"sums of four groups, {self.cycles} times"

    @property
    def questions(self) -> int:
        """One for each set."""
        return 4 * self.cycles

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Take the mean of what is left over."""
        conditions = []
        for place in range(self.cycles):
            a, b, c, d = facts.others(place)[: 4 * _GROUP].reshape(4, _GROUP)
            sets = ([*a, *b, facts.target], [*a, *c], [*b, *d], [*c, *d])
            conditions += [f"{facts.condition(np.array(each))} AND ill = 1" for each in sets]
        told = np.array([np.nan if each is None else each for each in counts(ask, conditions)], np.float64)
        left = told.reshape(-1, 4) @ np.array([1, -1, -1, 1]) - 0.5
        return mean([float(each) for each in left if np.isfinite(each)])


@dataclass(frozen=True)
class Padding:
    """Groups of people who are known, and the target if ill: each count less the known size is the secret.

    `events` looks for the illness among the target's events instead.
    """

    groups: int
    projects: int = 1
    events: bool = False

    @property
    def name(self) -> str:
        """What they try."""
        how = ", by events" if self.events else ""
        who = ", two projects" if self.projects > 1 else ""
        return f"known groups and the target if ill, {self.groups} times{how}{who}"

    @property
    def questions(self) -> int:
        """One for each set."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Take the mean of what is more than the known sizes."""
        target = f"drawn = {facts.people['drawn'][facts.target]}"
        event = f"({target} AND EXISTS (SELECT 1 FROM hospital WHERE code = 9))"  # noqa: S608 - an attack
        secret = event if self.events else facts.secret
        groups = [facts.others(place)[:_GROUP] for place in range(self.groups)]
        told = counts(ask, [f"{facts.condition(each)} OR {secret}" for each in groups])
        return mean([count - _GROUP - 0.5 for count in told if count is not None])


@dataclass(frozen=True)
class Rewriting:
    """One pair of groups, asked for in many words."""

    name: str = "one pair in other words"
    projects: int = 1
    questions: int = 12

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Take the mean difference over all ways to write it."""
        group = facts.others(0)[:_GROUP]
        ways = ["ill = 1", "ill > 0", "NOT ill = 0", "ill * 2 = 2", "ill IN (1)", "ABS(ill - 1) = 0"]
        pairs = [(np.append(group, facts.target), 1), (group, -1)]
        conditions = [f"{facts.condition(who)} AND {way}" for way in ways for who, _ in pairs]
        told = counts(ask, conditions)
        found = zip(told[::2], told[1::2], strict=True)
        return mean([one - other - 0.5 for one, other in found if one is not None and other is not None])
