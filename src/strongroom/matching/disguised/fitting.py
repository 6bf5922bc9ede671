"""Fit the transform of a column from rows whose people are roughly known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import middle_ranks
from strongroom.matching.recognised import Transform
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_pairs: int = threshold(
        6,
        "pairs",
        "judgement: a line through fewer pairs fits wrong people as well",
    )
    rounds: int = threshold(6, "rounds", "cost: trimming mostly settles earlier; it need not converge")
    finest: float = threshold(
        3e-6,
        "share of the range",
        "judgement: least noise assumed; without it exact columns would outweigh all others",
    )
    plainer: float = threshold(
        1.25,
        "ratio of noise",
        "judgement: a curve has to fit this much better than a line, because it can follow anything",
    )
    least_knots: int = threshold(4, "points", "judgement: a curve through fewer points is a line")
    unchanged: float = threshold(
        1e-3,
        "slope",
        "judgement: a slope this close to 1 without an offset is reported as unchanged values",
    )


LIMITS = _Limits()


_SIGMA = 1.4826  # fixed: standard deviation over median absolute deviation, of a normal distribution


@dataclass(frozen=True)
class Fit:
    """A column's transform, and the SD of the noise about it, in the file's units."""

    transform: Transform
    noise: float


def fit_transform(mine: Floats, theirs: Floats, *, unit: float, all_values: Floats) -> Fit | None:
    """Fit file values to cohort values (pairs,), some of which are of wrong people; None if nothing fits.

    `unit` is half the last digit of the file's numbers. Lines are fitted to the plain, logarithmic, square
    root and ranked values by least squares, repeatedly trimmed at three times the residuals' median
    (Rousseeuw and Leroy 1987, chapter 4); a monotone curve is taken if it fits clearly better.
    """
    both = ~(np.isnan(mine) | np.isnan(theirs))
    mine, theirs = mine[both], theirs[both]
    if len(mine) < LIMITS.least_pairs or np.ptp(theirs) == 0 or np.ptp(mine) == 0:
        return None
    found: list[Fit] = []
    ends = np.random.default_rng(0).integers(0, len(mine), (2, 4_000))
    for name, shape in _shapes(all_values):
        line = _line(shape(theirs), mine, ends)
        if line is None:
            continue
        slope, offset, noise = line
        floor = max(0.58 * unit, LIMITS.finest * float(np.ptp(mine)))
        described = (
            "same"
            if name == "x" and abs(slope - 1) < LIMITS.unchanged and abs(offset) <= 3 * unit + 1e-9
            else f"{slope:.6g} {name} {offset:+.6g}"
        )
        found.append(Fit(Transform(described, _line_of(shape, slope, offset)), max(noise, floor)))
    curve = _curve(theirs, mine, unit)
    best = min(found, key=lambda fit: fit.noise, default=None)
    if best is None or (curve is not None and curve.noise * LIMITS.plainer < best.noise):
        return curve
    return best


def _shapes(all_values: Floats) -> Iterator[tuple[str, Callable[[Floats], Floats]]]:
    present = np.sort(all_values[~np.isnan(all_values)])
    least = float(present[0]) if len(present) else 0.0
    shift = min(0.0, least)
    yield "x", lambda values: values
    with np.errstate(all="ignore"):
        if least > 0:
            yield "ln(x)", np.log
        yield f"ln(1 + x - {shift:g})", lambda values: np.log1p(np.maximum(values - shift, 0))
        yield "sqrt(x)", lambda values: np.sqrt(np.maximum(values - shift, 0))
    if len(present) > 1:
        yield "rank(x)", lambda values: _middle_rank(present, values)


def _middle_rank(present: Floats, values: Floats) -> Floats:
    below = np.searchsorted(present, values, side="left")
    up_to = np.searchsorted(present, values, side="right")
    ranks: Floats = np.where(np.isnan(values), np.nan, (below + up_to) / 2 / len(present))
    return ranks


def _line_of(shape: Callable[[Floats], Floats], slope: float, offset: float) -> Callable[[Floats], Floats]:
    return lambda values: slope * shape(values) + offset


def _line(theirs: Floats, mine: Floats, ends: NDArray[np.int64]) -> tuple[float, float, float] | None:
    """Return slope, offset and noise of a line through most of the points."""
    spread = np.ptp(theirs)
    if not np.isfinite(spread) or spread == 0:
        return None
    slope, offset = _median_line(theirs, mine, ends)
    for _ in range(LIMITS.rounds):
        away = np.abs(mine - slope * theirs - offset)
        limit = max(3 * _SIGMA * float(np.median(away)), 1e-9 * float(np.ptp(mine)))
        kept = away <= limit
        if np.count_nonzero(kept) < LIMITS.least_pairs or np.ptp(theirs[kept]) == 0:
            break
        slope, offset = _least_squares(theirs[kept], mine[kept])
    if slope == 0:
        return None
    away = np.abs(mine - slope * theirs - offset)
    return float(slope), float(offset), _SIGMA * float(np.median(away))


def _least_squares(theirs: Floats, mine: Floats) -> tuple[float, float]:
    """Return slope and offset of the least-squares line; `np.polyfit` takes five times as long."""
    middle, centre = float(theirs.mean()), float(mine.mean())
    away = theirs - middle
    slope = float(away @ (mine - centre)) / float(away @ away)
    return slope, centre - slope * middle


def _median_line(theirs: Floats, mine: Floats, ends: NDArray[np.int64]) -> tuple[float, float]:
    """Return the line of median slopes (Theil 1950, Sen 1968) between pairs of points, shape (2, pairs)."""
    one, two = ends
    apart = theirs[two] - theirs[one]
    far = np.abs(apart) > 0.3 * np.std(theirs)
    if not far.any():
        return 0.0, float(np.median(mine))
    slope = float(np.median((mine[two] - mine[one])[far] / apart[far]))
    return slope, float(np.median(mine - slope * theirs))


def _curve(theirs: Floats, mine: Floats, unit: float) -> Fit | None:
    """Return a rising or falling curve through the medians of neighbouring points."""
    rising = np.corrcoef(middle_ranks(theirs), middle_ranks(mine))[0, 1] >= 0
    order = np.argsort(theirs, kind="stable")
    groups = max(4, len(order) // 5)
    at, value = _medians(theirs[order], groups), _medians(mine[order], groups)
    value = np.maximum.accumulate(value) if rising else np.minimum.accumulate(value)
    at, first = np.unique(at, return_index=True)
    if len(at) < LIMITS.least_knots:
        return None
    knots = value[first]
    away = np.abs(mine - np.interp(theirs, at, knots))
    noise = max(_SIGMA * float(np.median(away)), 0.58 * unit, LIMITS.finest * float(np.ptp(mine)))
    # The medians of five are fitted to the points they are judged by: the noise is underestimated.
    name = "rising curve" if rising else "falling curve"
    return Fit(Transform(name, _curve_of(at, knots)), 1.2 * noise)


def _medians(values: Floats, groups: int) -> Floats:
    """Return the medians of so many runs of neighbouring values, whose lengths differ by one at most."""
    size, longer = divmod(len(values), groups)
    split = longer * (size + 1)
    runs = [values[:split].reshape(-1, size + 1), values[split:].reshape(-1, size)]
    return np.concatenate([np.median(each, axis=1) for each in runs if each.size])


def _curve_of(at: Floats, knots: Floats) -> Callable[[Floats], Floats]:
    return lambda values: np.where(np.isnan(values), np.nan, np.interp(values, at, knots))


def contingency_table(
    mine: NDArray[np.uint8], theirs: NDArray[np.uint8], *, levels: tuple[int, int]
) -> NDArray[np.float64]:
    """Count pairs of levels; shape `levels`."""
    table = np.zeros(levels)
    np.add.at(table, (mine, theirs), 1.0)
    return table
