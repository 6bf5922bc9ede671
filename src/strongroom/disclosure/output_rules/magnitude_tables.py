"""Magnitude tables: sums, means, variances and modes of groups; thresholds and dominance."""

from typing import Any

import numpy as np

from strongroom.disclosure.output_rules.contributions import GroupedValues, group_values
from strongroom.disclosure.output_rules.dominance import dominated
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Breach, Checked, Mask, Reason, Status, checked
from strongroom.thresholds import Thresholds, threshold


def check_means(
    values: Any, groups: Any = None, *, persons: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check means or sums of `values` (shape (rows,)) in `groups`; the result has one cell per group, sorted.

    `persons` is the person of each row, so that people are counted, not rows. A group needs enough people, no
    one or two of them may contribute most of its sum of absolute values, and where all have the same value
    the mean is each person's value. Sources: SDAP handbook (2019), sections on means and totals; Hundepool et
    al. (2012), 4.2.2.
    """
    rule, given = policy_of(policy), group_values(values, groups, persons)
    return checked(
        (len(given.groups),),
        Breach(Reason.FEW, Status.FAIL, given.people < rule.smallest),
        Breach(Reason.DOMINANCE, Status.FAIL, _dominated(given, rule)),
        Breach(Reason.CLASS, Status.REVIEW, _all_equal(given)),
    )


def check_spreads(
    values: Any, groups: Any = None, *, persons: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check standard deviations, variances or correlations of groups, as `check_means` checks means.

    They need `freedom` + 1 people; a deviation of 0 reveals that all have the same value. Source: SDAP
    handbook (2019), on higher moments.
    """
    rule, given = policy_of(policy), group_values(values, groups, persons)
    return checked(
        (len(given.groups),),
        Breach(Reason.FEW, Status.FAIL, given.people < rule.smallest),
        Breach(Reason.FREEDOM, Status.FAIL, given.people - 1 < rule.freedom),
        Breach(Reason.CLASS, Status.REVIEW, _all_equal(given)),
    )


def check_modes(
    values: Any, groups: Any = None, *, persons: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check the modes of groups: enough people, and fewer than nine in ten of them with the mode.

    Source: SDAP handbook (2019), on modes. `values` are numbers; encode categories as numbers.
    """
    rule, given = policy_of(policy), group_values(values, groups, persons)
    most = np.array([_share_of_mode(each) for each in given.rows])
    return checked(
        (len(given.groups),),
        Breach(Reason.FEW, Status.FAIL, given.people < rule.smallest),
        Breach(Reason.CLASS, Status.FAIL, most >= min(rule.one_class, LIMITS.largest_mode)),
    )


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest_mode: float = threshold(
        0.9, "share of people", "standard: SDAP handbook (2019), section on modes"
    )


LIMITS = _Limits()


def _share_of_mode(values: Any) -> float:
    if len(values) == 0:
        return 0.0
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


def _dominated(given: GroupedValues, rule: RulePolicy) -> Mask:
    size = max(rule.contributors, 2)
    top = np.zeros((len(given.groups), size))
    for group, added in enumerate(given.contributions):
        largest = np.sort(np.abs(added))[::-1][:size]
        top[group, : len(largest)] = largest
    totals = np.array([np.abs(added).sum() for added in given.contributions])
    return dominated(
        totals,
        top[:, : rule.contributors].sum(axis=1),
        largest=top[:, 0],
        second=top[:, 1],
        share=rule.share,
        p=rule.p,
    )


def _all_equal(given: GroupedValues) -> Mask:
    return np.array([len(each) > 0 and bool(np.ptp(each) == 0) for each in given.rows], np.bool_)
