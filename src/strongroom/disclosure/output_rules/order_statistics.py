"""Quantiles and extremes: each is one person's value, safe only with enough people on either side."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from strongroom.disclosure.output_rules.contributions import GroupedValues, group_values
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Breach, Checked, Mask, Reason, Status, checked
from strongroom.errors import UsageError


def check_quantiles(
    values: Any,
    shares: Sequence[float],
    groups: Any = None,
    *,
    persons: Any = None,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check quantiles (`shares` from 0 to 1) of groups; the result has shape (groups, shares), groups sorted.

    A quantile needs `smallest` people on either side, so 0 and 1 never pass, and so does the group. Source:
    SDAP handbook (2019), on percentiles; Australian Bureau of Statistics, DataLab rules.
    """
    rule, given = policy_of(policy), group_values(values, groups, persons)
    wanted = np.asarray(shares, np.float64)
    if wanted.ndim != 1 or ((wanted < 0) | (wanted > 1)).any():
        raise UsageError("the probabilities of quantiles must be from 0 to 1.")
    shape = (len(given.groups), len(wanted))
    beyond = np.minimum(wanted, 1 - wanted)[None, :] * given.people[:, None]
    few = np.broadcast_to((given.people < rule.smallest)[:, None], shape)
    return checked(
        shape,
        Breach(Reason.FEW, Status.FAIL, few),
        # A share such as 0.95 is not exact in binary.
        Breach(Reason.TAIL, Status.FAIL, (beyond < rule.smallest - 1e-9) & ~few),
    )


def check_extremes(
    values: Any,
    groups: Any = None,
    *,
    persons: Any = None,
    limits: tuple[float, float] | None = None,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check minima and maxima: shape (groups, 2). Each fails unless it is a limit of the design.

    `limits` are the lowest and highest values that the instrument or the questionnaire allows; an extreme
    that equals a limit, and that `smallest` people share, passes. Sources: SDAP handbook (2019), on maxima
    and minima; OpenSAFELY, output checking.
    """
    rule, given = policy_of(policy), group_values(values, groups, persons)
    return checked(
        (len(given.groups), 2), Breach(Reason.EXTREME, Status.FAIL, ~_at_limits(given, limits, rule.smallest))
    )


def _at_limits(given: GroupedValues, limits: tuple[float, float] | None, smallest: int) -> Mask:
    allowed = np.zeros((len(given.groups), 2), np.bool_)
    if limits is None:
        return allowed
    for group, (values, people) in enumerate(zip(given.rows, given.people.tolist(), strict=True)):
        # One person can have a value in several rows, so at least (rows - repeats) people share it.
        repeats = len(values) - people
        ends = (values.min(initial=np.inf), values.max(initial=-np.inf))
        for side, (extreme, limit) in enumerate(zip(ends, limits, strict=True)):
            if extreme == limit:
                allowed[group, side] = np.count_nonzero(values == limit) - repeats >= smallest
    return allowed
