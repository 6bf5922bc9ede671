"""Survival curves whose steps are single people: their times are rows of data."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_NEAR = 0.02


def events_of_steps(survival: Numbers) -> Numbers:
    """Return how many people each step of a Kaplan-Meier curve stands for, nan where it cannot be told.

    `survival` (shape (n,)) falls from 1. A step from a to b is d of k people with b/a = 1 - d/k; with one
    event k = 1/(1 - b/a) is whole, and falls from step to step (Kaplan and Meier 1958).
    """
    before, after = survival[:-1], survival[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_risk = np.where((after < before) & (after > 0), 1 / (1 - after / before), np.nan)
    whole = np.abs(at_risk - np.round(at_risk)) < _NEAR
    return np.where(np.isfinite(at_risk) & whole, 1.0, np.nan)


def small_steps(events: Numbers, smallest: int) -> int:
    """Return in how many steps (shape (n,)) somebody, but fewer than `smallest` people, had the event."""
    known = events[np.isfinite(events)]
    return int(np.count_nonzero((known > 0) & (known < smallest)))
