"""Survival curves: a step of one person is that person's event time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Breach, Checked, Reason, Status, checked
from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tolerance: float = threshold(
        0.02,
        "people",
        "judgement: the error of survival printed to five decimals, at about 45 people at risk; a wider one "
        "takes steps of several people for steps of one",
    )


LIMITS = _Limits()


def events_of_steps(survival: Numbers) -> Numbers:
    """Return the events of each step of a Kaplan-Meier curve, nan where they cannot be inferred.

    `survival` (shape (n,)) falls from 1. In a step from a to b, d of k people have the event and b/a = 1 -
    d/k; with one event k = 1/(1 - b/a) is a whole number (Kaplan and Meier 1958).
    """
    before, after = survival[:-1], survival[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_risk = np.where((after < before) & (after > 0), 1 / (1 - after / before), np.nan)
    whole = np.abs(at_risk - np.round(at_risk)) < LIMITS.tolerance
    return np.where(np.isfinite(at_risk) & whole, 1.0, np.nan)


def small_steps(events: Numbers, smallest: int) -> int:
    """Return the number of steps (shape (n,)) with at least one and fewer than `smallest` events."""
    known = events[np.isfinite(events)]
    return int(np.count_nonzero((known > 0) & (known < smallest)))


def check_survival(
    events: Any, at_risk: Any = None, *, survival: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check a survival curve or life table, shape (steps,): the events of each step, and the people at risk.

    If `events` is None they are inferred from the fall of `survival` (as many values as steps) and the number
    `at_risk`, or from the fall alone, which shows Kaplan-Meier steps of one person. A step with events needs
    `smallest` of them, and the end of the curve `smallest` people at risk. Sources: SDAP
    handbook (2019), on survival tables; ACRO's threshold of 10.
    """
    rule = policy_of(policy)
    left = None if at_risk is None else np.asarray(at_risk, np.float64)
    counts = _events(events, left, survival)
    few_left = np.zeros(counts.shape, np.bool_) if left is None else (left > 0) & (left < rule.smallest)
    return checked(
        counts.shape,
        Breach(Reason.STEPS, Status.FAIL, ((counts > 0) & (counts < rule.smallest)) | few_left),
    )


def _events(events: Any, at_risk: Numbers | None, survival: Any) -> Numbers:
    if events is not None:
        return np.asarray(events, np.float64)
    if survival is None:
        raise UsageError("a survival curve needs its events or its survival.")
    curve = np.concatenate([[1.0], np.asarray(survival, np.float64)])
    if at_risk is None:
        return events_of_steps(curve)
    with np.errstate(divide="ignore", invalid="ignore"):
        events_of_fall: Numbers = np.round((1 - curve[1:] / curve[:-1]) * at_risk)
    return events_of_fall
