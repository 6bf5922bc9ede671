"""Columns that others all but determine, such as energy by food: computed from them, not drawn.

The values in a leaf of five people differ far more than the few parts in a thousand by which such a column
deviates from its sources, so comparing the two would reveal every decoy. Such a column is therefore a linear
function of its sources plus the residual of a real person with a similar value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats
from strongroom.tracer.decoys.synthesis.local_resampling import (
    decimal,
    rounding_errors_of,
    step_of,
    with_rounding_errors,
)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    determined: float = threshold(
        0.999,
        "share of variance",
        "judgement: decision 0013; with less explained, the rest may be a curve and a line would show",
    )
    least_effect: float = threshold(
        0.02, "share of the target's SD", "judgement: a source that moves the column by less is none"
    )
    least_people: int = threshold(200, "people", "judgement: fewer fit a line through many columns by chance")
    answered_together: float = threshold(
        0.95, "share of people", "judgement: columns of other questionnaires leave too few complete cases"
    )
    sample: int = threshold(4_000, "people", "cost: a linear fit of all columns")
    beside: int = threshold(20, "ranks", "judgement: residuals of people with much the same value")


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class DeterminedColumn:
    """Column `target` is `constant` plus `weights` x the columns `sources`, plus a residual.

    `expected`, `residuals` and `rounding_errors`, all of shape (people,), are real people's predictions by
    their sources, in ascending order, the residual of each, and its rounding error (`rounding_errors_of`);
    `missing` is the share of missing values among those with the sources.
    """

    target: int
    sources: NDArray[np.int64]
    weights: Floats
    constant: float
    step: float
    expected: Floats
    residuals: Floats
    rounding_errors: Floats
    missing: float

    def made(self, people: Floats, random: np.random.Generator) -> Floats:
        """Return the target of people of shape (m, columns), NaN where a source is missing."""
        expected = people[:, self.sources] @ self.weights + self.constant
        known = np.flatnonzero(~np.isnan(expected))
        known = known[random.random(len(known)) >= self.missing]
        place = np.searchsorted(self.expected, expected[known])
        place += random.integers(-LIMITS.beside, LIMITS.beside + 1, len(known))
        place = np.clip(place, 0, len(self.residuals) - 1)
        made = np.full(len(people), np.nan)
        decimals = decimal(np.round((expected[known] + self.residuals[place]) / self.step), self.step)
        made[known] = with_rounding_errors(decimals, self.rounding_errors[place], self.step)
        return made


@dataclass(frozen=True)
class _Fit:
    """A column as a linear function of others, and the share of its variance that is `explained`."""

    sources: NDArray[np.int64] = field(repr=False)
    weights: Floats = field(repr=False)
    constant: float
    explained: float


_NOTHING = _Fit(np.empty(0, np.int64), np.empty(0), 0.0, 0.0)


def learn_determined_columns(
    people: Floats, fine: Sequence[int], numbers: Sequence[int]
) -> tuple[DeterminedColumn, ...]:
    """Return the `fine` columns determined by some of `numbers`, best explained first.

    A determined column is not a source of another, so that each relation is found once.
    """
    found: list[DeterminedColumn] = []
    left, sources = list(fine), list(numbers)
    while left:
        fits = {
            target: _fitted(people, target, [each for each in sources if each != target]) for target in left
        }
        left = [target for target, fit in fits.items() if fit.explained >= LIMITS.determined]
        if not left:
            break
        best = max(left, key=lambda target: fits[target].explained)
        found.append(_follower(people, best, fits[best]))
        left.remove(best)
        sources.remove(best)
    return tuple(found)


def _fitted(people: Floats, target: int, sources: Sequence[int]) -> _Fit:
    """Fit a column by the `sources` it needs."""
    known = np.flatnonzero(~np.isnan(people[:, target]))
    if len(known) < LIMITS.least_people:
        return _NOTHING
    values = people[known[:: max(1, len(known) // LIMITS.sample)]]
    # Questions asked together are missing together; other columns would leave few complete cases.
    together = [each for each in sources if np.mean(~np.isnan(values[:, each])) >= LIMITS.answered_together]
    fit = _linear(values, target, together)
    if fit.explained < LIMITS.determined:
        return fit
    spreads = np.nanstd(values, axis=0)
    needed = np.abs(fit.weights) * spreads[fit.sources] >= LIMITS.least_effect * spreads[target]
    return _linear(values, target, fit.sources[needed].tolist())


def _linear(values: Floats, target: int, sources: Sequence[int]) -> _Fit:
    values = values[~np.isnan(values[:, [target, *sources]]).any(axis=1)]
    spread = np.std(values[:, target]) if len(values) else 0.0
    if len(values) < max(LIMITS.least_people, 4 * len(sources)) or not sources or spread == 0:
        return _NOTHING
    design = np.column_stack([values[:, sources], np.ones(len(values))])
    scale = np.maximum(np.abs(design).max(axis=0), 1e-12)
    coefficients = np.linalg.lstsq(design / scale, values[:, target], rcond=None)[0] / scale
    away = values[:, target] - design @ coefficients
    explained = 1 - float((np.std(away) / spread) ** 2)
    return _Fit(np.array(sources), coefficients[:-1], float(coefficients[-1]), explained)


def _follower(people: Floats, target: int, fit: _Fit) -> DeterminedColumn:
    expected = people[:, fit.sources] @ fit.weights + fit.constant
    values = people[:, target]
    able = ~np.isnan(expected)
    missing = float(np.mean(np.isnan(values[able])))
    both = np.flatnonzero(able & ~np.isnan(values))
    both = both[np.argsort(expected[both], kind="stable")]
    residuals = values[both] - expected[both]
    step = step_of(values[both])
    rounding_errors = rounding_errors_of(values[both], step)
    return DeterminedColumn(
        target,
        fit.sources,
        fit.weights,
        fit.constant,
        step,
        expected[both],
        residuals,
        rounding_errors,
        missing,
    )
