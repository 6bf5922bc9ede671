"""Estimates of the share of sample uniques that are population uniques, by several models."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.risk.columns import CodedColumn
from strongroom.risk.population.copula import MOST_DRAWN, copula_uniqueness
from strongroom.risk.population.frequencies import Frequencies
from strongroom.risk.population.gamma_poisson import gamma_poisson
from strongroom.risk.population.pitman import pitman
from strongroom.risk.population.zayatz import zayatz
from strongroom.thresholds import Thresholds, threshold

__all__ = ["MOST_DRAWN", "Estimate", "Frequencies", "estimate_uniqueness"]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    redrawn: int = threshold(
        40,
        "samples",
        "cost: every redraw evaluates three models; 40 are enough for the 2.5 and 97.5 percentiles",
    )


LIMITS = _Limits()


_TAILS = (2.5, 97.5)  # fixed: percentiles of a 95 % interval
_BY_FREQUENCY = (
    ("Zayatz 1991", zayatz),
    ("gamma-Poisson (Bethlehem, Keller and Pannekoek 1990)", gamma_poisson),
    ("Pitman (Hoshino 2001)", pitman),
)
_COPULA = "Gaussian copula (after Rocher, Hendrickx and de Montjoye 2019)"


@dataclass(frozen=True)
class Estimate:
    """One model's probability that a sample unique is unique in the population of `size`.

    `low` to `high` is a 95 % interval for sampling variation if the model holds. Differences between the
    models show the larger uncertainty.
    """

    model: str
    size: int
    share: float
    low: float
    high: float


def estimate_uniqueness(
    columns: list[CodedColumn], sizes: NDArray[np.int64], population: int, draw: np.random.Generator
) -> list[Estimate]:
    """Estimate by each model; empty if there are no uniques or the sample is the population.

    `sizes` are the class sizes of the sample under `columns`. A model that cannot be fitted to them is left
    out.
    """
    sample = Frequencies.of(sizes)
    if not sample.uniques or population <= sample.people:
        return []
    redrawn = [sample.redrawn(draw) for _ in range(LIMITS.redrawn)]
    found = []
    for name, model in _BY_FREQUENCY:
        shares = [share for share in (model(each, population) for each in redrawn) if share is not None]
        share = model(sample, population)
        if share is not None and shares:
            low, high = np.percentile(shares, _TAILS)
            found.append(Estimate(name, population, share, min(share, float(low)), max(share, float(high))))
    drawn = copula_uniqueness(columns, population, draw)
    if drawn is not None:
        found.append(Estimate(_COPULA, population, *drawn))
    return found
