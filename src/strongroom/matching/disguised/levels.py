"""A cohort column in at most 63 levels, a file column by its ranks: what monotone transforms preserve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.values.comparable import Floats, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_levels: int = threshold(
        62,
        "levels",
        "cost: tables have an entry a row and level; "
        "levels of 1.6 % of people lose little of the information in noisy values",
    )


LIMITS = _Limits()


MISSING = 0  # fixed: code of a missing value


@dataclass(frozen=True, repr=False)
class CohortLevels:
    """`codes` (people,) is 0 for missing, else the level from 1; the rest is by level, without the missing.

    `low` and `high` are the cumulative shares that a level spans, `from_value` and `to_value` the values.
    `spread` is the standard deviation of the column's middle nine tenths.
    """

    codes: NDArray[np.uint8]
    low: Floats
    high: Floats
    from_value: Floats
    to_value: Floats
    missing: float
    spread: float

    @classmethod
    def of(cls, held: Floats) -> "CohortLevels":
        """Divide a column in comparable form into levels: its distinct values if few, else equal shares."""
        absent = np.isnan(held)
        present = np.sort(held[~absent][:: max(1, len(held) // 65_536)])
        distinct = np.unique(present)
        if len(distinct) <= LIMITS.most_levels:
            edges = (distinct[1:] + distinct[:-1]) / 2
        else:
            edges = np.unique(np.quantile(present, np.linspace(0, 1, LIMITS.most_levels + 1)[1:-1]))
            # Edges lie between values, so that a frequent value is not split from its level.
            edges = np.unique(_between(edges, distinct))
        codes = np.where(absent, MISSING, np.searchsorted(edges, np.where(absent, 0.0, held)) + 1)
        high = np.append(np.searchsorted(present, edges, side="right") / max(len(present), 1), 1.0)
        low = np.append(0.0, high[:-1])
        return cls(
            codes=codes.astype(np.uint8),
            low=low,
            high=high,
            from_value=np.append(-np.inf, edges),
            to_value=np.append(edges, np.inf),
            missing=float(absent.mean()),
            spread=_spread(present),
        )

    @property
    def shares(self) -> Floats:
        """The share of each level among the people with a value."""
        return np.maximum(self.high - self.low, 1e-6)


def _spread(present: Floats) -> float:
    """Return the standard deviation of the middle nine tenths."""
    if len(present) == 0:
        return 0.0
    return float(np.std(np.clip(present, *np.quantile(present, [0.05, 0.95]))))


def _between(edges: Floats, distinct: Floats) -> Floats:
    place = np.searchsorted(distinct, edges, side="right")
    upper = distinct[np.minimum(place, len(distinct) - 1)]
    lower = distinct[np.maximum(place - 1, 0)]
    middle: Floats = (upper + lower) / 2
    return middle


@dataclass(frozen=True, repr=False)
class FileColumn:
    """A file's column: all its values, those of the rows examined, and their ranks among all.

    `low` and `high` (rows,) are the shares of all present values below, and up to, a row's value.
    """

    values: Values
    keys: Floats
    low: Floats
    high: Floats
    present: Floats

    @classmethod
    def of(cls, values: Values, rows: NDArray[np.int64]) -> "FileColumn":
        """Rank the chosen rows' values among all."""
        present = np.sort(values.keys[~np.isnan(values.keys)])
        keys = values.keys[rows]
        total = max(len(present), 1)
        low = np.searchsorted(present, keys, side="left") / total
        high = np.searchsorted(present, keys, side="right") / total
        return cls(values, keys, low, np.where(np.isnan(keys), np.nan, high), present)

    @property
    def missing(self) -> float:
        """The share of missing values."""
        return 1 - len(self.present) / max(len(self.values.keys), 1)
