"""Attacks by one person's size: the target's income is beyond everybody's, so a mean tells who is in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from strongroom.disclosure.redteam.attackers.base import Ask, asked, mean
from strongroom.disclosure.redteam.world import Facts

_GROUP = 150
_OUTERMOST = 0.5
_NEARER: Mapping[str, Callable[[Any], Any]] = {
    "AVG(income)": np.mean,
    "SUM(income)": np.sum,
    "STDDEV(income)": np.std,
}


@dataclass(frozen=True)
class Outlier:
    """Known groups and the target if ill: mean, sum and spread of income, or that they are not shown.

    With `held`, what the target adds is reckoned as held within the bounds of common values.
    """

    groups: int = 6
    held: bool = True
    projects: int = 1

    @property
    def name(self) -> str:
        """What they try."""
        return f"means with the richest in them, {self.groups} times{'' if self.held else ', as they are'}"

    @property
    def questions(self) -> int:
        """One for each group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return which of the two values that are known is nearer."""
        income = facts.people["income"]
        if self.held:
            income = np.clip(income, *np.percentile(income, [_OUTERMOST, 100 - _OUTERMOST]))
        found = []
        for place in range(self.groups):
            group = facts.others(place)[:_GROUP]
            without, with_ = income[group], income[np.append(group, facts.target)]
            told = asked(ask, list(_NEARER), f"{facts.condition(group)} OR {facts.secret}")
            if told is None:
                continue
            for number, of in zip(told, _NEARER.values(), strict=True):
                no, yes = float(of(without)), float(of(with_))
                # Not shown: because one person makes up most of it.
                nearer = abs(number - no) - abs(number - yes) if number is not None else abs(yes - no)
                found.append(nearer / abs(yes - no))
        return mean(found)


@dataclass(frozen=True)
class Mirror:
    """A mean and the mean of the negative: half their difference is exact if their changes are the same."""

    groups: int = 8
    projects: int = 1
    name: str = "one mean on two scales"

    @property
    def questions(self) -> int:
        """One for each group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return which of the two means that are known is nearer to that half."""
        age = facts.people["age"]
        found = []
        for place in range(self.groups):
            group = facts.others(place)[:_GROUP]
            told = asked(ask, ["AVG(age)", "AVG(-age)"], f"{facts.condition(group)} OR {facts.secret}")
            if told is None or None in told:
                continue
            half = (told[0] - told[1]) / 2
            no, yes = (float(np.mean(age[who])) for who in (group, np.append(group, facts.target)))
            found.append(abs(half - no) - abs(half - yes))
        return mean(found)


@dataclass(frozen=True)
class OwnBin:
    """A group of people alike and the target if ill: a quantile that is the target's can be nobody else's."""

    groups: int = 8
    projects: int = 1
    name: str = "a quantile that only one person has"

    @property
    def questions(self) -> int:
        """One for each group."""
        return self.groups

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return how far up the quantiles are; that of the others is known."""
        income = facts.people["income"]
        others = facts.others(0)
        groups = min(self.groups, len(others) // _GROUP)
        alike = others[np.argsort(income[others])][: groups * _GROUP].reshape(groups, _GROUP)
        found = []
        for group in alike:
            told = asked(ask, ["QUANTILE_CONT(income, 0.92)"], f"{facts.condition(group)} OR {facts.secret}")
            if told is not None and told[0] is not None:
                found.append(float(told[0] > 2 * income[group].max()))
        return mean(found) - 1e-3
