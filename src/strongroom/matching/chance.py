"""How likely so many matches are by chance: the bound behind both a block and an accusation."""

import math

import numpy as np
from numpy.typing import NDArray


def log10_tail(successes: int, trials: int, rate: float) -> float:
    """Return an upper bound on log10 P(X >= successes) for X binomial(trials, rate); 0.0 below the mean.

    The Chernoff bound exp(-n KL(k/n || rate)) (Hoeffding 1963, theorem 1). It is in closed form, never below
    the true probability, and does not underflow.
    """
    if successes == 0 or successes <= trials * rate:
        return 0.0
    share = successes / trials
    divergence = share * math.log(share / rate)
    if share < 1:
        divergence += (1 - share) * math.log((1 - share) / (1 - rate))
    return -trials * divergence / math.log(10)


def highest_rate(matched: float, trials: int) -> float:
    """Return an upper limit (95 %) on the rate of matches by chance, one half at most.

    Rule of three: the limit for an event with no occurrence in n trials is 3 / n.
    """
    return min((matched + 3) / max(trials, 1), 0.5)


def middle_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each value's rank from 0, the mean rank for equal values; same shape."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    ranks: NDArray[np.float64] = (below + np.searchsorted(ordered, values, side="right") - 1) / 2
    return ranks
