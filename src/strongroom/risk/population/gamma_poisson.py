"""The gamma-Poisson model: Bethlehem, Keller and Pannekoek (1990), "Disclosure control of microdata".

A class has Poisson many people in the population, with a mean that is gamma distributed over classes. Of a
sampled share, class sizes are then negative binomial, seen without the classes that nobody was sampled from;
that distribution is fitted by maximum likelihood.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from strongroom.risk.population.frequencies import Frequencies
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest_exponent: float = threshold(
        30.0,
        "log units",
        "derived: exp(30) is about 1e13, beyond any plausible parameter; without it the fit overflows",
    )


LIMITS = _Limits()


def gamma_poisson(seen: Frequencies, population: int) -> float | None:
    """Return P(population unique | sample unique); None when the model cannot be fitted."""
    sampled = seen.people / population
    begin = np.array([0.0, np.log(sampled)])
    fitted = minimize(_unlikely, begin, args=(seen, sampled), method="Nelder-Mead", options={"maxiter": 600})
    if not np.isfinite(fitted.fun):
        return None
    shape, rate = np.exp(np.clip(fitted.x, -LIMITS.largest_exponent, LIMITS.largest_exponent))
    # Of one sampled person's class, the mean of the rest is gamma with one more observation in it.
    return float(((rate + sampled) / (rate + 1)) ** (shape + 1))


def _unlikely(parameters: NDArray[np.float64], seen: Frequencies, sampled: float) -> float:
    shape, rate = np.exp(np.clip(parameters, -LIMITS.largest_exponent, LIMITS.largest_exponent))
    log_none = shape * -np.log1p(sampled / rate)
    log_each = (
        gammaln(seen.sizes + shape)
        - gammaln(shape)
        - gammaln(seen.sizes + 1)
        + log_none
        - seen.sizes * np.log1p(rate / sampled)
    )
    log_some = np.log(-np.expm1(log_none)) if log_none < 0 else -np.inf
    told = float(seen.classes @ (log_each - log_some))
    return -told if np.isfinite(told) else np.inf
