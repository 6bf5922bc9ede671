"""From noisy sums to means, variances and regressions, with the standard deviation of their noise."""

import math
from collections.abc import Callable, Mapping, Sequence

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import Statistic
from strongroom.thresholds import Thresholds, threshold

Sums = Mapping[str, float]
Estimate = tuple[float | None, float | None]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest: int = threshold(2, "people", "derived: a variance needs two")
    most_digits: int = threshold(12, "decimals", "derived: a double has 15 to 16 significant digits")


LIMITS = _Limits()


_TWO = 2.0  # fixed: squares are summed as 2 s - 1


def estimate(statistic: Statistic, bounds: Sequence[Bounds], sums: Sums, one: float) -> Estimate:
    """Return a statistic from its noisy sums, and the standard deviation of its noise.

    `one` is the standard deviation of each sum's noise, in people: values are scaled to -1 to 1, so a sum has
    the noise of a count. None if the noisy number of people is too small to divide by.
    """
    if sums["n"] < max(LIMITS.fewest, one):
        return None, None
    low, high = _POSSIBLE.get(statistic, (-math.inf, math.inf))
    try:
        value = min(max(_ESTIMATES[statistic](sums, bounds), low), high)
        noise = _noise(_ESTIMATES[statistic], sums, bounds, one)
    except ArithmeticError:
        # Bounds near the ends of what a double holds.
        return None, None
    if not (math.isfinite(value) and math.isfinite(noise)):
        return None, None
    # Further digits would only be noise.
    digits = digits_for(noise)
    return round(value, digits), round(noise, digits)


def digits_for(noise: float) -> int:
    """Return the decimals of a number that its noise leaves meaningful."""
    if noise <= 0:
        return LIMITS.most_digits
    return min(LIMITS.most_digits, max(0, 1 - math.floor(math.log10(noise))))


_Of = Callable[[Sums, Sequence[Bounds]], float]


def _noise(of: _Of, sums: Sums, bounds: Sequence[Bounds], one: float) -> float:
    """Return the standard deviation of a function of independent noisy sums, to first order.

    Slopes are taken over the width of the noise, so that they stay finite where the function bends.
    """
    total = 0.0
    for name, value in sums.items():
        ends = (value - one, value + one)
        if name == "n":
            ends = (max(value - one, float(LIMITS.fewest)), value + one)
        low, high = (of({**sums, name: end}, bounds) for end in ends)
        total += ((high - low) / (ends[1] - ends[0]) * one) ** 2
    return math.sqrt(total)


def _mean(sums: Sums, bounds: Sequence[Bounds]) -> float:
    return bounds[0].middle + bounds[0].half * sums["x"] / sums["n"]


def _sum(sums: Sums, bounds: Sequence[Bounds]) -> float:
    return bounds[0].middle * sums["n"] + bounds[0].half * sums["x"]


def _variance(sums: Sums, bounds: Sequence[Bounds]) -> float:
    mean, square = sums["x"] / sums["n"], _squares(sums["xx"] / sums["n"])
    return bounds[0].half ** 2 * (square - mean**2)


def _squares(square: float) -> float:
    """Return the mean square; 2 s - 1 was summed for a square s."""
    return (square + 1) / _TWO


def _deviation(sums: Sums, bounds: Sequence[Bounds]) -> float:
    return math.sqrt(max(_variance(sums, bounds), 0.0))


def _moments(sums: Sums) -> tuple[float, float, float]:
    n = sums["n"]
    x, y = sums["x"] / n, sums["y"] / n
    return (
        max(_squares(sums["xx"] / n) - x**2, 1 / n),
        max(_squares(sums["yy"] / n) - y**2, 1 / n),
        sums["xy"] / n - x * y,
    )


def _correlation(sums: Sums, bounds: Sequence[Bounds]) -> float:  # noqa: ARG001 - as all estimates
    sxx, syy, sxy = _moments(sums)
    return sxy / math.sqrt(sxx * syy)


def _r_squared(sums: Sums, bounds: Sequence[Bounds]) -> float:
    return _correlation(sums, bounds) ** 2


def _slope(sums: Sums, bounds: Sequence[Bounds]) -> float:
    sxx, _, sxy = _moments(sums)
    return bounds[0].half / bounds[1].half * sxy / sxx


def _intercept(sums: Sums, bounds: Sequence[Bounds]) -> float:
    mean_y = _mean({"n": sums["n"], "x": sums["y"]}, bounds[:1])
    mean_x = _mean({"n": sums["n"], "x": sums["x"]}, bounds[1:])
    return mean_y - _slope(sums, bounds) * mean_x


# Applied after the noise is known: at the end of the range, it would seem to vanish.
_POSSIBLE: Mapping[Statistic, tuple[float, float]] = {
    Statistic.VARIANCE: (0.0, math.inf),
    Statistic.CORRELATION: (-1.0, 1.0),
    Statistic.R_SQUARED: (0.0, 1.0),
}

_ESTIMATES: Mapping[Statistic, _Of] = {
    Statistic.MEAN: _mean,
    Statistic.SUM: _sum,
    Statistic.VARIANCE: _variance,
    Statistic.DEVIATION: _deviation,
    Statistic.CORRELATION: _correlation,
    Statistic.R_SQUARED: _r_squared,
    Statistic.SLOPE: _slope,
    Statistic.INTERCEPT: _intercept,
}
