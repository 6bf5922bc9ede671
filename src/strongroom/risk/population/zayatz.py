"""Zayatz (1991), "Estimation of the percent of unique population elements on a microdata file".

The population's class sizes are assumed to have the same distribution as the sample's. The probability that a
class of a given size has one person in the sample is then hypergeometric.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from strongroom.risk.population.frequencies import Frequencies


def zayatz(sample: Frequencies, population: int) -> float | None:
    """Return P(population unique | sample unique); None for a sample without uniques."""
    if not sample.uniques:
        return None
    weight = sample.classes * np.exp(
        _log_one_sampled(sample.sizes.astype(np.float64), population, sample.people)
    )
    return float(weight[sample.sizes == 1].sum() / weight.sum())


def _log_one_sampled(sizes: NDArray[np.float64], population: int, sample: int) -> NDArray[np.float64]:
    """Return log P(one of `sizes` is in the sample), sampling without replacement."""
    others = population - sizes
    possible = others >= sample - 1
    rest = np.where(possible, others, float(population))
    found = (
        np.log(sizes)
        + _log_choose(rest, sample - 1)
        - _log_choose(np.full_like(sizes, float(population)), sample)
    )
    return np.where(possible, found, -np.inf)


def _log_choose(total: NDArray[np.float64], part: int) -> NDArray[np.float64]:
    return np.asarray(gammaln(total + 1) - gammaln(part + 1) - gammaln(total - part + 1), np.float64)
