"""From noisy sums to a mean, a spread or a line, and how far it may be off."""

import math
from collections.abc import Callable, Mapping

from strongroom.disclosure.privacy.bounds import Bounds
from strongroom.disclosure.privacy.plan import PrivateMeasure
from strongroom.disclosure.query.representation import Statistic

Sums = Mapping[str, float]
Estimate = tuple[float | int | None, float | None]
_FEWEST = 2
_TWO = 2.0


def estimate(each: PrivateMeasure, sums: Sums, one: float) -> Estimate:
    """Return a measure from its sums, and its margin; `one` is the margin of every sum, in people.

    Sums are of values taken as parts of their range, from -1 to 1, so each has the margin of a count. None
    where too few people are left to divide by.
    """
    if each.measure.statistic is Statistic.PRESENT:
        return max(int(sums["n"]), 0), round(one, 1)
    if sums["n"] < max(_FEWEST, one):
        return None, None
    value, off = _ESTIMATES[each.measure.statistic](sums, each.bounds, one)
    digits = max(0, 1 - math.floor(math.log10(off))) if off > 0 else 6
    return round(value, digits), round(off, digits)


def _mean(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    part = max(-1.0, min(1.0, sums["x"] / sums["n"]))
    off = one * (1 + abs(part)) / sums["n"]
    return bounds[0].middle + bounds[0].half * part, bounds[0].half * off


def _sum(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    value = bounds[0].middle * sums["n"] + bounds[0].half * sums["x"]
    return value, one * (abs(bounds[0].middle) + bounds[0].half)


def _variance(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    part = sums["x"] / sums["n"]
    variance = max(0.0, sums["xx"] / sums["n"] - part**2)
    off = one * (1 + _TWO * abs(part) + abs(variance)) / sums["n"]
    return bounds[0].half ** 2 * variance, bounds[0].half ** 2 * off


def _deviation(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    variance, off = _variance(sums, bounds, one)
    deviation = math.sqrt(variance)
    return deviation, off / (_TWO * deviation) if deviation > 0 else math.sqrt(off)


def _moments(sums: Sums) -> tuple[float, float, float]:
    n = sums["n"]
    x, y = sums["x"] / n, sums["y"] / n
    return (
        max(sums["xx"] / n - x**2, 1 / n),
        max(sums["yy"] / n - y**2, 1 / n),
        sums["xy"] / n - x * y,
    )


def _correlation(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:  # noqa: ARG001
    sxx, syy, sxy = _moments(sums)
    value = max(-1.0, min(1.0, sxy / math.sqrt(sxx * syy)))
    return value, min(_TWO, _TWO * one / (sums["n"] * math.sqrt(sxx * syy)))


def _r_squared(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    value, off = _correlation(sums, bounds, one)
    return value**2, min(1.0, _TWO * abs(value) * off + off**2)


def _slope(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    sxx, _, sxy = _moments(sums)
    scale = bounds[0].half / bounds[1].half
    return scale * sxy / sxx, scale * _TWO * one * (1 + abs(sxy / sxx)) / (sums["n"] * sxx)


def _intercept(sums: Sums, bounds: tuple[Bounds, ...], one: float) -> tuple[float, float]:
    slope, off = _slope(sums, bounds, one)
    mean_y, off_y = _mean({"n": sums["n"], "x": sums["y"]}, bounds[:1], one)
    mean_x, off_x = _mean({"n": sums["n"], "x": sums["x"]}, bounds[1:], one)
    return mean_y - slope * mean_x, off_y + abs(slope) * off_x + abs(mean_x) * off


_ESTIMATES: Mapping[Statistic, Callable[[Sums, tuple[Bounds, ...], float], tuple[float, float]]] = {
    Statistic.MEAN: _mean,
    Statistic.SUM: _sum,
    Statistic.VARIANCE: _variance,
    Statistic.DEVIATION: _deviation,
    Statistic.CORRELATION: _correlation,
    Statistic.R_SQUARED: _r_squared,
    Statistic.SLOPE: _slope,
    Statistic.INTERCEPT: _intercept,
}
