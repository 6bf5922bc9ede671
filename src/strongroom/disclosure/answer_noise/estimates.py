"""From changed sums to a mean, a spread or a line, and how far it may be off."""

import math
from collections.abc import Callable, Mapping, Sequence

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import Statistic

Sums = Mapping[str, float]
Estimate = tuple[float | None, float | None]
_FEWEST = 2
_TWO = 2.0
_MOST_DIGITS = 12


def estimate(statistic: Statistic, bounds: Sequence[Bounds], sums: Sums, one: float) -> Estimate:
    """Return a statistic from its sums, and its margin; `one` is the margin of every sum, in people.

    Sums are of values taken as parts of their range, from -1 to 1, so each has the margin of a count. Bounds
    the wrong way round turn the values about. None where too few people are left to divide by.
    """
    if sums["n"] < max(_FEWEST, one):
        return None, None
    value, off = _ESTIMATES[statistic](sums, bounds, one)
    if not (math.isfinite(value) and math.isfinite(off)):
        return None, None
    # Further digits would say nothing true.
    digits = min(_MOST_DIGITS, max(0, 1 - math.floor(math.log10(off)))) if off > 0 else _MOST_DIGITS
    return round(value, digits), round(off, digits)


def _mean(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    part = max(-1.0, min(1.0, sums["x"] / sums["n"]))
    off = one * (1 + abs(part)) / sums["n"]
    return bounds[0].middle + bounds[0].half * part, abs(bounds[0].half) * off


def _sum(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    value = bounds[0].middle * sums["n"] + bounds[0].half * sums["x"]
    return value, one * (abs(bounds[0].middle) + abs(bounds[0].half))


def _variance(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    part, square = sums["x"] / sums["n"], sums["xx"] / sums["n"]
    variance = max(0.0, _squares(square) - part**2)
    off = one * ((1 + abs(square)) / _TWO + _TWO * abs(part) * (1 + abs(part))) / sums["n"]
    return bounds[0].half ** 2 * variance, bounds[0].half ** 2 * off


def _squares(square: float) -> float:
    """Return the mean of squares; they were summed as twice themselves less one."""
    return (square + 1) / _TWO


def _deviation(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    variance, off = _variance(sums, bounds, one)
    deviation = math.sqrt(variance)
    return deviation, off / (_TWO * deviation) if deviation > 0 else math.sqrt(off)


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
    turned = math.copysign(1.0, bounds[0].half) * math.copysign(1.0, bounds[1].half)
    return turned * value, min(_TWO, _TWO * one / (sums["n"] * math.sqrt(sxx * syy)))


def _r_squared(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    value, off = _correlation(sums, bounds, one)
    return value**2, min(1.0, _TWO * abs(value) * off + off**2)


def _slope(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    sxx, _, sxy = _moments(sums)
    scale = bounds[0].half / bounds[1].half
    return scale * sxy / sxx, abs(scale) * _TWO * one * (1 + abs(sxy / sxx)) / (sums["n"] * sxx)


def _intercept(sums: Sums, bounds: Sequence[Bounds], one: float) -> tuple[float, float]:
    slope, off = _slope(sums, bounds, one)
    mean_y, off_y = _mean({"n": sums["n"], "x": sums["y"]}, bounds[:1], one)
    mean_x, off_x = _mean({"n": sums["n"], "x": sums["x"]}, bounds[1:], one)
    return mean_y - slope * mean_x, off_y + abs(slope) * off_x + abs(mean_x) * off


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
