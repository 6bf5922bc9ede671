"""The cost of a query: for each noisy number, how far replacing one person's record can move it.

A family of groups is disjoint if everybody is in at most one of them. Replacing a person's record then moves
two groups' counts by 1 each, so a count for each group of a family costs 2 / noise^2, however many groups
there are; a count of one group alone costs 1 / noise^2, and another group of the same family the same again.
A sum of values between -1 and 1 moves by at most 1 in two groups or by 2 in one; the count that goes with it
is unchanged in the second case, so both together cost 4 / noise^2 at most, and each further sum of the same
values, as of their squares, 2 / noise^2. Sums of other values of the same people share that count, and all
of them can move by 2: the first values use up the count's share, all further ones pay 2 / noise^2 more
(tests/disclosure/gateway/test_query_cost.py searches for a counterexample).

Families are recognised across queries: WHERE sex = 1 is a group of the family that GROUP BY sex makes. With
events as keys, a person can be in several groups, which multiplies the cost by their number.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from strongroom.disclosure.gateway.bands import band_query, bands_of
from strongroom.disclosure.gateway.group_names import conditions_of, limits_name, written
from strongroom.disclosure.query.emitting.person_limits import counts_in_several_groups
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.representation import (
    Compare,
    Condition,
    Expression,
    Literal,
    Measure,
    Operator,
    Query,
    Source,
    Statement,
    Statistic,
    of_events,
)
from strongroom.errors import QueryError

_FAMILY, _ONE = 2.0, 1.0  # fixed: the squared change of a count, see above


@dataclass(frozen=True)
class Number:
    """A noisy number of each group of a family, or of the group `cell` alone.

    `weight` is the largest squared change of all groups together when one person's record is replaced. With
    `values`, this is not a number but the fact that these values are summed over the family's people.
    """

    family: str
    weight: float
    cell: str = ""
    values: str = ""


@dataclass(frozen=True)
class Noise:
    """The noise of a query's numbers: its deviation in people, and how many groups a person is in."""

    deviation: float
    groups_each: int


def charge_for(numbers: Sequence[Number], noise: Noise, paid: Mapping[str, float]) -> dict[str, float]:
    """Return the new cost of each number that is not yet paid for, by name, given what is paid."""
    unit = noise.deviation**-2
    charge: dict[str, float] = {}
    for number in numbers:
        if number.values:
            charge |= _charge_for_values(number, unit, {**paid, **charge})
            continue
        before = charge.get(number.family, paid.get(number.family, 0.0))
        if not number.cell:
            if before < number.weight * unit:
                charge[number.family] = number.weight * unit
            continue
        cell = _digest(f"{number.family}/{number.cell}")
        if before < _FAMILY * unit and cell not in paid and cell not in charge:
            charge[number.family] = before + unit
            # Remembered, so that the same group is free when it is asked for again.
            charge[cell] = 0.0
    return charge


def _charge_for_values(number: Number, unit: float, known: Mapping[str, float]) -> dict[str, float]:
    """Return what summing these values costs besides their sums: nothing for the first of a family."""
    first, own = (_digest(f"{number.family}/values/{each}") for each in ("", number.values))
    if own in known:
        return {}
    return {own: number.weight * unit} if first in known else {first: 0.0, own: 0.0}


def numbers_of(statement: Statement, view: str, noise: Noise) -> list[Number]:
    """Return the noisy numbers of a statement about the view of that name, in the order of its parts."""
    found: list[Number] = []
    for query in statement.queries:
        for band in bands_of(query):
            found += _Priced(band_query(query, band), view, noise).measures()
        for each in sets_of(query):
            priced = _Priced(each, view, noise)
            found += [priced.number((), "people"), *priced.measures()]
    return found


def sets_of(query: Query) -> Iterator[Query]:
    """Yield a query with one grouping set for each grouping set of a query."""
    for places in query.sets if query.sets is not None else (tuple(range(len(query.keys))),):
        yield replace(query, keys=tuple(query.keys[place] for place in places), sets=None)


@dataclass(frozen=True)
class _Priced:
    """A query with one grouping set, and what the names of its numbers have in common."""

    query: Query
    view: str
    noise: Noise

    @cached_property
    def _limits(self) -> str:
        return limits_name(self.query, self.noise.groups_each)

    def measures(self) -> Iterator[Number]:
        """Yield the numbers of the query's measures."""
        for measure in self.query.measures:
            _require_person_level(measure)
            having = measure.of
            if measure.statistic in (Statistic.QUANTILE, Statistic.DISTINCT):
                yield self.number(having, f"{measure.statistic}/{written(measure.of)}", always=True)
            elif measure.statistic is Statistic.PRESENT:
                yield self.number(having, "people")
            elif measure.statistic in SUMS:
                people = self.number(having, "people", always=True)
                yield from (people, replace(people, values=written(measure.of)))
                for name in SUMS[measure.statistic]:
                    if name != "n":
                        yield self.number(having, f"{name}/{written(measure.of)}", always=True)

    def number(self, having: tuple[Expression, ...], of: str, *, always: bool = False) -> Number:
        """Return a number; with `always` it costs a family's price even for one group."""
        several = counts_in_several_groups(self.query)
        conditions = conditions_of(self.query, having)
        # Groups that a person is in several of make no family with those of another query.
        rest, chosen = (conditions, []) if several else _split(conditions)
        keys = [key.of for key in self.query.keys]
        by = sorted({written(each) for each in (*keys, *(equal.left for equal in chosen))})
        noise, listed = f"{self.noise.deviation!r}", "/".join(sorted(map(written, rest)))
        name = [self.view, noise, self._limits, of, listed, "/".join(by)]
        alone = not keys and not always
        cell = " & ".join(sorted(map(written, chosen))) or "all"
        weight = _ONE if alone else _FAMILY * (self.noise.groups_each if several else 1)
        return Number(_digest("|".join(name)), weight, cell if alone else "")


def _require_person_level(measure: Measure) -> None:
    """Raise QueryError for a statistic that would need a bound on a person's total or different events."""
    if measure.statistic in (Statistic.SUM, Statistic.DISTINCT) and of_events(measure.of):
        raise QueryError(
            f"'{measure.label}' adds up or lists a person's events, which have no bound.",
            hint="Use AVG, or (SELECT COUNT(*) FROM events WHERE ...), which counts the events of a person.",
        )


def _split(
    parts: Sequence[Condition | Source],
) -> tuple[list[Condition | Source], list[Compare]]:
    """Return conditions other than "a fact of the person equals a constant", and those that are."""
    chosen = [each for each in parts if isinstance(each, Compare) and _chooses(each)]
    return [each for each in parts if each not in chosen], chosen


def _chooses(part: Compare) -> bool:
    return part.operator is Operator.EQUAL and isinstance(part.right, Literal) and not of_events(part.left)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]
