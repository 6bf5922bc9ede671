"""Counts behind percentages: where the whole is known, a share to enough decimals is a count."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Reason, Status, checked

Numbers = NDArray[np.float64]


def implied_counts(shares: Numbers, totals: Numbers, *, decimals: int) -> Numbers:
    """Return the one whole number of people each share can stand for, nan where there are several or none.

    `shares` are fractions of `totals` (both of shape (n,)), published to `decimals` places: 12.3 % has 3.
    """
    fewest, most = possible_counts(shares, totals, decimals=decimals)
    return np.where((fewest == most) & (most >= 0), most, np.nan)


def possible_counts(shares: Numbers, totals: Numbers, *, decimals: int) -> tuple[Numbers, Numbers]:
    """Return the fewest and the most people each share can stand for; fewest > most where it can be none."""
    half = 0.5 * 10.0**-decimals
    with np.errstate(invalid="ignore"):
        return np.ceil((shares - half) * totals - 1e-9), np.floor((shares + half) * totals + 1e-9)


def check_percentages(
    percentages: Any, totals: Any, *, decimals: int, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check percentages (any shape, 12.3 for 12.3 %) of `totals` (that shape, or one for all).

    `decimals` is how many stand in the percentages. Found are those that can only be of somebody but of too
    few people, those of which too few are left to 100 %, and nobody where the policy forbids it.
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
        Mark(Reason.IMPLIED, Status.FAIL, (few | rest) & (fewest <= most)),
        Mark(Reason.ZERO, Status.FAIL, (shares == 0) & (most < 1) & (not rule.zero)),
    )
