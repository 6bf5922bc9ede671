"""Sums, means, spreads and lines of a group as they are shown: changed as if a few people more had counted.

The change is drawn for the group and the statistic, so the same people's mean is always changed alike, and
scaled by what one person could do to it. Nothing is shown of a group too small, nor where one or two people
make up most of a sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.query.emitting import Summary
from strongroom.disclosure.query.representation import Statistic
from strongroom.disclosure.release.noise import CellNoise
from strongroom.disclosure.release.rule import ReleaseRule
from strongroom.disclosure.rules.dominance import dominated

Numbers = NDArray[np.float64]
Summaries = Mapping[Summary, NDArray[np.generic]]

_TYPICAL_FARTHEST = 3.0
_FREEDOM = 10
_FIGURES = 1e-9


@dataclass(frozen=True)
class ShownNumbers:
    """Numbers that may be shown, of shape (groups,): nan where `few`, `dominated` or there is none."""

    values: Numbers
    few: NDArray[np.bool_]
    dominated: NDArray[np.bool_]


def shown_numbers(
    statistic: Statistic, known: Summaries, *, of: str, noise: CellNoise, rule: ReleaseRule
) -> ShownNumbers:
    """Return one statistic of each group as may be shown, from what an engine says of it.

    `of` names the columns it is about: the change must not depend on how they are written.

    Quantiles and numbers of different values are not among them: they come of counts (`spreads`).
    """
    people = np.asarray(known[Summary.PEOPLE], np.int64)
    keys = np.asarray(known[Summary.KEY], np.uint64)
    counted = people + np.where(people > 0, noise.changes(keys, of="people"), 0)
    few = counted < rule.shown_from
    dominated = _dominated(known, rule) if Summary.LARGEST in known else np.zeros(len(people), np.bool_)
    change = noise.changes(keys, of=f"{statistic.value}/{of}").astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        values, scale = _STATISTICS[statistic](known, people.astype(np.float64))
        changed = values + change * scale
        rounded = _rounded(_bounded(statistic, changed), scale)
    return ShownNumbers(np.where(few | dominated, np.nan, rounded), few, dominated & ~few)


def _dominated(known: Summaries, rule: ReleaseRule) -> NDArray[np.bool_]:
    """Tell where the (n, k) or the p % rule forbids a sum, from its two largest contributions.

    Contributions come without their signs, and the total of values of both signs is less than their sum.
    """
    largest = np.array([_two(each) for each in known[Summary.LARGEST].tolist()], np.float64).reshape(-1, 2)
    return dominated(
        np.abs(_numbers(known, Summary.SUM)),
        largest[:, : rule.contributors].sum(axis=1),
        largest=largest[:, 0],
        second=largest[:, 1],
        share=rule.share,
        p=rule.p,
    )


def _two(largest: object) -> tuple[float, float]:
    listed = [float(each) for each in largest] if isinstance(largest, list) else []
    return (listed[0] if listed else 0.0, listed[1] if len(listed) > 1 else 0.0)


def _numbers(known: Summaries, name: Summary) -> Numbers:
    numbers: Numbers = np.array(
        [np.nan if each is None else each for each in known[name].tolist()], dtype=np.float64
    )
    return numbers


def _reach(known: Summaries) -> Numbers:
    """Return how far from the mean one person may be: three SDs, or as far as the largest value is."""
    mean, spread = _numbers(known, Summary.MEAN), np.sqrt(_numbers(known, Summary.VARIANCE))
    if Summary.LARGEST not in known:
        return _TYPICAL_FARTHEST * spread
    largest = np.array([_two(each)[0] for each in known[Summary.LARGEST].tolist()])
    reach: Numbers = np.maximum(_TYPICAL_FARTHEST * spread, np.abs(largest) - np.abs(mean))
    return reach


def _mean(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    # A third of the farthest: the change is of several people, and its own spread makes up the rest.
    return _numbers(known, Summary.MEAN), _reach(known) / _TYPICAL_FARTHEST / people


def _sum(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    mean, reach = _numbers(known, Summary.MEAN), _reach(known)
    return mean * people, np.maximum(np.abs(mean) + reach / _TYPICAL_FARTHEST, _FIGURES)


def _variance(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    variance = _numbers(known, Summary.VARIANCE) * people / (people - 1)
    return np.where(people > _FREEDOM, variance, np.nan), _reach(known) ** 2 / _TYPICAL_FARTHEST / people


def _deviation(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    variance, scale = _variance(known, people)
    deviation = np.sqrt(variance)
    return deviation, scale / (2 * deviation)


def _correlation(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    sxx, syy, sxy = (_numbers(known, name) for name in (Summary.SXX, Summary.SYY, Summary.SXY))
    found = sxy / np.sqrt(sxx * syy)
    return np.where(people > _FREEDOM, found, np.nan), _TYPICAL_FARTHEST / people


def _r_squared(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    found, scale = _correlation(known, people)
    return found**2, 2 * np.abs(found) * scale + scale**2


def _slope(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    sxx, syy, sxy = (_numbers(known, name) for name in (Summary.SXX, Summary.SYY, Summary.SXY))
    found = np.where(people > _FREEDOM, sxy / sxx, np.nan)
    return found, np.sqrt(syy / sxx) * _TYPICAL_FARTHEST / people


def _intercept(known: Summaries, people: Numbers) -> tuple[Numbers, Numbers]:
    slope, scale = _slope(known, people)
    mean_x, mean_y = _numbers(known, Summary.MEAN_X), _numbers(known, Summary.MEAN_Y)
    spread_y = np.sqrt(_numbers(known, Summary.SYY) / people)
    return mean_y - slope * mean_x, np.abs(mean_x) * scale + spread_y / people


_STATISTICS = {
    Statistic.SUM: _sum,
    Statistic.MEAN: _mean,
    Statistic.VARIANCE: _variance,
    Statistic.DEVIATION: _deviation,
    Statistic.CORRELATION: _correlation,
    Statistic.R_SQUARED: _r_squared,
    Statistic.SLOPE: _slope,
    Statistic.INTERCEPT: _intercept,
}
_LIMITS = {
    Statistic.VARIANCE: (0.0, np.inf),
    Statistic.DEVIATION: (0.0, np.inf),
    Statistic.CORRELATION: (-1.0, 1.0),
    Statistic.R_SQUARED: (0.0, 1.0),
}


def _bounded(statistic: Statistic, values: Numbers) -> Numbers:
    low, high = _LIMITS.get(statistic, (-np.inf, np.inf))
    return np.clip(values, low, high)


def _rounded(values: Numbers, scale: Numbers) -> Numbers:
    """Round to the power of ten at or below what one person changes: further digits say nothing true."""
    usable = np.isfinite(scale) & (scale > 0)
    places = -np.floor(np.log10(np.where(usable, scale, 1.0))).astype(np.int64)
    # `round` gives the float that is written with so few digits; dividing and multiplying does not.
    rounded = [round(float(value), int(place)) for value, place in zip(values, places, strict=True)]
    return np.where(usable, rounded, values)
