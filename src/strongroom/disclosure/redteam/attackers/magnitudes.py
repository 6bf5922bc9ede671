"""Attacks by one person's size: the target's income is beyond everybody's, so a mean tells who is in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from strongroom.disclosure.redteam.attackers.asking import Ask, mean, value
from strongroom.disclosure.redteam.world import Facts

_GROUP = 150
_NEARER: Mapping[str, Callable[[Any], Any]] = {
    "AVG(income)": np.mean,
    "SUM(income)": np.sum,
    "STDDEV(income)": np.std,
}


@dataclass(frozen=True)
class Outlier:
    """Known groups and the target if ill: mean, sum and spread of income, or that they are not shown."""

    groups: int = 1
    name: str = "means with the richest in them"
    questions: int = 3
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return which of the two values that are known is nearer."""
        found = []
        income = facts.people["income"]
        for place in range(self.groups):
            group = facts.others(place)[:_GROUP]
            without, with_ = income[group], income[np.append(group, facts.target)]
            for asked, of in _NEARER.items():
                told = value(ask, asked, f"{facts.condition(group)} OR {facts.secret}")
                no, yes = float(of(without)), float(of(with_))
                # Not shown: because one person makes up most of it.
                nearer = abs(told - no) - abs(told - yes) if told is not None else abs(yes - no)
                found.append(nearer / abs(yes - no))
        return mean(found)
