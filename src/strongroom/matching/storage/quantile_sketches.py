"""The quantiles of many cohort columns side by side, so that a file's column is held against all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_A_FEW = slice(4, 125, 15)


@dataclass(frozen=True)
class QuantileSketches:
    """Quantiles of shape (columns, quantiles), and the shares of people below and up to each, same shape."""

    quantiles: Floats
    below: Floats
    up_to: Floats

    @classmethod
    def of(cls, quantiles: Sequence[Floats]) -> Self:
        """Put sketches of one length side by side.

        At a repeated quantile the cohort's share jumps: what is below it is its first place, and what is up
        to it its last.
        """
        stacked = np.vstack(quantiles) if quantiles else np.empty((0, 2))
        share = np.linspace(0, 1, stacked.shape[1])
        below = [share[np.searchsorted(row, row, side="left")] for row in stacked]
        up_to = [share[np.searchsorted(row, row, side="right") - 1] for row in stacked]
        return cls(stacked, np.reshape(below, stacked.shape), np.reshape(up_to, stacked.shape))

    def distances(self, present: Floats, *, farthest: float = 1.0) -> Floats:
        """Return, for each column, the largest gap between its cumulative shares and those of sorted values.

        Of a column that a few quantiles show to be farther than `farthest`, no more is looked at than those.

        Both sides of every step are looked at and the smaller gap counts, so that a column of few distinct
        values is not held apart by its own steps. This is the Kolmogorov-Smirnov distance at the quantiles.
        """
        distances = self._gaps(present, np.arange(len(self.quantiles)), _A_FEW)
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
