"""Reading marks: for every marked cell of a file, which of its two possible values it is likelier to be.

Nothing here knows any project's bits: what is read follows from the file, the originals and the plan.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from strongroom.tracer.fingerprint.coalitions import ERROR_EDGES
from strongroom.tracer.fingerprint.code import Positions

Floats = NDArray[np.float64]

_OUTLIERS = 0.02
_LEAST_SAID = 0.1
_FEWEST = 20
_STEPS = 25
_LEAST_NOISE = 0.05


@dataclass(frozen=True)
class Observations:
    """Cells read: their positions, what each shows, and how reliable that is (an index of `ERRORS`)."""

    positions: Positions
    shown: NDArray[np.bool_]
    reliability: NDArray[np.uint8]

    @property
    def cells(self) -> int:
        """How many cells were read."""
        return len(self.shown)


def observe_column(
    positions: Positions, seen: Floats, low: Floats, high: Floats, *, grid: float
) -> Observations:
    """Read the marked cells of a column, once each.

    `seen` are the file's values on the cohort's scale, `low` and `high` what each would be with a 0 and a 1,
    all of shape (cells,); `grid` is the file's own step, to which both are rounded first. A person who
    stands in several rows is read from the first: a repeated cell says nothing new, and counting it twice
    would void the bound.
    """
    _, first = np.unique(positions.ordinals, return_index=True)
    low, high, seen = (_on_grid(each[first], grid) for each in (low, high, seen))
    usable = np.isfinite(seen) & np.isfinite(low) & np.isfinite(high) & (low != high)
    kept = first[usable]
    said = _log_ratio(seen[usable], low[usable], high[usable], grid)
    telling = np.abs(said) >= _LEAST_SAID
    error = 1 / (1 + np.exp(np.abs(said[telling])))
    places = kept[telling]
    return Observations(
        Positions(positions.column, positions.ordinals[places], positions.levels[places]),
        said[telling] > 0,
        np.searchsorted(ERROR_EDGES, error, side="right").astype(np.uint8),
    )


def _on_grid(values: Floats, grid: float) -> Floats:
    return np.round(values / grid) * grid if grid > 0 else values


def _log_ratio(seen: Floats, low: Floats, high: Floats, grid: float) -> Floats:
    """Return log p(seen | 1) - log p(seen | 0) under Gaussian noise of the file's own size, with outliers."""
    if len(seen) == 0:
        return seen
    apart = (high - low) / 2
    offset = seen - (low + high) / 2
    spread = max(_noise(offset, apart), grid / 4, float(np.median(np.abs(apart))) * _LEAST_NOISE)
    width = max(float(np.percentile(np.abs(offset), 99)), spread) * 10
    return _log_density(seen - high, spread, width) - _log_density(seen - low, spread, width)


def _noise(offset: Floats, apart: Floats) -> float:
    """Return the SD of the noise around two values `apart` to either side (expectation-maximisation).

    Rows matched wrongly are far from both; what is far from most is left out of the estimate.
    """
    far = 6 * float(np.median(np.abs(offset))) + 3 * float(np.median(np.abs(apart)))
    near, half = offset[np.abs(offset) <= far], apart[np.abs(offset) <= far]
    if len(near) < _FEWEST:
        return 0.0
    variance = float(np.mean(near**2))
    for _ in range(_STEPS):
        upper = expit(2 * half * near / max(variance, 1e-18))
        variance = float(np.mean(upper * (near - half) ** 2 + (1 - upper) * (near + half) ** 2))
    return float(np.sqrt(variance))


def _log_density(apart: Floats, spread: float, width: float) -> Floats:
    bell = np.exp(-0.5 * (apart / spread) ** 2) / (spread * np.sqrt(2 * np.pi))
    return np.asarray(np.log((1 - _OUTLIERS) * bell + _OUTLIERS / width), np.float64)
