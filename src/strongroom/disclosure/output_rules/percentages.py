"""Percentages: with a known total, a percentage to enough decimals reveals the count."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Breach, Checked, Reason, Status, checked

Numbers = NDArray[np.float64]


def implied_counts(shares: Numbers, totals: Numbers, *, decimals: int) -> Numbers:
    """Return the only count that each share can stand for, nan if there are several or none.

    `shares` are fractions of `totals` (both of shape (n,)), published to `decimals` places: 12.3 % has 3.
    """
    fewest, most = possible_counts(shares, totals, decimals=decimals)
    return np.where((fewest == most) & (most >= 0), most, np.nan)


def possible_counts(shares: Numbers, totals: Numbers, *, decimals: int) -> tuple[Numbers, Numbers]:
    """Return the smallest and largest count each share can stand for; smallest > largest if there is none."""
    half = 0.5 * 10.0**-decimals
    with np.errstate(invalid="ignore"):
        return np.ceil((shares - half) * totals - 1e-9), np.floor((shares + half) * totals + 1e-9)


def check_percentages(
    percentages: Any, totals: Any, *, decimals: int, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check percentages (any shape, 12.3 for 12.3 %) of `totals` (the same shape, or one number).

    `decimals` is the number of decimals of the percentages. Finds those that imply a count below the
    threshold, those whose complement to 100 % does, and zeros where the policy forbids them.
    """
    rule = policy_of(policy)
    shares = np.asarray(percentages, np.float64) / 100
    whole = np.broadcast_to(np.asarray(totals, np.float64), shares.shape)
    fewest, most = possible_counts(shares, whole, decimals=decimals + 2)
    with np.errstate(invalid="ignore"):
        few = (fewest >= 1) & (most < rule.smallest)
        rest = (whole - most >= 1) & (whole - fewest < rule.smallest)
    return checked(
        shares.shape,
        Breach(Reason.IMPLIED, Status.FAIL, (few | rest) & (fewest <= most)),
        Breach(Reason.ZERO, Status.FAIL, (shares == 0) & (most < 1) & (not rule.zero)),
    )
