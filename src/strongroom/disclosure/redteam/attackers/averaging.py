"""Attacks that average many answers, so that noise and rounding cancel."""

from dataclasses import dataclass

import numpy as np

from strongroom.disclosure.redteam.attackers.base import Ask, counts, mean
from strongroom.disclosure.redteam.world import Facts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    group: int = threshold(
        300, "people", "judgement: well above shown_from of the default rule, so that every group is shown"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Tracker:
    """All ill people with and without the target, and the same with NOT (Denning 1979)."""

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
    """Groups, each with and without the target (Asghar and Kaafar 2020); one pair is plain differencing."""

    pairs: int
    projects: int = 1

    @property
    def name(self) -> str:
        """The name of the attack."""
        return "single differencing" if self.pairs == 1 else f"averaging over {self.pairs} pairs"

    @property
    def questions(self) -> int:
        """One per group."""
        return 2 * self.pairs

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the mean difference."""
        conditions = []
        for place in range(self.pairs):
            group = facts.others(place)[: LIMITS.group]
            conditions += [
                f"{facts.condition(np.append(group, facts.target))} AND ill = 1",
                f"{facts.condition(group)} AND ill = 1",
            ]
        answers = counts(ask, conditions)
        pairs = zip(answers[::2], answers[1::2], strict=True)
        found = [one - other - 0.5 for one, other in pairs if one is not None and other is not None]
        return mean(found)


@dataclass(frozen=True)
class Cycles:
    """Count(A, B, target) - count(A, C) - count(B, D) + count(C, D): no two of these groups are similar."""

    cycles: int
    projects: int = 1

    @property
    def name(self) -> str:
        """The name of the attack."""
        return f"sums of four groups, {self.cycles} times"

    @property
    def questions(self) -> int:
        """One per group."""
        return 4 * self.cycles

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the mean of this sum."""
        conditions = []
        for place in range(self.cycles):
            a, b, c, d = facts.others(place)[: 4 * LIMITS.group].reshape(4, LIMITS.group)
            sets = ([*a, *b, facts.target], [*a, *c], [*b, *d], [*c, *d])
            conditions += [f"{facts.condition(np.array(each))} AND ill = 1" for each in sets]
        answers = np.array([np.nan if each is None else each for each in counts(ask, conditions)], np.float64)
        left = answers.reshape(-1, 4) @ np.array([1, -1, -1, 1]) - 0.5
        return mean([float(each) for each in left if np.isfinite(each)])


@dataclass(frozen=True)
class Padding:
    """Groups of known people plus the target if ill: the count minus the known size is the secret.

    With `events` the condition uses the target's events instead.
    """

    groups: int
    projects: int = 1
    events: bool = False

    @property
    def name(self) -> str:
        """The name of the attack."""
        how = ", by events" if self.events else ""
        who = ", two projects" if self.projects > 1 else ""
        return f"known groups and the target if ill, {self.groups} times{how}{who}"

    @property
    def questions(self) -> int:
        """One per group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the mean excess over the known sizes."""
        target = f"drawn = {facts.people['drawn'][facts.target]}"
        event = f"({target} AND EXISTS (SELECT 1 FROM hospital WHERE code = 9))"  # noqa: S608 - an attack
        secret = event if self.events else facts.secret
        groups = [facts.others(place)[: LIMITS.group] for place in range(self.groups)]
        answers = counts(ask, [f"{facts.condition(each)} OR {secret}" for each in groups])
        return mean([count - LIMITS.group - 0.5 for count in answers if count is not None])


@dataclass(frozen=True)
class Rewriting:
    """One pair of groups, queried with many equivalent conditions."""

    name: str = "one pair in other words"
    projects: int = 1
    questions: int = 12

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the mean difference over all conditions."""
        group = facts.others(0)[: LIMITS.group]
        ways = ["ill = 1", "ill > 0", "NOT ill = 0", "ill * 2 = 2", "ill IN (1)", "ABS(ill - 1) = 0"]
        pairs = [(np.append(group, facts.target), 1), (group, -1)]
        conditions = [f"{facts.condition(who)} AND {way}" for way in ways for who, _ in pairs]
        answers = counts(ask, conditions)
        found = zip(answers[::2], answers[1::2], strict=True)
        return mean([one - other - 0.5 for one, other in found if one is not None and other is not None])
