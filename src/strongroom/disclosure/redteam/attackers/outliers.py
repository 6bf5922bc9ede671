"""Attacks by means and quantiles: the target has by far the largest income, or tips a group's median."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from strongroom.disclosure.redteam.attackers.base import Ask, mean, statistics
from strongroom.disclosure.redteam.world import Facts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    group: int = threshold(
        300, "people", "judgement: well above shown_from of the default rule, so that every group is shown"
    )
    outermost: float = threshold(
        0.5, "per cent", "derived: 100 times the default rule's outermost, which the attacker knows"
    )


LIMITS = _Limits()


_NEARER: Mapping[str, Callable[[Any], Any]] = {
    "AVG(income)": np.mean,
    "SUM(income)": np.sum,
    "STDDEV(income)": np.std,
}


@dataclass(frozen=True)
class Outlier:
    """Known groups plus the target if ill: mean, sum and deviation of income, or whether they are hidden.

    With `held`, the attacker expects the target's income to be clamped to the bounds of the view.
    """

    groups: int = 6
    held: bool = True
    projects: int = 1

    @property
    def name(self) -> str:
        """The name of the attack."""
        return f"means with the richest in them, {self.groups} times{'' if self.held else ', as they are'}"

    @property
    def questions(self) -> int:
        """One per group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return which of the two known values is nearer."""
        income = facts.people["income"]
        if self.held:
            income = np.clip(income, *np.percentile(income, [LIMITS.outermost, 100 - LIMITS.outermost]))
        found = []
        for place in range(self.groups):
            group = facts.others(place)[: LIMITS.group]
            without, with_ = income[group], income[np.append(group, facts.target)]
            answers = statistics(ask, list(_NEARER), f"{facts.condition(group)} OR {facts.secret}")
            if answers is None:
                continue
            for number, of in zip(answers, _NEARER.values(), strict=True):
                no, yes = float(of(without)), float(of(with_))
                # Hidden, because one person contributes most of it.
                nearer = abs(number - no) - abs(number - yes) if number is not None else abs(yes - no)
                found.append(nearer / abs(yes - no))
        return mean(found)


@dataclass(frozen=True)
class Mirror:
    """A mean and the mean of the negative: if their noise is the same, half the difference is exact."""

    groups: int = 8
    projects: int = 1
    name: str = "one mean on two scales"

    @property
    def questions(self) -> int:
        """One per group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return which of the two known means is nearer to that half."""
        age = facts.people["age"]
        found = []
        for place in range(self.groups):
            group = facts.others(place)[: LIMITS.group]
            answers = statistics(
                ask, ["AVG(age)", "AVG(-age)"], f"{facts.condition(group)} OR {facts.secret}"
            )
            if answers is None or None in answers:
                continue
            half = (answers[0] - answers[1]) / 2
            no, yes = (float(np.mean(age[who])) for who in (group, np.append(group, facts.target)))
            found.append(abs(half - no) - abs(half - yes))
        return mean(found)


@dataclass(frozen=True)
class OwnBin:
    """A group of similar people plus the target if ill: a high quantile can only be the target's value."""

    groups: int = 8
    projects: int = 1

    @property
    def name(self) -> str:
        """The name of the attack."""
        return f"a quantile that only one person has{', two projects' if self.projects > 1 else ''}"

    @property
    def questions(self) -> int:
        """One per group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return how often the quantile is above the known ones of the others."""
        income = facts.people["income"]
        others = facts.others(0)
        groups = min(self.groups, len(others) // LIMITS.group)
        alike = others[np.argsort(income[others])][: groups * LIMITS.group].reshape(groups, LIMITS.group)
        found = []
        for group in alike:
            answers = statistics(
                ask, ["QUANTILE_CONT(income, 0.92)"], f"{facts.condition(group)} OR {facts.secret}"
            )
            if answers is not None and answers[0] is not None:
                found.append(float(answers[0] > 2 * income[group].max()))
        return mean(found) - 1e-3


@dataclass(frozen=True)
class Tipped:
    """Medians of groups of which one half has 0, the other 1, and the target 0 if ill and else 1."""

    groups: int = 100
    projects: int = 1

    @property
    def name(self) -> str:
        """The name of the attack."""
        return f"medians that the target tips{', two projects' if self.projects > 1 else ''}"

    @property
    def questions(self) -> int:
        """One per group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return how many more medians are 0 than 1, after as many queries as the budget pays for."""
        found = []
        for place in range(self.groups):
            group = facts.others(place)[: 2 * LIMITS.group]
            zeros = facts.condition(group[: LIMITS.group])
            everybody = facts.condition(np.append(group, facts.target))
            values = f"CASE WHEN {zeros} OR {facts.secret} THEN 0 ELSE 1 END"
            answers = statistics(ask, [f"MEDIAN({values})"], everybody)
            if answers is not None and answers[0] is not None:
                found.append(0.5 - float(answers[0]))
        return mean(found)
