"""From noisy sums to means, variances and regressions, with their margins of error."""

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
    """Return a statistic from its noisy sums, and its margin; `one` is the margin of each sum, in people.

    Values are scaled to -1 to 1, so each sum has the margin of a count. Reversed bounds reverse the scale.
    None if the noisy number of people is too small to divide by.
    """
    if sums["n"] < max(LIMITS.fewest, one):
        return None, None
    value, margin = _ESTIMATES[statistic](sums, bounds, one)
    if not (math.isfinite(value) and math.isfinite(margin)):
        return None, None
    # Further digits would only be noise.
    digits = (
        min(LIMITS.most_digits, max(0, 1 - math.floor(math.log10(margin))))
        if margin > 0
        else LIMITS.most_digits
    )
    return round(value, digits), round(margin, digits)


def _mean(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    mean = max(-1.0, min(1.0, sums["x"] / sums["n"]))
    margin = one * (1 + abs(mean)) / sums["n"]
    return bounds[0].middle + bounds[0].half * mean, abs(bounds[0].half) * margin


def _sum(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    value = bounds[0].middle * sums["n"] + bounds[0].half * sums["x"]
    return value, one * (abs(bounds[0].middle) + abs(bounds[0].half))


def _variance(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    mean, square = sums["x"] / sums["n"], sums["xx"] / sums["n"]
    variance = max(0.0, _squares(square) - mean**2)
    margin = one * ((1 + abs(square)) / _TWO + _TWO * abs(mean) * (1 + abs(mean))) / sums["n"]
    return bounds[0].half ** 2 * variance, bounds[0].half ** 2 * margin


def _squares(square: float) -> float:
    """Return the mean square; 2 s - 1 was summed for a square s."""
    return (square + 1) / _TWO


def _deviation(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    variance, margin = _variance(sums, bounds, one)
    deviation = math.sqrt(variance)
    return deviation, margin / (_TWO * deviation) if deviation > 0 else math.sqrt(margin)


def _moments(sums: Sums) -> tuple[float, float, float]:
    n = sums["n"]
    x, y = sums["x"] / n, sums["y"] / n
    return (
        max(_squares(sums["xx"] / n) - x**2, 1 / n),
        max(_squares(sums["yy"] / n) - y**2, 1 / n),
        sums["xy"] / n - x * y,
    )


def _correlation(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    sxx, syy, sxy = _moments(sums)
    value = max(-1.0, min(1.0, sxy / math.sqrt(sxx * syy)))
    sign = math.copysign(1.0, bounds[0].half) * math.copysign(1.0, bounds[1].half)
    return sign * value, min(_TWO, _TWO * one / (sums["n"] * math.sqrt(sxx * syy)))


def _r_squared(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    value, margin = _correlation(sums, bounds, one)
    return value**2, min(1.0, _TWO * abs(value) * margin + margin**2)


def _slope(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    sxx, _, sxy = _moments(sums)
    scale = bounds[0].half / bounds[1].half
    return scale * sxy / sxx, abs(scale) * _TWO * one * (1 + abs(sxy / sxx)) / (sums["n"] * sxx)


def _intercept(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    slope, margin = _slope(sums, bounds, one)
    mean_y, margin_y = _mean({"n": sums["n"], "x": sums["y"]}, bounds[:1], one)
    mean_x, margin_x = _mean({"n": sums["n"], "x": sums["x"]}, bounds[1:], one)
    return mean_y - slope * mean_x, margin_y + abs(slope) * margin_x + abs(mean_x) * margin


_ESTIMATES: Mapping[Statistic, Callable[[Sums, Sequence[Bounds], float], tuple[float, float]]] = {
    Statistic.MEAN: _mean,
    Statistic.SUM: _sum,
    Statistic.VARIANCE: _variance,
    Statistic.DEVIATION: _deviation,
    Statistic.CORRELATION: _correlation,
    Statistic.R_SQUARED: _r_squared,
    Statistic.SLOPE: _slope,
    Statistic.INTERCEPT: _intercept,
}
