"""Coordinates as whole steps: measured values have a last digit, so they lie on a grid in a drawing."""

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_places: int = threshold(
        10, "different places", "derived: places at random fit one grid with a probability of 0.3^8 or less"
    )
    least_step: float = threshold(
        0.1, "user units", "judgement: coordinates are rounded to a hundredth, which hides a finer grid"
    )
    most_off: float = threshold(
        0.15, "share of a step", "judgement: rounding of coordinates moves a place by a tenth of a step"
    )
    least_on: float = threshold(0.98, "share of the places", "judgement: a frame may be among the shapes")
    rounds: int = threshold(3, "fits", "cost: the step changes no more after two")


LIMITS = _Limits()


def in_whole_steps(values: Numbers) -> Numbers:
    """Return coordinates counted in steps of their grid, about zero; unchanged where there is no grid."""
    places = np.unique(values)
    if len(places) < LIMITS.least_places:
        return values
    gaps = np.sort(np.diff(places))
    step = float(gaps[gaps >= LIMITS.least_step].min(initial=np.inf))
    if not np.isfinite(step):
        return values
    # The smallest gap is a step give or take rounding; longer ones, in order, make it exact.
    length = count = 0.0
    for gap in gaps[gaps >= LIMITS.least_step]:
        times = np.rint(gap / step)
        length, count = length + gap, count + times
        step = length / count
    start = float(places[0])
    for _ in range(LIMITS.rounds):
        times = np.rint((places - start) / step)
        step, start = (float(each) for each in np.polyfit(times, places, 1))
    on = np.abs(places - start - np.rint((places - start) / step) * step) <= LIMITS.most_off * step
    if step < LIMITS.least_step or on.mean() < LIMITS.least_on:
        return values
    return np.asarray(np.rint((values - start) / step) + np.rint(start / step))
