"""Relations that always hold between columns, so that no decoy contradicts itself.

*Copies*: two equal columns, such as a date of death in two tables. *Formulas*: the cohort's relations, by
which columns are computed from others. *Orders*: dates of which one never precedes the other. *Gaps*: numbers
of years between two moments, such as an age. Copies and formulas are applied; candidates that break an order
or a gap are rejected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.computed_columns import ComputedColumn
from strongroom.tracer.decoys.synthesis.encoding import Floats
from strongroom.tracer.relations.relation import Relation


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_people: int = threshold(50, "people", "judgement: fewer satisfy a relation by chance")
    always: float = threshold(
        0.9995, "share of people", "judgement: real data have a few errors per thousand"
    )
    few_values: int = threshold(2, "distinct values", "judgement: two binary columns may be equal by chance")
    close_years: float = threshold(
        0.6,
        "years",
        "judgement: an age in whole years varies by 0.3 about the time between its dates, and by more if "
        "dates are rounded",
    )
    looked_at: int = threshold(
        3_000, "people", "cost: most pairs of moments and numbers are ruled out on a sample"
    )


LIMITS = _Limits()

_NO_VALUE = -1e300  # fixed: stands for a missing value; no measurement has it
_DAYS_A_YEAR = 365.25  # fixed: mean length of a year of the Julian calendar


@dataclass(frozen=True)
class Gap:
    """Column `number` is the years from one moment to another, with an error from `low` to `high`."""

    number: int
    earlier: int
    later: int
    low: float = 0.0
    high: float = 0.0

    def off(self, people: Floats, moments: Floats) -> Floats:
        """Return the error in years."""
        between = (moments[:, self.later] - moments[:, self.earlier]) / _DAYS_A_YEAR
        return np.asarray(between - people[:, self.number], np.float64)


@dataclass(frozen=True)
class Relations:
    """The relations between the columns `names`.

    `computed` are columns that follow from others, each after its inputs; `copies` are pairs (column, the one
    it repeats); `orders` are pairs of moments (earlier, later).
    """

    names: tuple[str, ...]
    computed: tuple[ComputedColumn, ...]
    copies: tuple[tuple[int, int], ...]
    orders: tuple[tuple[int, int], ...]
    gaps: tuple["Gap", ...] = ()

    @property
    def made_again(self) -> frozenset[int]:
        """The columns that `applied` recomputes."""
        return frozenset([*(each.target for each in self.computed), *(target for target, _ in self.copies)])

    def applied(self, people: Floats, random: np.random.Generator) -> Floats:
        """Return people of shape (m, columns) with copies and derived columns recomputed."""
        made = people.copy()
        for each in self.computed:
            made[:, each.target] = each.made(made, random)
        for target, source in self.copies:
            made[:, target] = made[:, source]
        return made

    def broken(self, people: Floats, moments: Floats) -> NDArray[np.bool_]:
        """Tell whose moments, shape (m, moments), contradict what holds for all real people."""
        wrong = np.zeros(len(moments), bool)
        for gap in self.gaps:
            years = gap.off(people, moments)
            wrong |= (years < gap.low) | (years > gap.high)
        for earlier, later in self.orders:
            wrong |= moments[:, earlier] > moments[:, later]
        return wrong


def learn_relations(
    people: Floats,
    names: Sequence[str],
    relations: Sequence[Relation],
    moments: Floats,
    *,
    numbers: Sequence[int],
    words: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Relations:
    """Return the relations of real people; `moments` (n, moments) are their dates, of all tables.

    `numbers` are the columns that may be the years between two of them; `words` are those of each text.
    """
    computed = tuple(
        ComputedColumn.of(each, people, names, words.get(each.target, ()))
        for each in relations
        if each.role == "recomputed" and each.columns <= set(names)
    )
    orders = _orders(moments)
    return Relations(tuple(names), computed, _copies(people), orders, _gaps(people, moments, orders, numbers))


def _copies(people: Floats) -> tuple[tuple[int, int], ...]:
    """Return the columns equal to an earlier one in every row; two binary columns may be equal by chance."""
    seen: dict[bytes, int] = {}
    copies = []
    for place, column in enumerate(people.T):
        if len(np.unique(column[~np.isnan(column)])) > LIMITS.few_values:
            source = seen.setdefault(np.nan_to_num(column, nan=_NO_VALUE).tobytes(), place)
            if source != place:
                copies.append((place, source))
    return tuple(copies)


def _orders(moments: Floats) -> tuple[tuple[int, int], ...]:
    pairs = []
    for one in range(moments.shape[1]):
        for other in range(moments.shape[1]):
            gap = moments[:, other] - moments[:, one]
            gap = gap[~np.isnan(gap)]
            if one != other and len(gap) >= LIMITS.least_people and np.mean(gap >= 0) >= LIMITS.always:
                pairs.append((one, other))
    return tuple(pairs)


def _gaps(
    people: Floats, moments: Floats, orders: Sequence[tuple[int, int]], numbers: Sequence[int]
) -> tuple[Gap, ...]:
    found = []
    for earlier, later in orders:
        for number in numbers:
            gap = Gap(number, earlier, later)
            off = gap.off(people[: LIMITS.looked_at], moments[: LIMITS.looked_at])
            off = off[~np.isnan(off)]
            if (
                len(off) >= LIMITS.least_people
                and off.std() < LIMITS.close_years
                and people[: LIMITS.looked_at, number].std() > 1
            ):
                everybody = gap.off(people, moments)
                low, high = float(np.nanmin(everybody)), float(np.nanmax(everybody))
                found.append(Gap(number, earlier, later, low, high))
    return tuple(found)
