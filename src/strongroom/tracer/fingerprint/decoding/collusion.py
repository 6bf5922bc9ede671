"""Collusion models: what one leaker, or several together, may have made of their secret bits.

A model gives the probability that a cell of the leaked file shows a 1 if k of the c colluders' copies have a
1. From this follows what a suspect's own bit says about the cell, for each level of bias and each reliability
of reading. The evidence is averaged over all models with fixed weights, so that none has to be chosen.
"""

from functools import cache
from math import ceil, comb, exp, log

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.code import LEVELS

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    lone_share: float = threshold(
        0.8,
        "share of the prior weight",
        "judgement: single leakers are most common and noise brings them nearest the threshold; costs them "
        "a factor of 1.25, colluders one of 855. Published: the offline verifier accepts no other",
    )
    clean: float = threshold(
        0.002,
        "probability of a wrong reading",
        "judgement: residual risk of cells without noise: a row matched to the wrong participant",
    )
    clean_edge: float = threshold(
        0.015, "probability of a wrong reading", "judgement: cells below it count as confidently read"
    )
    fineness: float = threshold(
        1.35,
        "ratio of log odds",
        "derived: a reading is worth its squared log odds; one value for all within 15 % costs 0.15^2 / 3, "
        "under 1 %",
    )
    faintest: float = threshold(
        0.008,
        "log odds",
        "judgement: heavy noise leaves nothing else, and millions of such cells still add up",
    )


LIMITS = _Limits()
LONE_SHARE = LIMITS.lone_share

# colluders. judgement: as in code.LEVELS; sizes between these cost evidence a few per cent. Published: the
# offline verifier accepts no other.
SIZES = (1, 2, 3, 4, 5, 7, 10, 14)
# share of cells flipped on purpose. judgement: covers a half-hearted attack to a nearly perfect one.
# Published: the offline verifier accepts no other.
FLIPS = (0.0, 0.1, 0.25, 0.4)
_HALF = 0.5  # fixed: a fair coin


def _error(log_odds: float) -> float:
    return round(1 / (1 + exp(log_odds)), 6)


def _scale() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the edges of classes of misreading probability, and a representative of each class."""
    most = log((1 - LIMITS.clean_edge) / LIMITS.clean_edge)
    count = ceil(log(most / LIMITS.faintest) / log(LIMITS.fineness))
    odds = [most / LIMITS.fineness**place for place in range(count)]
    return tuple(map(_error, odds)), (LIMITS.clean, *(_error(each / LIMITS.fineness**_HALF) for each in odds))


ERROR_EDGES, ERRORS = _scale()


@cache
def log_prior() -> Floats:
    """Return the natural logarithm of each model's weight, shape (models,); the weights sum to 1.

    They are fixed in advance: chosen after a look at a file they would void the bound.
    """
    models = len(weights())
    shares = np.full(models, (1 - LONE_SHARE) / (models - 1))
    shares[0] = LONE_SHARE
    prior: Floats = np.log(shares)
    return prior


@cache
def weights() -> Floats:
    """Return log-likelihood ratios of shape (models, errors, levels, read, held); read and held are 0 or 1.

    The ratio compares "this suspect was among the colluders" with "was not"; under the latter its mean is
    exactly 1 whatever was read, which bounds false accusations.
    """
    shares = np.array(LEVELS) / 256
    tables = [
        [[_ratios(strategy, flip, error, share) for share in shares] for error in ERRORS]
        for strategy in _strategies()
        for flip in FLIPS
    ]
    return np.array(tables)


def _strategies() -> list[Floats]:
    """Return, for each coalition, P(the file shows 1 | k of c copies hold 1) for k = 0..c."""
    found = [np.array([0.0, 1.0])]
    for size in SIZES[1:]:
        held = np.arange(size + 1)
        inside = (held > 0) & (held < size)
        majority = np.where(2 * held == size, _HALF, (2 * held > size).astype(float))
        found += [
            held / size,  # cells taken from one copy or the other
            majority,
            np.where(inside, 1 - majority, majority),  # minority
            np.where(inside, _HALF, majority),  # a coin for every cell that differs
            (held > 0).astype(float),
            (held == size).astype(float),
        ]
    return found


def _ratios(strategy: Floats, flip: float, error: float, share: float) -> Floats:
    """Return log ratios of shape (read, held), for a bit that is 1 with probability `share`."""
    wrong = flip + error - 2 * flip * error
    shown = (1 - 2 * wrong) * strategy + wrong
    others = len(strategy) - 2
    chance = np.array([comb(others, k) * share**k * (1 - share) ** (others - k) for k in range(others + 1)])
    given = np.array([np.sum(chance * shown[:-1]), np.sum(chance * shown[1:])])  # the suspect holds 0, 1
    overall = share * given[1] + (1 - share) * given[0]
    ratios: Floats = np.log(np.array([(1 - given) / (1 - overall), given / overall]))
    return ratios
