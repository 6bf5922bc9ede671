"""How much of each column is its own: what the columns that go with it most leave unsaid.

A nudge of s SDs on a column is s / sqrt(1 - R2) standard errors of a regression in which others explain a
share R2 of it: of every coefficient where it is the outcome, of its own where it is a covariate. Besides, its
own shrinks by s2 / (1 - R2) of itself. What counts is therefore not a column's SD but what of it is left.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COVARIATES = 12
"""So many covariates a model of a cohort study has, or fewer."""
_MOST_CELLS = 20_000_000
# A correlation of so many of its own standard errors is none by chance, among a thousand columns either.
_NOT_BY_CHANCE = 4.0
# Correlations of columns that different people have need not fit together; so much more variance makes them.
_SLACK = 0.01


def unexplained(columns: Mapping[str, Floats], families: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Return what is left of each column's SD, from 0 to 1, given the dozen columns it goes with most.

    `columns` are of shape (people,), NaN for no value. Columns whose `families` share a member follow from
    one another by formula and are never one another's covariates. Relations other than linear are not seen.
    """
    names = list(columns)
    if not names:
        return {}
    step = max(1, len(columns[names[0]]) * len(names) // _MOST_CELLS)
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
    weights = np.linalg.solve(among + _SLACK * np.eye(len(others)), towards)
    return float(np.clip(2 * weights @ towards - weights @ among @ weights, 0, 1))


def _correlations(columns: Sequence[Floats]) -> Floats:
    """Return the correlation of each two columns over the people who have both; 0 for one by chance."""
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
        by_chance = np.abs(related) < _NOT_BY_CHANCE / np.sqrt(both)
    found = np.where(by_chance | ~np.isfinite(related), 0.0, np.clip(related, -1, 1)).astype(np.float64)
    np.fill_diagonal(found, 1.0)
    return found
