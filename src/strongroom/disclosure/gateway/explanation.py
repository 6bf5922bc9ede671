"""What a query would cost and how exact its answer would be, said before it is asked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strongroom.disclosure.answer_noise.estimates import estimate
from strongroom.disclosure.answer_noise.influence import Balance, guessed_after
from strongroom.disclosure.answer_noise.noisy_counts import deviation_of_count
from strongroom.disclosure.answer_noise.release_rule import LEAST_NOISE, ReleaseRule
from strongroom.disclosure.gateway.query_cost import Noise
from strongroom.disclosure.gateway.value_bounds import Place, measure_bounds
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.representation import Measure, Statement, Statistic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    group: int = threshold(
        1_000,
        "people",
        "judgement: readers can scale from it, since the noise of a mean is as 1 / n",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Explanation:
    """The cost and noise of a query that was not asked.

    `price` is its cost, 0 if everything in it is paid for. `noise` is the standard deviation of a count's
    noise, `shown_from` the smallest count shown, and `margins` the standard deviation of each measure's noise
    in a group of 1,000 people, by label, None if it depends on the values. `least_noise` is the noise of
    a count if all that is left were spent on this query; None for a private answer.
    """

    columns: tuple[str, ...]
    balance: Balance
    price: float
    noise: float
    shown_from: int | None
    margins: Mapping[str, float | None]
    least_noise: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the document `strongroom query --explain --json` prints; costs are shares of the budget.

        `guessed_after` is how often an attacker could then guess one fact about a person.
        """
        return {
            "columns": list(self.columns),
            "cost": round(self.balance.share(self.price), 6),
            "budget_left": round(self.balance.share(self.balance.left), 6),
            "budget_left_after": round(self.balance.share(self.balance.left - self.price), 6),
            "affordable": self.price <= self.balance.left,
            "guessed_after": round(guessed_after(self.balance.spent + self.price), 4),
            "noise": round(self.noise, 3),
            "smallest_count_shown": self.shown_from,
            "noise_in_a_group_of_1000": dict(self.margins),
            "least_noise": None if self.least_noise is None else round(self.least_noise, 2),
        }


def explain(
    statement: Statement,
    balance: Balance,
    price: float,
    *,
    rule: ReleaseRule,
    noise: Noise,
    bounds: Mapping[Place, Bounds | None],
) -> Explanation:
    """Return the explanation of a statement; `bounds` are those of the columns it reads."""
    margins: dict[str, float | None] = {}
    for query in statement.queries:
        found = measure_bounds(query, bounds)
        for place, measure in enumerate(query.measures):
            # Others are parts of figures.
            if measure.label in query.columns:
                margins[measure.label] = _margin(measure, found.get(place), rule, noise.deviation)
    least = None
    if price > 0 and balance.left > 0:
        least = max(noise.deviation * math.sqrt(price / balance.left), LEAST_NOISE)
    columns, shown_from = statement.queries[0].columns, rule.shown_from(noise.deviation)
    return Explanation(columns, balance, price, noise.deviation, shown_from, margins, least)


def explain_privately(statement: Statement, balance: Balance, price: float, noise: float) -> Explanation:
    """Return the explanation of an answer with differential privacy; `noise` is that of a count."""
    return Explanation(statement.queries[0].columns, balance, price, noise, None, {}, None)


def _margin(
    measure: Measure, bounds: tuple[Bounds, ...] | None, rule: ReleaseRule, noise: float
) -> float | None:
    """Return the standard deviation of a measure's noise in a group of the example's size."""
    if measure.statistic in (Statistic.PEOPLE, Statistic.PRESENT):
        return round(deviation_of_count(rule, noise), 1)
    if bounds is None or measure.statistic not in (Statistic.MEAN, Statistic.SUM, Statistic.DEVIATION):
        return None
    # Values in the middle half of their range.
    sums = dict.fromkeys(SUMS[measure.statistic], 0.0) | {"n": float(LIMITS.group)}
    if "xx" in sums:
        sums["xx"] = -LIMITS.group / 2.0
    return estimate(measure.statistic, bounds, sums, noise)[1]
