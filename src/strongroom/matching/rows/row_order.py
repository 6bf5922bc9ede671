"""A single column in the order of a project's participants: each value at its person's position.

A single column says nothing about whose values it holds, unless its order does: anyone with the project's
table can put it back beside the ids. Searched are the whole order, a stretch of it and a filtered part, each
also reversed, with values as they are or on any scale. An order may contain people whom the cohort lacks
(decoys), -1 each, so that its length is that of the project's table.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import lgamma

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import log10_tail, middle_ranks
from strongroom.matching.columns.candidates import candidate_columns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.joint_assignment import SharedCodes, assign_jointly
from strongroom.matching.rows.rare_tuples import match_tuples
from strongroom.matching.storage.index import ColumnProfile, Index
from strongroom.matching.values.comparable import Floats, ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(
        12,
        "values",
        "judgement: fewer values agree with an order too easily to reach 10^-9",
    )
    sample: int = threshold(4_000, "values", "cost: evidence of 4,000 values is already far beyond any limit")
    least_bits: float = threshold(
        0.3,
        "bits a value",
        "judgement: a column in which nearly all people have one value agrees with any order",
    )
    anchors: int = threshold(
        24,
        "values",
        "cost: the rarest values, by which the start of a stretch is found",
    )
    most_correlated: int = threshold(
        120,
        "cohort columns",
        "cost: those a transformed column is compared with, in order of information",
    )
    most_starts: int = threshold(3, "starts", "cost: places at which a stretch is compared value by value")
    least_contained: float = threshold(
        0.5,
        "share of values",
        "judgement: a column most of whose values a cohort column lacks is not that column",
    )
    exact_decimals: int = threshold(
        6,
        "decimals",
        "derived: the six decimals of comparable values (values/comparable)",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class OrderMatch:
    """A column found in an order: how many values agree with their person's, where chance gives `expected`.

    `order` is the number of the order, `log10_chance` a bound on the probability, `people` stored rows.
    """

    column: str
    order: int
    how: str
    values: int
    agreeing: int
    expected: float
    log10_chance: float
    people: NDArray[np.int64] = field(repr=False)


def match_order(
    values: Values, orders: Sequence[NDArray[np.int64]], cohort: CohortColumns, index: Index
) -> OrderMatch | None:
    """Return the likeliest column and order of a sequence of values, None if there is too little evidence."""
    if np.count_nonzero(~np.isnan(values.keys)) < LIMITS.least_values:
        return None
    found = []
    for profile in _near(values, index):
        held = cohort.values(profile.name, decimals=values.decimals)
        owners = _Owners.of(values.keys, held)
        if owners.contained >= LIMITS.least_contained:
            found += [
                OrderMatch(profile.name, number, *evidence)
                for number, order in enumerate(orders)
                for evidence in _unchanged(values.keys, held, owners, order)
            ]
    for number, order in enumerate(orders):
        if len(order) == len(values.keys):
            found += [
                OrderMatch(name, number, *evidence)
                for name in _most_informative(index)
                for evidence in _changed(
                    values.keys, _at(cohort.values(name, decimals=LIMITS.exact_decimals), order), order
                )
            ]
    if not found:
        return None
    best = min(found, key=lambda match: match.log10_chance)
    price = float(np.log10(len(found)))
    return replace(best, log10_chance=min(best.log10_chance + price, 0.0))


def match_lone_column(values: Values, cohort: CohortColumns, index: Index) -> OrderMatch | None:
    """Return the evidence of values without any order: rare ones exist more often than strangers' would."""
    columns = {"": values}
    searched = assign_jointly(columns, candidate_columns(columns, index), cohort)
    found = match_tuples(searched, columns, cohort, draw=np.random.default_rng(0), fewest_columns=1)
    if found is None:
        return None
    people = np.full(len(found.rows), -1)
    people[found.pairs.rows] = found.pairs.people
    return OrderMatch(
        found.columns[0].cohort_column,
        -1,
        "in any order",
        len(found.rows),
        found.matched,
        found.expected,
        found.chance.log10,
        people,
    )


_Evidence = tuple[str, int, int, float, float, NDArray[np.int64]]


@dataclass(frozen=True)
class _Owners:
    """How many people have each value of the file (rows,), and who, -1 if not exactly one (rows,)."""

    holders: NDArray[np.int64] = field(repr=False)
    single: NDArray[np.int64] = field(repr=False)
    contained: float

    @classmethod
    def of(cls, keys: Floats, held: Floats) -> "_Owners":
        # People without a value do not own missing values.
        valued = np.flatnonzero(~np.isnan(held))
        coding = SharedCodes.between(keys, held[valued])
        owners = coding.people >= 0
        people, owned = valued[owners], coding.people[owners]
        person_of = np.full(coding.levels, -1)
        person_of[owned] = people
        present = ~np.isnan(keys)
        holders = np.bincount(owned, minlength=coding.levels)[coding.rows]
        return cls(
            holders,
            np.where((holders == 1) & present, person_of[coding.rows], -1),
            float(np.mean(holders[present] > 0)) if present.any() else 0.0,
        )


def _near(values: Values, index: Index) -> list[ColumnProfile]:
    near = candidate_columns({"": values}, index).get("", [])
    return [each for each in near if each.bits >= LIMITS.least_bits and each.decimals >= values.decimals]


def _most_informative(index: Index) -> list[str]:
    """Return the columns that a function of a person's data is likeliest to correlate with."""
    ranked = sorted(index.columns.values(), key=lambda each: -each.bits * (1 - each.missing))
    return [each.name for each in ranked if each.kind is not ValueKind.TEXT][: LIMITS.most_correlated]


def _unchanged(keys: Floats, held: Floats, owners: _Owners, order: NDArray[np.int64]) -> Iterator[_Evidence]:
    """Yield how, values, agreeing, expected, log10 chance and people, for each way to follow the order."""
    for people, how in ((order, ""), (order[::-1], ", reversed")):
        there = _at(held, people)
        if len(keys) == len(there):
            yield f"in the project's row order{how}", *_agreement(keys, there), people
        elif len(keys) < len(there):
            for start in _starts(keys, there, owners.holders):
                stretch = slice(start, start + len(keys))
                total, agreeing, expected, chance = _agreement(keys, there[stretch])
                # The start was chosen among so many.
                chance = min(chance + float(np.log10(len(there))), 0.0)
                yield (
                    f"a stretch of the project's row order{how}",
                    total,
                    agreeing,
                    expected,
                    chance,
                    people[stretch],
                )
    place = np.full(len(held), -1)
    place[order[order >= 0]] = np.flatnonzero(order >= 0)
    single = owners.single[owners.single >= 0]
    single = single[place[single] >= 0][: LIMITS.sample]
    for places, how in ((place[single], ""), (-place[single], ", reversed")):
        yield f"filtered, in the project's row order{how}", *_in_ascending_order(places), single


def _at(held: Floats, order: NDArray[np.int64]) -> Floats:
    """Return people's values in an order; missing where the cohort does not have the person."""
    there: Floats = np.where(order < 0, np.nan, held[order])
    return there


def _changed(keys: Floats, there: Floats, order: NDArray[np.int64]) -> Iterator[_Evidence]:
    yield "transformed, in the project's row order", *_correlation(keys, there), order
    yield "transformed, in the project's row order, reversed", *_correlation(keys, there[::-1]), order[::-1]


def _correlation(mine: Floats, theirs: Floats) -> tuple[int, int, float, float]:
    """Return the evidence of rank correlation, of values and of differences: two trends correlate anyway.

    Fisher's z (1915) of Spearman's coefficient; the tail of a normal distribution bounded by exp(-z^2 / 2).
    """
    both = np.flatnonzero(~(np.isnan(mine) | np.isnan(theirs)))[: LIMITS.sample]
    total = len(both)
    if total < LIMITS.least_values:
        return total, 0, 0.0, 0.0
    one, two = middle_ranks(mine[both]), middle_ranks(theirs[both])
    scores = []
    for first, second, free in ((one, two, total), (np.diff(one), np.diff(two), total / 2)):
        if np.ptp(first) == 0 or np.ptp(second) == 0:
            return total, 0, 0.0, 0.0
        share = float(np.clip(abs(np.corrcoef(first, second)[0, 1]), 0, 1 - 1e-9))
        scores.append(np.arctanh(share) * np.sqrt(max(free - 3, 1)))
    weakest = float(min(scores))
    return total, int(share * total), 0.0, min(np.log10(2) - weakest**2 / 2 / np.log(10), 0.0)


def _in_ascending_order(places: NDArray[np.int64]) -> tuple[int, int, float, float]:
    """Return the evidence of values that only one person has, listed in the people's order.

    In random order, some L of m positions ascend with a probability of at most C(m, L) / L!.
    """
    total = len(places)
    if total < LIMITS.least_values:
        return total, 0, 0.0, 0.0
    longest = _longest_ascending(places)
    chosen = lgamma(total + 1) - lgamma(longest + 1) - lgamma(total - longest + 1)
    chance = min(float(chosen - lgamma(longest + 1)) / float(np.log(10)), 0.0)
    return total, longest, 2 * float(np.sqrt(total)), chance


def _longest_ascending(places: NDArray[np.int64]) -> int:
    """Return the length of the longest increasing subsequence (Schensted 1961)."""
    ends: list[int] = []
    for place in places.tolist():
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def _starts(keys: Floats, there: Floats, holders: NDArray[np.int64]) -> list[int]:
    """Return where a contiguous stretch may start: positions at which many of its rarest values agree."""
    head = np.flatnonzero((holders > 0) & ~np.isnan(keys))[: LIMITS.sample]
    votes = np.zeros(len(there), np.int32)
    for anchor in head[np.argsort(holders[head], kind="stable")[: LIMITS.anchors]]:
        starts = np.flatnonzero(there == keys[anchor]) - anchor
        votes[starts[(starts >= 0) & (starts <= len(there) - len(keys))]] += 1
    best = np.argpartition(-votes, LIMITS.most_starts)[: LIMITS.most_starts]
    return [int(each) for each in best if votes[each] > 1]


def _agreement(mine: Floats, theirs: Floats) -> tuple[int, int, float, float]:
    """Return how many values were compared, how many agree, how many would by chance, and log10 chance.

    By chance, a pair agrees as often as the same values would in random order.
    """
    both = ~(np.isnan(mine) | np.isnan(theirs))
    total = int(np.count_nonzero(both))
    if total < LIMITS.least_values:
        return total, 0, 0.0, 0.0
    mine, theirs = mine[both], theirs[both]
    agreeing = int(np.count_nonzero(mine == theirs))
    ordered = np.sort(theirs)
    distinct, counts = np.unique(mine, return_counts=True)
    held = np.searchsorted(ordered, distinct, side="right") - np.searchsorted(ordered, distinct, side="left")
    # One more than counted, so that values of one person only are not impossible by chance.
    rate = min(float(np.sum(counts * held)) / total**2 + 1 / total, 0.999)
    return total, agreeing, rate * total, log10_tail(agreeing, total, rate)
