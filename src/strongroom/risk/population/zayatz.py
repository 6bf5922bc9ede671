"""Zayatz (1991), "Estimation of the percent of unique population elements on a microdata file".

The population's classes are taken to have the sizes that the sample's classes have, in the same shares; how
often a class of each size leaves one person in the sample is then hypergeometric.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from strongroom.risk.population.frequencies import Frequencies


def zayatz(seen: Frequencies, population: int) -> float | None:
    """Return P(population unique | sample unique); None for a sample without uniques."""
    if not seen.uniques:
        return None
    weight = seen.classes * np.exp(_log_one_sampled(seen.sizes.astype(np.float64), population, seen.people))
    return float(weight[seen.sizes == 1].sum() / weight.sum())


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


def _log_choose(whole: NDArray[np.float64], part: int) -> NDArray[np.float64]:
    return np.asarray(gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1), np.float64)
