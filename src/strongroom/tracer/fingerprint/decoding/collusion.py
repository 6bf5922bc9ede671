"""What one leaker, or several together, may have made of the bits they were given: a library of models.

A model says how likely a cell of the leaked file shows a 1 when k of the c colluders' copies have a 1. What a
suspect's own bit then says about the cell follows, for each level of bias and each reliability of reading.
The suspect's evidence is averaged over all models, with fixed weights, so that none has to be chosen.
"""

from functools import cache
from math import ceil, comb, exp, log

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.fingerprint.code import LEVELS

Floats = NDArray[np.float64]

SIZES = (1, 2, 3, 4, 5, 7, 10, 14)
FLIPS = (0.0, 0.1, 0.25, 0.4)
# Four fifths of the library's weight are on the commonest leak, one copy passed on, which noise brings
# nearest to the bar; the rest is shared equally. That costs a lone leaker's evidence a factor of 1.25, and
# that of colluders, who leave plenty where they can be told at all, one of 855.
LONE_SHARE = 0.8
_HALF = 0.5
_CLEAN, _CLEAN_EDGE = 0.002, 0.015
# Neighbours' log odds are apart by this factor. A reading is worth their square: taking one for all within
# 0.15 of it costs 0.15^2 / 3. Faint readings, of which heavy noise leaves nothing else, lose no more.
_FINENESS = 1.35
_FAINTEST = 0.008


def _error(log_odds: float) -> float:
    return round(1 / (1 + exp(log_odds)), 6)


def _scale() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the edges of bins of how often a reading is wrong, and a representative of each bin."""
    most = log((1 - _CLEAN_EDGE) / _CLEAN_EDGE)
    count = ceil(log(most / _FAINTEST) / log(_FINENESS))
    odds = [most / _FINENESS**place for place in range(count)]
    return tuple(map(_error, odds)), (_CLEAN, *(_error(each / _FINENESS**_HALF) for each in odds))


ERROR_EDGES, ERRORS = _scale()


@cache
def log_prior() -> Floats:
    """Return the natural logarithm of each model's weight in the average, shape (models,); they add up to 1.

    They are fixed once and for all: chosen after a look at a file they would void the bound.
    """
    models = len(weights())
    shares = np.full(models, (1 - LONE_SHARE) / (models - 1))
    shares[0] = LONE_SHARE
    prior: Floats = np.log(shares)
    return prior


@cache
def weights() -> Floats:
    """Return log-likelihood ratios of shape (models, errors, levels, read, held); read and held are 0 or 1.

    The ratio compares "this suspect was among the colluders" with "was not"; under the second its mean is
    exactly 1 whatever was read, which is what bounds a false accusation.
    """
    shares = np.array(LEVELS) / 256
    tables = [
        [[_ratios(strategy, flip, error, share) for share in shares] for error in ERRORS]
        for strategy in _strategies()
        for flip in FLIPS
    ]
    return np.array(tables)


def _strategies() -> list[Floats]:
    """Return, for each coalition, P(the file shows 1 | k of c hold 1) for k = 0..c."""
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
    """Return log ratios of shape (read, held), for a 1 that is held with probability `share`."""
    wrong = flip + error - 2 * flip * error
    shown = (1 - 2 * wrong) * strategy + wrong
    others = len(strategy) - 2
    chance = np.array([comb(others, k) * share**k * (1 - share) ** (others - k) for k in range(others + 1)])
    given = np.array([np.sum(chance * shown[:-1]), np.sum(chance * shown[1:])])  # the suspect holds 0, 1
    overall = share * given[1] + (1 - share) * given[0]
    ratios: Floats = np.log(np.array([(1 - given) / (1 - overall), given / overall]))
    return ratios
