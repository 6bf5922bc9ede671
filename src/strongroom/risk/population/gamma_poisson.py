"""The gamma-Poisson model: Bethlehem, Keller and Pannekoek (1990), "Disclosure control of microdata".

The size of a class in the population is Poisson, with a mean that is gamma distributed over classes. In a
sample, class sizes are then negative binomial, truncated at zero because classes without a sampled person are
unobserved. That distribution is fitted by maximum likelihood.
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


def gamma_poisson(sample: Frequencies, population: int) -> float | None:
    """Return P(population unique | sample unique); None if the model cannot be fitted."""
    sampled = sample.people / population
    begin = np.array([0.0, np.log(sampled)])
    fitted = minimize(
        _negative_log_likelihood,
        begin,
        args=(sample, sampled),
        method="Nelder-Mead",
        options={"maxiter": 600},
    )
    if not np.isfinite(fitted.fun):
        return None
    shape, rate = np.exp(np.clip(fitted.x, -LIMITS.largest_exponent, LIMITS.largest_exponent))
    # Given one sampled person, the mean size of the rest of the class is gamma with one more observation.
    return float(((rate + sampled) / (rate + 1)) ** (shape + 1))


def _negative_log_likelihood(parameters: NDArray[np.float64], sample: Frequencies, sampled: float) -> float:
    shape, rate = np.exp(np.clip(parameters, -LIMITS.largest_exponent, LIMITS.largest_exponent))
    log_none = shape * -np.log1p(sampled / rate)
    log_each = (
        gammaln(sample.sizes + shape)
        - gammaln(shape)
        - gammaln(sample.sizes + 1)
        + log_none
        - sample.sizes * np.log1p(rate / sampled)
    )
    log_some = np.log(-np.expm1(log_none)) if log_none < 0 else -np.inf
    log_likelihood = float(sample.classes @ (log_each - log_some))
    return -log_likelihood if np.isfinite(log_likelihood) else np.inf
