"""Pitman's sampling formula: Hoshino (2001), "Applying Pitman's sampling formula to microdata disclosure".

The formula describes a partition of people into classes by two parameters, which are the same for a sample
and its population. The expected number of uniques in both follows from a fit to the sample.
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


def pitman(sample: Frequencies, population: int) -> float | None:
    """Return P(population unique | sample unique); None if the model cannot be fitted."""
    fitted = minimize(
        _negative_log_likelihood,
        np.array([0.0, 5.0]),
        args=(sample,),
        method="Nelder-Mead",
        options={"maxiter": 600},
    )
    if not np.isfinite(fitted.fun):
        return None
    alpha, theta = _parameters(fitted.x)
    # E(uniques of m) = m (theta + alpha)_(m-1) / (theta + 1)_(m-1), rising factorials; the share m cancels.
    log_share = _log_uniques(population, alpha, theta) - _log_uniques(sample.people, alpha, theta)
    return float(np.exp(min(0.0, log_share)))


def _parameters(free: NDArray[np.float64]) -> tuple[float, float]:
    alpha = float(1 / (1 + np.exp(-np.clip(free[0], -LIMITS.largest_exponent, LIMITS.largest_exponent))))
    return alpha, float(np.exp(np.clip(free[1], -LIMITS.largest_exponent, LIMITS.largest_exponent)))


def _log_uniques(people: int, alpha: float, theta: float) -> float:
    return float(
        gammaln(theta + alpha + people - 1)
        - gammaln(theta + alpha)
        - gammaln(theta + people)
        + gammaln(theta + 1)
    )


def _negative_log_likelihood(free: NDArray[np.float64], sample: Frequencies) -> float:
    alpha, theta = _parameters(free)
    classes = int(sample.classes.sum())
    opened = (classes - 1) * np.log(alpha) + gammaln(theta / alpha + classes) - gammaln(theta / alpha + 1)
    seated = gammaln(theta + sample.people) - gammaln(theta + 1)
    filled = sample.classes @ (gammaln(sample.sizes - alpha) - gammaln(1 - alpha))
    log_likelihood = float(opened - seated + filled)
    return -log_likelihood if np.isfinite(log_likelihood) else np.inf
