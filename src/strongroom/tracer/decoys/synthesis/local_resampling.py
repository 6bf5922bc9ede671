"""Moves a donated value to one nearby, as likely as any in its neighbourhood.

A sample of a few thousand people holds each of a column's many values more or less often by chance, and
drawing from it repeats that: counting how often each value occurs distinguishes decoys from others (AUC 0.66
in NHANES, by naive Bayes over 50 columns). So a value is moved among those of the people around it, and only
what is not an accident of the sample stays: the grid, digit preference, values shared by many (a detection
limit, a ceiling) or by nobody, and the rounding errors that binary fractions leave behind the last decimal.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats


class _Limits(Thresholds):
    """The numbers this module decides by."""

    many_values: int = threshold(
        150,
        "distinct values",
        "judgement: each of fewer values is held by so many people that its frequency is hardly chance",
    )
    few_values: int = threshold(12, "distinct values", "judgement: columns with fewer are codes")
    fine: float = threshold(0.1, "distinct values per person", "judgement: hardly anybody shares a value")
    reach: float = threshold(
        0.01,
        "share of people",
        "judgement: a fortieth of an SD where people are dense, so that correlations stay",
    )
    least_within: int = threshold(3, "people", "judgement: fewer neighbours would reproduce single people")
    shared_z: float = threshold(
        4.0, "standard errors", "judgement: among thousands of values none is so common by chance"
    )
    shared_excess: float = threshold(2.0, "people", "judgement: standard errors of few people are not normal")
    empty: float = threshold(6.0, "people expected", "derived: exp(-6): once in 400 by chance")
    uneven: float = threshold(
        1.6,
        "variance over that of chance",
        "judgement: beyond it values follow rules that last digits do not explain",
    )
    most_empty: int = threshold(20, "empty places a value", "cost: sparser grids are not filled in")
    as_there: int = threshold(
        3, "people", "judgement: with three at a place, its binary rounding is copied from them"
    )
    beside: int = threshold(10, "ranks", "judgement: people near enough to share how values were computed")
    most_rounding_error: int = threshold(
        64, "last binary places", "judgement: a larger difference is no rounding error"
    )
    tries: int = threshold(8, "draws", "cost: rejected draws; the rest stay where they are")
    most_decimals: int = threshold(6, "decimals", "judgement: as the index keeps")
    grid_share: float = threshold(0.99, "share of people", "judgement: a few values off the grid are errors")
    tolerance: float = threshold(1e-6, "share of a value", "judgement: rounding errors of doubles")


LIMITS = _Limits()

_DIGITS = 10  # fixed: decimal digits


@dataclass(frozen=True, repr=False)
class LocalResampler:
    """A column's values: `held` by people, ascending, on a grid of `step`.

    `places` are the steps of `held`; `different` has each of these once, and the empty places between them,
    and `reach` says by how many steps one is moved, both of shape (different,); 0 for one that stays, and to
    which no other is moved. `digits`, shape (10,), are the frequencies of last digits relative to the
    commonest; if None, values follow no known rule, and only those of people are used. `rounding_errors` is
    how many of the last binary places each of `held` is off its decimal.
    """

    held: Floats
    step: float
    places: Floats
    different: Floats
    reach: Floats
    digits: Floats | None
    rounding_errors: Floats

    @classmethod
    def of(cls, column: Floats) -> Self | None:
        """Learn from a column; None where it has few values, which stay."""
        held = np.sort(column[~np.isnan(column)])
        if len(np.unique(held)) < LIMITS.many_values and not is_fine(held):
            return None
        step = step_of(held)
        places = np.round(held / step)
        different, counts = _counted(places)
        digits = _digits(different, counts)
        around = _around(counts)
        expected = _expected(different, counts, digits, around)
        stays = _by_no_chance(counts, expected)
        uneven = _is_uneven(counts[~stays], expected[~stays])
        if stays.all() or (uneven and not is_fine(held)):
            return None
        reach = np.where(stays, 0.0, _reach(different, around))
        told = None if uneven else _digits(different[~stays], counts[~stays])
        return cls(held, step, places, different, reach, told, rounding_errors_of(held, step))

    def moved(self, values: Floats, random: np.random.Generator) -> Floats:
        """Return values of real people, none missing, each moved to a place near it."""
        places = np.round(values / self.step)
        where = np.minimum(np.searchsorted(self.different, places), len(self.different) - 1)
        reach = np.where(self.different[where] == places, self.reach[where], 0.0)
        left = np.flatnonzero(reach > 0)
        to = places.copy()
        for _ in range(LIMITS.tries):
            if len(left) == 0:
                break
            there, taken = self._proposed(places[left], reach[left], random)
            to[left[taken]] = there[taken]
            left = left[~taken]
        return np.where(to == places, values, self._written(to, random))

    def _proposed(
        self, places: Floats, reach: Floats, random: np.random.Generator
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return a place near each, and whether it is accepted: as often as its last digit occurs."""
        if self.digits is None:
            within = int(_within(len(self.held)))
            ranks = np.searchsorted(self.places, places) + random.integers(-within, within + 1, len(places))
            there = self.places[np.clip(ranks, 0, len(self.held) - 1)]
            return there, self._is_free(there)
        there = places + np.round((2 * random.random(len(places)) - 1) * reach)
        return there, self._is_free(there) & (random.random(len(places)) < self.digits[_digit(there)])

    def _is_free(self, places: Floats) -> NDArray[np.bool_]:
        """Tell where values may be moved to: empty places, or values that are moved themselves."""
        where = np.minimum(np.searchsorted(self.different, places), len(self.different) - 1)
        return np.asarray((self.different[where] != places) | (self.reach[where] > 0), np.bool_)

    def _written(self, places: Floats, random: np.random.Generator) -> Floats:
        """Return places as numbers: with the rounding errors of people at or near them."""
        first, last = (np.searchsorted(self.places, places, side) for side in ("left", "right"))
        some = first + (random.random(len(places)) * (last - first)).astype(np.int64)
        beside = first + random.integers(-LIMITS.beside, LIMITS.beside + 1, len(places))
        some, beside = (np.clip(each, 0, len(self.held) - 1) for each in (some, beside))
        apart = with_rounding_errors(decimal(places, self.step), self.rounding_errors[beside], self.step)
        return np.where(last - first >= LIMITS.as_there, self.held[some], apart)


def is_fine(values: Floats) -> bool:
    """Tell whether hardly anybody shares a value; none of `values` is missing."""
    distinct = len(np.unique(values))
    return distinct >= LIMITS.fine * len(values) and distinct > LIMITS.few_values


def rounding_errors_of(values: Floats, step: float) -> Floats:
    """Return by how many of their last binary places values are off the decimals they represent."""
    decimals = decimal(np.round(values / step), step)
    rounding_errors = (values - decimals) / np.spacing(np.maximum(np.abs(decimals), step))
    return np.where(np.abs(rounding_errors) <= LIMITS.most_rounding_error, rounding_errors, 0.0)


def with_rounding_errors(decimals: Floats, rounding_errors: Floats, step: float) -> Floats:
    """Return decimals off by as many of their last binary places."""
    values: Floats = decimals + rounding_errors * np.spacing(np.maximum(np.abs(decimals), step))
    return values


def step_of(values: Floats) -> float:
    """Return the power of ten of which nearly all values are multiples."""
    for decimals in range(-2, LIMITS.most_decimals):
        step = 10.0**-decimals
        steps = values / step
        if (
            np.mean(np.abs(steps - np.round(steps)) < LIMITS.tolerance * np.maximum(1, np.abs(steps)))
            > LIMITS.grid_share
        ):
            return step
    return 10.0**-LIMITS.most_decimals


def decimal(places: Floats, step: float) -> Floats:
    """Return places as the nearest numbers of so many decimals."""
    decimals: Floats = np.round(places * step, LIMITS.most_decimals)
    return decimals


def _digit(places: Floats) -> NDArray[np.int64]:
    return np.mod(places, _DIGITS).astype(np.int64)


def _digits(different: Floats, counts: NDArray[np.int64]) -> Floats:
    """Return how often each last digit is, as a share of the most frequent."""
    often = np.bincount(_digit(different), weights=counts, minlength=_DIGITS)
    shares: Floats = often / max(often.max(), 1)
    return shares


def _within(people: int) -> float:
    return max(LIMITS.reach * people, LIMITS.least_within)


def _around(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last of the distinct values within reach of each one's people."""
    cumulated = np.cumsum(counts)
    middle, within = cumulated - counts / 2, _within(int(cumulated[-1]))
    first = np.searchsorted(cumulated, middle - within, "right")
    last = np.searchsorted(cumulated, middle + within, "left")
    return first, np.minimum(last, len(cumulated) - 1)


def _counted(places: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return the distinct places in ascending order with their counts, empty ones too if few."""
    different, counts = np.unique(places, return_counts=True)
    first, last = different[0], different[-1]
    if last - first > LIMITS.most_empty * len(different):
        return different, counts
    every = np.arange(first, last + 1)
    held = np.zeros(len(every), np.int64)
    held[(different - first).astype(np.int64)] = counts
    return every, held


def _expected(
    different: Floats,
    counts: NDArray[np.int64],
    digits: Floats,
    around: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Floats:
    """Return the expected count of each place, from its neighbours and its last digit."""
    cumulated, (first, last) = np.cumsum(counts), around
    likely = _weight_below(different[last], digits) - _weight_below(different[first] - 1, digits)
    own = digits[_digit(different)]
    others = cumulated[last] - np.where(first > 0, cumulated[first - 1], 0) - counts
    expected: Floats = others * own / np.maximum(likely - own, LIMITS.tolerance)
    return expected


def _by_no_chance(counts: NDArray[np.int64], expected: Floats) -> NDArray[np.bool_]:
    """Tell which places have so many or so few people that it is not chance."""
    excess = counts > expected + LIMITS.shared_z * np.sqrt(expected) + LIMITS.shared_excess
    many = counts >= 2 * _within(int(counts.sum()))
    return np.asarray(excess | many | ((counts == 0) & (expected > LIMITS.empty)), bool)


def _is_uneven(counts: NDArray[np.int64], expected: Floats) -> bool:
    """Tell whether counts vary by more than chance: the values follow other rules."""
    told = expected >= 1
    if np.count_nonzero(told) < _DIGITS:
        return False
    return bool(np.mean((counts[told] - expected[told]) ** 2 / expected[told]) > LIMITS.uneven)


def _weight_below(places: Floats, digits: Floats) -> Floats:
    """Return the sum of the digits' weights over all places from 0 up to each."""
    sums = np.cumsum(digits)
    weight: Floats = np.floor(places / _DIGITS) * sums[-1] + sums[_digit(places)]
    return weight


def _reach(different: Floats, around: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Floats:
    """Return how many steps lie between each value and the nearer end of the people within reach of it."""
    first, last = around
    reach: Floats = np.minimum(different - different[first], different[last] - different)
    return reach
