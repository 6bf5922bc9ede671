"""Survival curves whose steps are single people: their times are rows of data."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Reason, Status, checked
from strongroom.errors import UsageError

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


def check_survival(
    events: Any, at_risk: Any = None, *, survival: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check a survival curve or life table, shape (steps,): the events of each step, and who is left.

    Where `events` is None they are worked out: from the fall of `survival` (as many values as steps) and the
    number `at_risk`, or from the fall alone, where a Kaplan-Meier step of one person shows. A step of
    somebody needs `smallest` people; so does what is left at risk, which ends the curve. Sources: SDAP
    handbook (2019), on survival tables; ACRO's threshold of 10.
    """
    rule = policy_of(policy)
    left = None if at_risk is None else np.asarray(at_risk, np.float64)
    had = _events(events, left, survival)
    few_left = np.zeros(had.shape, np.bool_) if left is None else (left > 0) & (left < rule.smallest)
    return checked(
        had.shape,
        Mark(Reason.STEPS, Status.FAIL, ((had > 0) & (had < rule.smallest)) | few_left),
    )


def _events(events: Any, at_risk: Numbers | None, survival: Any) -> Numbers:
    if events is not None:
        return np.asarray(events, np.float64)
    if survival is None:
        raise UsageError("a survival curve is checked by its events or by its survival.")
    curve = np.concatenate([[1.0], np.asarray(survival, np.float64)])
    if at_risk is None:
        return events_of_steps(curve)
    with np.errstate(divide="ignore", invalid="ignore"):
        events_of_fall: Numbers = np.round((1 - curve[1:] / curve[:-1]) * at_risk)
    return events_of_fall
