"""Regressions: degrees of freedom, and terms by which a model says the values of few people exactly."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Reason, Status, checked
from strongroom.errors import UsageError

Numbers = NDArray[np.float64]

_EXACT = 1e-8


def check_regression(
    design: Any,
    *,
    outcome: Any = None,
    published: Mapping[str, Any] | None = None,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check a regression by its design matrix, shape (people, terms); the result has one cell a term.

    Found are too few residual degrees of freedom, terms that differ from their commonest value for too few
    people (a dummy for one person: intercept and coefficient are that person's value), and groups of too few
    people whose mean the model reproduces exactly, by whatever terms (leverages that add up to 1: a saturated
    model). An `outcome` of two values needs enough people with either. Of the arrays that are to be
    `published`, by name, none may have a number for each person: residuals, fitted values, leverages,
    Cook's distances. Sources: SDAP handbook (2019), on regressions; Ritchie, Disclosure detection in
    regression (2012 revision), on saturated models; Belsley, Kuh and Welsch (1980) on leverage.
    """
    rule = policy_of(policy)
    matrix = np.asarray(design, np.float64)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():  # noqa: PLR2004 - people and terms
        raise UsageError("a design matrix has a row for each person, a column for each term, and no gaps.")
    people, terms = matrix.shape
    rank = int(np.linalg.matrix_rank(matrix)) if matrix.size else 0
    marks = list(_of_freedom(people, rank, rule))
    if _reproduced(matrix, rule.smallest):
        marks.append(Mark(Reason.SATURATED, Status.FAIL))
    if outcome is not None and _rare_outcome(np.asarray(outcome), rule.smallest):
        marks.append(Mark(Reason.FEW, Status.FAIL))
    if any(np.asarray(array).size >= people for array in (published or {}).values()):
        marks.append(Mark(Reason.ROW_LEVEL, Status.FAIL))
    return checked((terms,), Mark(Reason.ONE_PERSON, Status.FAIL, _few_differ(matrix, rule.smallest)), *marks)


def check_fit(people: int, parameters: int, *, policy: str | RulePolicy = "ons") -> Checked:
    """Check a model known only by its numbers of people and parameters: its residual degrees of freedom."""
    return checked((), *_of_freedom(people, parameters, policy_of(policy)))


def _of_freedom(people: int, rank: int, rule: RulePolicy) -> list[Mark]:
    few = [Mark(Reason.FEW, Status.FAIL)] if people < rule.smallest else []
    return few + ([Mark(Reason.FREEDOM, Status.FAIL)] if people - rank < rule.freedom else [])


def _few_differ(matrix: Numbers, smallest: int) -> NDArray[np.bool_]:
    """Tell which terms have their commonest value for all but some, but fewer than `smallest`, people."""
    people, terms = matrix.shape
    found = np.zeros(terms, np.bool_)
    for term in range(terms):
        others = people - int(np.unique(matrix[:, term], return_counts=True)[1].max(initial=0))
        found[term] = 0 < others < smallest
    return found


def _reproduced(matrix: Numbers, smallest: int) -> bool:
    """Tell whether the fit goes through the mean of some people of equal rows, but fewer than `smallest`.

    A group of m equal rows has leverage 1/m each if, and only if, it does, whatever the outcome.
    """
    if not matrix.size:
        return False
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    basis = left[:, values > values.max(initial=0.0) * max(matrix.shape) * np.finfo(float).eps]
    leverage = (basis**2).sum(axis=1)
    chosen = leverage > 1 / smallest
    if not chosen.any():
        return False
    rows, group, sizes = np.unique(matrix[chosen], axis=0, return_inverse=True, return_counts=True)
    total = np.bincount(group.ravel(), weights=leverage[chosen], minlength=len(rows))
    return bool((np.abs(total - 1) < _EXACT)[sizes < smallest].any())


def _rare_outcome(outcome: NDArray[Any], smallest: int) -> bool:
    counts = np.unique(outcome, return_counts=True)[1]
    return len(counts) == 2 and int(counts.min()) < smallest  # noqa: PLR2004 - had it, or had it not
