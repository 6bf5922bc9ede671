"""Quantiles and extremes: each is somebody's value, and hidden only among enough people."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from strongroom.disclosure.output_rules.contributions import GroupedValues, grouped
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Mask, Reason, Status, checked
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

    On either side of a quantile there must be `smallest` people, so 0 and 1 never pass, and a group needs as
    many. Source: SDAP handbook (2019), on percentiles; Australian Bureau of Statistics, DataLab rules.
    """
    rule, given = policy_of(policy), grouped(values, groups, persons)
    wanted = np.asarray(shares, np.float64)
    if wanted.ndim != 1 or ((wanted < 0) | (wanted > 1)).any():
        raise UsageError("the shares of quantiles are numbers from 0 to 1.")
    shape = (len(given.groups), len(wanted))
    beyond = np.minimum(wanted, 1 - wanted)[None, :] * given.people[:, None]
    few = np.broadcast_to((given.people < rule.smallest)[:, None], shape)
    return checked(
        shape,
        Mark(Reason.FEW, Status.FAIL, few),
        # A share such as 0.95 is not exact in binary, nor is what it leaves.
        Mark(Reason.TAIL, Status.FAIL, (beyond < rule.smallest - 1e-9) & ~few),
    )


def check_extremes(
    values: Any,
    groups: Any = None,
    *,
    persons: Any = None,
    limits: tuple[float, float] | None = None,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check smallest and largest values: shape (groups, 2). Each is refused, but for a limit of the design.

    `limits` are the lowest and highest values that the instrument or the questionnaire allows; an extreme at
    a limit that `smallest` people share is nobody's alone. Sources: SDAP handbook (2019), on maxima and
    minima; OpenSAFELY, output checking.
    """
    rule, given = policy_of(policy), grouped(values, groups, persons)
    return checked(
        (len(given.groups), 2), Mark(Reason.EXTREME, Status.FAIL, ~_at_limits(given, limits, rule.smallest))
    )


def _at_limits(given: GroupedValues, limits: tuple[float, float] | None, smallest: int) -> Mask:
    allowed = np.zeros((len(given.groups), 2), np.bool_)
    if limits is None:
        return allowed
    for group, (values, people) in enumerate(zip(given.rows, given.people.tolist(), strict=True)):
        # Rows of one person may repeat a value, so no more people share it than rows less the repeats.
        repeats = len(values) - people
        ends = (values.min(initial=np.inf), values.max(initial=-np.inf))
        for side, (extreme, limit) in enumerate(zip(ends, limits, strict=True)):
            if extreme == limit:
                allowed[group, side] = np.count_nonzero(values == limit) - repeats >= smallest
    return allowed
