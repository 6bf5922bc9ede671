"""Likelihood ratios of a row's value for every level of a cohort column, for each kind of transform."""

import numpy as np

from strongroom.matching.disguised.levels import CohortLevels, FileColumn
from strongroom.matching.recognised import Singles
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    stray: float = threshold(
        0.05,
        "share of values",
        "judgement: typing errors, updates and foreign rows among true ones",
    )
    slack: float = threshold(
        0.004,
        "cumulative share",
        "judgement: error of ranks beyond their sampling error, since an extract is never a random sample",
    )
    kept_missing: float = threshold(
        0.9,
        "share of missing values",
        "judgement: how often a value missing in the cohort is missing in a copy; the rest was filled in",
    )


LIMITS = _Limits()


# Positions within a level's share at which an equal rank may lie (cost: five represent all).
_STEPS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])


def by_rank(file: FileColumn, cohort: CohortLevels, *, rising: bool) -> Singles:
    """Compare ranks, for any monotone transform: they agree up to their sampling error."""
    from strongroom.matching.disguised.kernels import normal_interval_shares  # noqa: PLC0415 - a compiler, which few tables need

    low, high = (file.low, file.high) if rising else (1 - file.high, 1 - file.low)
    where = low[:, None] + (high - low)[:, None] * _STEPS
    total = max(len(file.present), 2)
    error = np.sqrt(np.clip(where * (1 - where), 0, None) / total + (0.5 / total) ** 2 + LIMITS.slack**2)
    edges = np.append(cohort.low[:1], cohort.high)
    return _ratios(normal_interval_shares(where, error, edges), file, cohort)


def by_value(values: Floats, blur: float, file: FileColumn, cohort: CohortLevels) -> Singles:
    """Compare inverted `values` (rows,), which equal the cohort column's up to an error of about `blur`."""
    edges = np.append(cohort.from_value[:1], cohort.to_value)
    from scipy.special import ndtr  # noqa: PLC0415 - it takes long to load

    return _ratios(np.diff(ndtr((edges - values[:, None]) / blur)), file, cohort)


def by_frequency(file: FileColumn, cohort: CohortLevels) -> Singles:
    """Compare levels with other names in any order: levels of similar frequency are likely."""
    share = np.nan_to_num(file.high - file.low)[:, None]
    expected = cohort.shares
    spread = np.sqrt(expected * (1 - expected) / max(len(file.present), 2) + 0.01**2)
    return _ratios(expected * np.exp(-0.5 * ((share - expected) / spread) ** 2) + 1e-12, file, cohort)


def _ratios(weights: Floats, file: FileColumn, cohort: CohortLevels) -> Singles:
    """Turn weights (rows, levels) into ratios (rows, 1 + levels) against chance; level 0 is missing.

    A missing value stays missing nine times in ten; its weight follows from how many the file has.
    """
    total = len(file.values.keys)
    shares = cohort.shares / cohort.shares.sum()
    chosen = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    present = (1 - LIMITS.stray) * chosen / shares + LIMITS.stray
    empty = (file.missing * total + 0.5) / (total + 1)
    both = LIMITS.kept_missing
    lost = np.clip((empty - both * cohort.missing) / max(1 - cohort.missing, 1e-3), 0.005, 0.99)
    ratios = np.empty((len(chosen), chosen.shape[1] + 1), np.float32)
    ratios[:, 0] = (1 - both) / (1 - empty)
    ratios[:, 1:] = present * min((1 - lost) / (1 - empty), 1.0)
    absent = np.isnan(file.keys)
    ratios[absent, 0] = both / empty
    ratios[absent, 1:] = lost / empty
    return ratios
