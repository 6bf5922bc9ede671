"""Reading marks: for every marked cell of a file, which of its two possible values it is likelier to be.

Nothing here knows any project's bits: readings follow from the file, the originals and the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.noise_models.gaussian import STRAY, fitted_noise
from strongroom.matching.noise_models.replaced_cells import fitted_replaced
from strongroom.matching.noise_models.second_mark import SecondMark, fitted_second_mark
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.code import Positions
from strongroom.tracer.fingerprint.decoding.collusion import ERROR_EDGES

Floats = NDArray[np.float64]
Kept = NDArray[np.bool_] | NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_error: float = threshold(
        0.498,
        "probability of a wrong reading",
        "derived: log odds of the faintest reliability class in collusion, 0.008, are an error of 0.498",
    )
    finest: float = threshold(
        0.02,
        "share of the distance between the two values",
        "cost: noise below it does not change a reading but divides by nearly 0",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Observations:
    """Cells read: their positions, what each shows, and how reliable that is (an index of `ERRORS`)."""

    positions: Positions
    shown: NDArray[np.bool_] = field(repr=False)
    reliability: NDArray[np.uint8] = field(repr=False)

    @property
    def cells(self) -> int:
        """How many cells were read."""
        return len(self.shown)

    def at(self, chosen: Kept) -> "Observations":
        """Return some of the cells."""
        return Observations(self.positions.at(chosen), self.shown[chosen], self.reliability[chosen])


def observe_column(
    positions: Positions,
    values: Floats,
    low: Floats,
    high: Floats,
    *,
    grid: float,
    certainty: Floats | None = None,
) -> Observations:
    """Read the marked cells of a column, each once.

    `values` are the file's values, `low` and `high` their expectations with a 0 and a 1 without rounding, all
    of shape (cells,) and in one unit; `grid` is the step to which the file's values were rounded. `certainty`
    is the probability that a cell is that person's. If a person has several rows, the most certain match is
    read, and of equals the most reliable cell: a repeated cell adds no information, and counting it twice
    would void the bound.
    """
    sure = np.ones(len(values)) if certainty is None else certainty
    usable = np.isfinite(values) & np.isfinite(low) & np.isfinite(high) & (low != high)
    kept = np.flatnonzero(usable)
    chance = _chance_of_one(values[kept], low[kept], high[kept], sure[kept], grid / 2)
    error = np.minimum(chance, 1 - chance)
    telling = error <= LIMITS.most_error
    kept, chance, error = kept[telling], chance[telling], error[telling]
    read = Observations(
        positions.at(kept),
        chance > 0.5,  # noqa: PLR2004 - likelier than not
        np.searchsorted(ERROR_EDGES, error, side="right").astype(np.uint8),
    )
    # A wrong match often lies far off, which looks reliable; so certainty of the match counts first, in
    # tenths.
    return read.at(_once(read.positions.ordinals, error - np.round(sure[kept], 1)))


def joined(read: Sequence[Observations]) -> Observations:
    """Join readings of one column's positions, each position once, from where it is most reliable."""
    where = Positions(
        read[0].positions.column,
        np.concatenate([each.positions.ordinals for each in read]),
        np.concatenate([each.positions.levels for each in read]),
    )
    reliability = np.concatenate([each.reliability for each in read])
    whole = Observations(where, np.concatenate([each.shown for each in read]), reliability)
    return whole.at(_once(where.ordinals, reliability))


def _once(ordinals: NDArray[np.int64], worse: NDArray[np.floating] | NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the index of each ordinal's best entry; of equals the first."""
    order = np.lexsort((worse, ordinals))
    first = np.diff(ordinals[order], prepend=-1) != 0
    kept: NDArray[np.int64] = order[first]
    return kept


def _chance_of_one(values: Floats, low: Floats, high: Floats, sure: Floats, half: float) -> Floats:
    """Return the probability that each cell carries a 1, given noise fitted to the file, with outliers."""
    if len(values) == 0:
        return values
    middle, apart = (low + high) / 2, np.abs(high - low) / 2
    noise = fitted_noise(values - middle, apart, half, sure)
    offset = values - noise.shift
    spread = max(noise.spread, LIMITS.finest * half, float(np.median(apart)) * LIMITS.finest)
    width = max(float(np.percentile(np.abs(offset - middle), 99)), spread, half) * 10
    jump = fitted_second_mark(offset - middle, apart, half, sure, spread=spread)
    replaced = None if jump else fitted_replaced(offset - middle, apart, half, sure, spread=spread)
    stayed, by_replacement = 1.0, np.zeros(len(values))
    if replaced is not None:
        stayed, spread = 1 - replaced.share, replaced.spread
        by_replacement = replaced.density_of_replaced(offset - middle, half)
    jump = jump or SecondMark(0.0, spread)
    one, zero = (
        (1 - STRAY) * (stayed * jump.density(offset - value, apart, half) + by_replacement) + STRAY / width
        for value in (high, low)
    )
    # If it is another person's cell, it says nothing.
    return np.asarray(0.5 + sure * (one / (one + zero) - 0.5), np.float64)
