"""The quantiles of many cohort columns side by side, to compare a file's column with all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Positions of nine of the 129 quantiles, compared first (cost: they exclude most columns).
_COARSE = slice(4, 125, 15)


@dataclass(frozen=True, repr=False)
class QuantileSketches:
    """Quantiles of shape (columns, quantiles), and the shares of people below and up to each, same shape."""

    quantiles: Floats
    below: Floats
    up_to: Floats

    @classmethod
    def of(cls, quantiles: Sequence[Floats]) -> Self:
        """Stack sketches of equal length.

        At a repeated quantile the cohort's cumulative share jumps: `below` is its first position, `up_to` its
        last.
        """
        stacked = np.vstack(quantiles) if quantiles else np.empty((0, 2))
        share = np.linspace(0, 1, stacked.shape[1])
        below = [share[np.searchsorted(row, row, side="left")] for row in stacked]
        up_to = [share[np.searchsorted(row, row, side="right") - 1] for row in stacked]
        return cls(stacked, np.reshape(below, stacked.shape), np.reshape(up_to, stacked.shape))

    def distances(self, present: Floats, *, farthest: float = 1.0) -> Floats:
        """Return, for each column, the largest gap between its cumulative shares and those of sorted values.

        A column that a few quantiles show to be farther than `farthest` is not compared further.

        Both sides of every step are compared and the smaller gap counts, so that the steps of a column with
        few distinct values are no distance. This is the Kolmogorov-Smirnov distance at the quantiles.
        """
        distances = self._gaps(present, np.arange(len(self.quantiles)), _COARSE)
        near = np.flatnonzero(distances <= farthest)
        distances[near] = self._gaps(present, near, slice(None))
        return distances

    def _gaps(self, present: Floats, columns: NDArray[np.int64], points: slice) -> Floats:
        quantiles = self.quantiles[columns, points]
        below = np.searchsorted(present, quantiles, side="left") / len(present)
        up_to = np.searchsorted(present, quantiles, side="right") / len(present)
        gaps = np.maximum(
            np.abs(below - self.below[columns, points]), np.abs(up_to - self.up_to[columns, points])
        )
        return np.asarray(gaps.max(axis=1, initial=0.0), np.float64)
