"""Sums, means, spreads and modes of groups: enough people, and nobody who makes up most of it."""

from typing import Any

import numpy as np

from strongroom.disclosure.output_rules.contributions import GroupedValues, grouped
from strongroom.disclosure.output_rules.dominance import dominated
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Mask, Reason, Status, checked


def check_means(
    values: Any, groups: Any = None, *, persons: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check means, or sums, of `values` (shape (rows,)) in `groups`; the result has one cell a group, sorted.

    `persons` names whose each row is: people are counted, and what each of them adds. A group needs enough
    people, and no one or two of them may make up most of its sum, taken without signs; where all have the
    same value, the mean is everybody's. Sources: SDAP handbook (2019), sections on means and totals;
    Hundepool et al. (2012), 4.2.2.
    """
    rule, given = policy_of(policy), grouped(values, groups, persons)
    return checked(
        (len(given.groups),),
        Mark(Reason.FEW, Status.FAIL, given.people < rule.smallest),
        Mark(Reason.DOMINANCE, Status.FAIL, _dominated(given, rule)),
        Mark(Reason.CLASS, Status.REVIEW, _all_the_same(given)),
    )


def check_spreads(
    values: Any, groups: Any = None, *, persons: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check standard deviations, variances or correlations of groups, as `check_means` its means.

    They need `freedom` people more than one; a spread of 0 says that all have the same. Source: SDAP handbook
    (2019), on higher moments.
    """
    rule, given = policy_of(policy), grouped(values, groups, persons)
    return checked(
        (len(given.groups),),
        Mark(Reason.FEW, Status.FAIL, given.people < rule.smallest),
        Mark(Reason.FREEDOM, Status.FAIL, given.people - 1 < rule.freedom),
        Mark(Reason.CLASS, Status.REVIEW, _all_the_same(given)),
    )


def check_modes(
    values: Any, groups: Any = None, *, persons: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check the commonest values of groups: enough people, and fewer than nine in ten of them with it.

    Source: SDAP handbook (2019), on modes. `values` are numbers; code categories as such.
    """
    rule, given = policy_of(policy), grouped(values, groups, persons)
    most = np.array([_commonest(each) for each in given.rows])
    return checked(
        (len(given.groups),),
        Mark(Reason.FEW, Status.FAIL, given.people < rule.smallest),
        Mark(Reason.CLASS, Status.FAIL, most >= min(rule.one_class, _MOST_OF_A_MODE)),
    )


_MOST_OF_A_MODE = 0.9


def _commonest(values: Any) -> float:
    if len(values) == 0:
        return 0.0
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


def _dominated(given: GroupedValues, rule: RulePolicy) -> Mask:
    size = max(rule.contributors, 2)
    top = np.zeros((len(given.groups), size))
    for group, added in enumerate(given.added):
        largest = np.sort(np.abs(added))[::-1][:size]
        top[group, : len(largest)] = largest
    totals = np.array([np.abs(added).sum() for added in given.added])
    return dominated(
        totals,
        top[:, : rule.contributors].sum(axis=1),
        largest=top[:, 0],
        second=top[:, 1],
        share=rule.share,
        p=rule.p,
    )


def _all_the_same(given: GroupedValues) -> Mask:
    return np.array([len(each) > 0 and bool(np.ptp(each) == 0) for each in given.rows], np.bool_)
