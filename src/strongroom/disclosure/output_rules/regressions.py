"""Regressions: degrees of freedom, and terms with which a model reproduces the values of few people."""

from collections.abc import Mapping
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
        1e-8,
        "leverage",
        "derived: far above the rounding error of double precision, far below the leverage of any group "
        "that is not saturated",
    )


LIMITS = _Limits()


def check_regression(
    design: Any,
    *,
    outcome: Any = None,
    published: Mapping[str, Any] | None = None,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check a regression by its design matrix, shape (people, terms); the result has one cell per term.

    Finds too few residual degrees of freedom, terms that differ from their commonest value for too few people
    (a dummy for one person: intercept plus coefficient is that person's value), and groups of too few people
    whose mean the model reproduces exactly, by any combination of terms (their leverages add up to 1: a
    saturated model). A binary `outcome` needs enough people with either value. None of the arrays to be
    `published`, by name, may have one number per person: residuals, fitted values, leverages, Cook's
    distances. A person whose leverage exceeds 1 - 1/`smallest` determines a coefficient almost alone, so the
    model goes to review. Sources: SDAP handbook (2019), on regressions; Ritchie, Disclosure detection in
    regression (2012 revision), on saturated models; Belsley, Kuh and Welsch (1980) on leverage.
    """
    rule = policy_of(policy)
    matrix = np.asarray(design, np.float64)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():  # noqa: PLR2004 - people and terms
        raise UsageError(
            "a design matrix needs one row per person, one column per term, and no missing values."
        )
    people, terms = matrix.shape
    rank = int(np.linalg.matrix_rank(matrix)) if matrix.size else 0
    breaches = list(_degrees_of_freedom(people, rank, rule))
    leverages = _leverages(matrix)
    if _reproduced(matrix, leverages, rule.smallest):
        breaches.append(Breach(Reason.SATURATED, Status.FAIL))
    breaches += _high_leverage(leverages, rule)
    if outcome is not None and _rare_outcome(np.asarray(outcome), rule.smallest):
        breaches.append(Breach(Reason.FEW, Status.FAIL))
    if any(np.asarray(array).size >= people for array in (published or {}).values()):
        breaches.append(Breach(Reason.ROW_LEVEL, Status.FAIL))
    return checked(
        (terms,), Breach(Reason.ONE_PERSON, Status.FAIL, _few_differ(matrix, rule.smallest)), *breaches
    )


def check_fit(
    people: int, parameters: int, *, leverages: Any = None, policy: str | RulePolicy = "ons"
) -> Checked:
    """Check a model by its numbers of people and parameters, for its residual degrees of freedom.

    `leverages`, the diagonal of the hat matrix, shape (people,), or its largest values, adds the review of
    people whose leverage exceeds 1 - 1/`smallest`; they are checked here and must not be published.
    """
    rule = policy_of(policy)
    known = np.zeros(0) if leverages is None else np.asarray(leverages, np.float64)
    if ((known < 0) | (known > 1 + LIMITS.tolerance) | np.isnan(known)).any():
        raise UsageError("leverages must be from 0 to 1.")
    return checked((), *_degrees_of_freedom(people, parameters, rule), *_high_leverage(known, rule))


def _degrees_of_freedom(people: int, rank: int, rule: RulePolicy) -> list[Breach]:
    few = [Breach(Reason.FEW, Status.FAIL)] if people < rule.smallest else []
    return few + ([Breach(Reason.FREEDOM, Status.FAIL)] if people - rank < rule.freedom else [])


def _few_differ(matrix: Numbers, smallest: int) -> NDArray[np.bool_]:
    """Tell which terms differ from their commonest value for 1 to `smallest` - 1 people."""
    people, terms = matrix.shape
    found = np.zeros(terms, np.bool_)
    for term in range(terms):
        others = people - int(np.unique(matrix[:, term], return_counts=True)[1].max(initial=0))
        found[term] = 0 < others < smallest
    return found


def _leverages(matrix: Numbers) -> Numbers:
    """Return the leverage of each row, the diagonal of the hat matrix."""
    if not matrix.size:
        return np.zeros(len(matrix))
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    basis = left[:, values > values.max(initial=0.0) * max(matrix.shape) * np.finfo(float).eps]
    leverages: Numbers = (basis**2).sum(axis=1)
    return leverages


def _high_leverage(leverages: Numbers, rule: RulePolicy) -> list[Breach]:
    """Return the breach of people whose own value makes up nearly all of their fitted value."""
    high = leverages > 1 - 1 / rule.smallest + LIMITS.tolerance
    return [Breach(Reason.LEVERAGE, Status.REVIEW)] if high.any() and rule.smallest > 1 else []


def _reproduced(matrix: Numbers, leverage: Numbers, smallest: int) -> bool:
    """Tell whether the model reproduces the mean of fewer than `smallest` people with equal rows.

    It does, whatever the outcome, if and only if each of a group of m equal rows has leverage 1/m.
    """
    chosen = leverage > 1 / smallest
    if not chosen.any():
        return False
    rows, group, sizes = np.unique(matrix[chosen], axis=0, return_inverse=True, return_counts=True)
    total = np.bincount(group.ravel(), weights=leverage[chosen], minlength=len(rows))
    return bool((np.abs(total - 1) < LIMITS.tolerance)[sizes < smallest].any())


def _rare_outcome(outcome: NDArray[Any], smallest: int) -> bool:
    counts = np.unique(outcome, return_counts=True)[1]
    return len(counts) == 2 and int(counts.min()) < smallest  # noqa: PLR2004 - a binary outcome
