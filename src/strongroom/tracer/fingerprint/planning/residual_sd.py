"""The part of each column's SD that its most correlated columns do not explain.

A mark of s SDs on a column moves coefficients by s / sqrt(1 - R2) standard errors in a regression in which
others explain a share R2 of it: every coefficient where it is the outcome, its own where it is a covariate.
Besides, its own coefficient shrinks by s2 / (1 - R2). So the residual SD matters, not the SD.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    covariates: int = threshold(
        12, "covariates", "judgement: a model of a cohort study has about a dozen or fewer"
    )
    most_cells: int = threshold(
        20_000_000, "cells", "cost: bounds the correlation matrix; a long cohort is sampled"
    )
    least_z: float = threshold(
        4.0,
        "standard errors",
        "derived: among the 500,000 pairs of a thousand columns about 30 exceed 4 by chance",
    )
    ridge: float = threshold(
        0.01,
        "variance",
        "judgement: correlations estimated from different people may not form a valid matrix; so much makes "
        "it solvable",
    )


LIMITS = _Limits()
COVARIATES = LIMITS.covariates


def unexplained(columns: Mapping[str, Floats], families: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Return each column's residual SD as a share of its SD, given the dozen columns most correlated with it.

    `columns` are of shape (people,), NaN for missing. Columns whose `families` overlap are derived from each
    other by formula and never each other's covariates. Only linear relations count.
    """
    names = list(columns)
    if not names:
        return {}
    step = max(1, len(columns[names[0]]) * len(names) // LIMITS.most_cells)
    related = _correlations([columns[name][::step] for name in names])
    found = {}
    for place, name in enumerate(names):
        strength = np.abs(related[place])
        order = [int(each) for each in np.argsort(-strength, kind="stable") if strength[each] > 0]
        free = (each for each in order if each != place and not families[name] & families[names[each]])
        found[name] = float(np.sqrt(1 - _explained(related, place, list(islice(free, COVARIATES)))))
    return found


def _explained(related: Floats, place: int, others: Sequence[int]) -> float:
    among, towards = related[np.ix_(others, others)], related[others, place]
    weights = np.linalg.solve(among + LIMITS.ridge * np.eye(len(others)), towards)
    return float(np.clip(2 * weights @ towards - weights @ among @ weights, 0, 1))


def _correlations(columns: Sequence[Floats]) -> Floats:
    """Return correlations of each pair of columns over the people who have both; 0 if not significant."""
    table = np.array(columns, np.float32)
    known = np.isfinite(table)
    with np.errstate(all="ignore"):
        centre = np.nansum(table, axis=1) / known.sum(axis=1)
        values = np.where(known, table - centre[:, None], 0)
        spread = np.sqrt((values**2).sum(axis=1) / known.sum(axis=1))
        values = np.nan_to_num(values / spread[:, None]).astype(np.float32)
        have = known.astype(np.float32)
        both = have @ have.T
        means = values @ have.T / both
        squares = values**2 @ have.T / both - means**2
        related = (values @ values.T / both - means * means.T) / np.sqrt(squares * squares.T)
        by_chance = np.abs(related) < LIMITS.least_z / np.sqrt(both)
    found = np.where(by_chance | ~np.isfinite(related), 0.0, np.clip(related, -1, 1)).astype(np.float64)
    np.fill_diagonal(found, 1.0)
    return found
