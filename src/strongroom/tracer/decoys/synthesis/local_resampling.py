"""Where a real person's value goes that an invented one is given: somewhere near, as likely as anybody's.

A sample of a few thousand people holds each of a column's many values some times more and some times less
often than chance would have it, and whoever draws from it repeats that: who counts how often each of them
occurs tells invented people from others (AUC 0.66 in NHANES, by naive Bayes over 50 columns). So a value is
moved among those of the people about it, and only what is no accident of the sample stays: its grid, digits
that are preferred, values that many share (a detection limit, a ceiling) or nobody has, and the dust that
binary fractions leave behind the last decimal.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.decoys.synthesis.encoding import Floats

# Of fewer different values each is held by so many people that how many they are is hardly chance.
_MANY_VALUES = 150
_FEW_VALUES = 12
_FINE = 0.1
# Of all people, on either side: a fortieth of a standard deviation where people are dense.
_REACH, _FEWEST_WITHIN = 0.01, 3
_DIGITS = 10
# Standard errors, and people, by which a value is held more often than its digit and its neighbours explain.
_SHARED, _SHARED_BY = 4.0, 2.0
# Of so many expected none is missing by chance; and the variance of counts, in that of chance.
_NOBODY, _UNEVEN = 6.0, 1.6
_MOST_EMPTY = 20
_AS_THERE, _BESIDE = 3, 10
# Binary places: what is further off its decimal is no dust.
_MOST_DUST = 64
_TRIES = 8
_MOST_DECIMALS = 6
_ON_GRID = 0.99
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Neighbourhood:
    """What a column's values are like: `held` by people, ascending, on a grid of `step`.

    `places` are the steps of `held`; `different` each of these once, and places between them of nobody,
    `reach` by how many steps one is moved, both of shape (different,); 0 for one that stays, and that no
    other is moved to. `digits`, shape (10,), say how likely a last digit is beside the likeliest; without any
    values follow no rule that is known, and only such as people have are taken. `dust` is by how many of the
    last binary places each of `held` is off its decimal.
    """

    held: Floats
    step: float
    places: Floats
    different: Floats
    reach: Floats
    digits: Floats | None
    dust: Floats

    @classmethod
    def of(cls, column: Floats) -> Self | None:
        """Learn from a column; None where its values are few, and stay."""
        held = np.sort(column[~np.isnan(column)])
        if len(np.unique(held)) < _MANY_VALUES and not is_fine(held):
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
        return cls(held, step, places, different, reach, told, dust_of(held, step))

    def moved(self, values: Floats, random: np.random.Generator) -> Floats:
        """Return values of real people, none missing, each moved to a place near it."""
        places = np.round(values / self.step)
        where = np.minimum(np.searchsorted(self.different, places), len(self.different) - 1)
        reach = np.where(self.different[where] == places, self.reach[where], 0.0)
        left = np.flatnonzero(reach > 0)
        to = places.copy()
        for _ in range(_TRIES):
            if len(left) == 0:
                break
            there, taken = self._proposed(places[left], reach[left], random)
            to[left[taken]] = there[taken]
            left = left[~taken]
        return np.where(to == places, values, self._written(to, random))

    def _proposed(
        self, places: Floats, reach: Floats, random: np.random.Generator
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return a place near each, and whether it may be taken: as often as its digit is."""
        if self.digits is None:
            within = int(_within(len(self.held)))
            ranks = np.searchsorted(self.places, places) + random.integers(-within, within + 1, len(places))
            there = self.places[np.clip(ranks, 0, len(self.held) - 1)]
            return there, self._is_free(there)
        there = places + np.round((2 * random.random(len(places)) - 1) * reach)
        return there, self._is_free(there) & (random.random(len(places)) < self.digits[_digit(there)])

    def _is_free(self, places: Floats) -> NDArray[np.bool_]:
        """Tell where values may be moved to: places of nobody, or of people who move themselves."""
        where = np.minimum(np.searchsorted(self.different, places), len(self.different) - 1)
        return np.asarray((self.different[where] != places) | (self.reach[where] > 0), np.bool_)

    def _written(self, places: Floats, random: np.random.Generator) -> Floats:
        """Return places as numbers: as somebody's, or with the dust of somebody near where few are there."""
        first, last = (np.searchsorted(self.places, places, side) for side in ("left", "right"))
        some = first + (random.random(len(places)) * (last - first)).astype(np.int64)
        beside = first + random.integers(-_BESIDE, _BESIDE + 1, len(places))
        some, beside = (np.clip(each, 0, len(self.held) - 1) for each in (some, beside))
        apart = dusty(decimal(places, self.step), self.dust[beside], self.step)
        return np.where(last - first >= _AS_THERE, self.held[some], apart)


def is_fine(values: Floats) -> bool:
    """Tell whether hardly anybody shares a value; none of `values` is missing."""
    distinct = len(np.unique(values))
    return distinct >= _FINE * len(values) and distinct > _FEW_VALUES


def dust_of(values: Floats, step: float) -> Floats:
    """Return by how many of their last binary places values are off the decimals they stand for."""
    decimals = decimal(np.round(values / step), step)
    dust = (values - decimals) / np.spacing(np.maximum(np.abs(decimals), step))
    return np.where(np.abs(dust) <= _MOST_DUST, dust, 0.0)


def dusty(decimals: Floats, dust: Floats, step: float) -> Floats:
    """Return decimals off by as many of their last binary places."""
    values: Floats = decimals + dust * np.spacing(np.maximum(np.abs(decimals), step))
    return values


def step_of(values: Floats) -> float:
    """Return the power of ten of which nearly all values are multiples."""
    for decimals in range(-2, _MOST_DECIMALS):
        step = 10.0**-decimals
        steps = values / step
        if np.mean(np.abs(steps - np.round(steps)) < _TOLERANCE * np.maximum(1, np.abs(steps))) > _ON_GRID:
            return step
    return 10.0**-_MOST_DECIMALS


def decimal(places: Floats, step: float) -> Floats:
    """Return places as the nearest numbers of so many decimals."""
    decimals: Floats = np.round(places * step, _MOST_DECIMALS)
    return decimals


def _digit(places: Floats) -> NDArray[np.int64]:
    return np.mod(places, _DIGITS).astype(np.int64)


def _digits(different: Floats, counts: NDArray[np.int64]) -> Floats:
    """Return how often each last digit is, as a share of the most frequent."""
    often = np.bincount(_digit(different), weights=counts, minlength=_DIGITS)
    shares: Floats = often / max(often.max(), 1)
    return shares


def _within(people: int) -> float:
    return max(_REACH * people, _FEWEST_WITHIN)


def _around(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return of the different values the first and the last whose people are within reach of each one's."""
    cumulated = np.cumsum(counts)
    middle, within = cumulated - counts / 2, _within(int(cumulated[-1]))
    first = np.searchsorted(cumulated, middle - within, "right")
    last = np.searchsorted(cumulated, middle + within, "left")
    return first, np.minimum(last, len(cumulated) - 1)


def _counted(places: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return the different places in ascending order and who holds each, those of nobody too if not most."""
    different, counts = np.unique(places, return_counts=True)
    first, last = different[0], different[-1]
    if last - first > _MOST_EMPTY * len(different):
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
    """Return how many hold each place if it is like those about it, and like others of its last digit."""
    cumulated, (first, last) = np.cumsum(counts), around
    likely = _weight_below(different[last], digits) - _weight_below(different[first] - 1, digits)
    own = digits[_digit(different)]
    others = cumulated[last] - np.where(first > 0, cumulated[first - 1], 0) - counts
    expected: Floats = others * own / np.maximum(likely - own, _TOLERANCE)
    return expected


def _by_no_chance(counts: NDArray[np.int64], expected: Floats) -> NDArray[np.bool_]:
    """Tell which places so many hold, or nobody, that it is no chance, or more than are within reach."""
    excess = counts > expected + _SHARED * np.sqrt(expected) + _SHARED_BY
    many = counts >= 2 * _within(int(counts.sum()))
    return np.asarray(excess | many | ((counts == 0) & (expected > _NOBODY)), bool)


def _is_uneven(counts: NDArray[np.int64], expected: Floats) -> bool:
    """Tell whether how many hold a place differs by more than chance: it follows other rules than these."""
    told = expected >= 1
    if np.count_nonzero(told) < _DIGITS:
        return False
    return bool(np.mean((counts[told] - expected[told]) ** 2 / expected[told]) > _UNEVEN)


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
