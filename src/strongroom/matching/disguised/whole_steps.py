"""Columns counted in whole steps, which any scale and offset of exact values preserve.

A file's 0.0429 and a cohort's 3.929 are 429 and 3,929 steps: the scale is gone, and one whole number, the
offset, remains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.value_grid import Grid, grid_of
from strongroom.matching.storage.index import ColumnProfile, Index
from strongroom.matching.values.comparable import Floats, ValueKind, Values
from strongroom.thresholds import Thresholds, threshold

Steps = NDArray[np.int32]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_steps: int = threshold(
        1 << 30, "steps", "derived: differences of two such numbers fit into 32 bits; longer ranges are ids"
    )
    on_grid: float = threshold(
        0.9,
        "share of values",
        "judgement: a few values off the grid, added on purpose, must not hide the step of all others",
    )
    subsets: int = threshold(
        8,
        "subsets of values",
        "cost: each gives one candidate step; most of them miss the values off the grid",
    )
    subset: int = threshold(
        6, "values", "judgement: the common divisor of fewer differences is often a multiple"
    )
    least_values: int = threshold(3, "distinct values", "judgement: two values give no step")
    trimmed: int = threshold(6, "of 128 quantiles", "judgement: outliers must not decide a column's spread")
    least_spread: float = threshold(0.1, "steps", "judgement: a column with less has nearly one value")
    least_bits: float = threshold(
        2.0, "bits", "cost: a coarser column hardly distinguishes people and multiplies the search"
    )
    off_grid: float = threshold(
        0.3, "steps", "judgement: values farther from a grid point are not counted; half a step is ambiguous"
    )


LIMITS = _Limits()
ABSENT = np.iinfo(np.int32).min  # fixed: marks a missing value among steps


@dataclass(frozen=True, repr=False)
class Shape:
    """The mean and SD of the middle nine tenths of a column, and its 129 quantiles standardised by them."""

    middle: float
    spread: float
    standard: Floats

    @classmethod
    def of(cls, quantiles: Floats) -> "Shape":
        """Standardise 129 quantiles."""
        inner = np.clip(quantiles, quantiles[LIMITS.trimmed], quantiles[-1 - LIMITS.trimmed])
        middle, spread = float(inner.mean()), max(float(inner.std()), LIMITS.least_spread)
        return cls(middle, spread, (inner - middle) / spread)


@dataclass(frozen=True, repr=False, eq=False)
class FileSteps:
    """A file's column in steps from its lowest value, ABSENT for none, shape (rows,)."""

    name: str
    steps: Steps
    grid: Grid

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Which rows have a value."""
        present: NDArray[np.bool_] = self.steps != ABSENT
        return present


@dataclass(frozen=True, repr=False, eq=False)
class CohortSteps:
    """A cohort column at some precision: `rounded` to so many decimals fewer than it has.

    `shape` is in steps; `last_digit` is the unit it is rounded to; `bits` is what a value tells.
    """

    profile: ColumnProfile
    rounded: int
    last_digit: float
    grid: Grid
    shape: Shape
    bits: float

    def of_people(self, cohort: CohortColumns) -> Steps:
        """Return all people's values in steps, ABSENT for none, shape (people,)."""
        return cohort.derived(("steps", self.profile.name, self.rounded), lambda: self._read(cohort))

    def _read(self, cohort: CohortColumns) -> Steps:
        exact = cohort.values(self.profile.name, decimals=6)
        return _whole(np.round(exact / self.last_digit) * self.last_digit, self.grid)


def file_steps(name: str, values: Values) -> FileSteps | None:
    """Return a file's column in steps of its grid, or of its last written digit; None if it has no step."""
    present = np.sort(values.keys[~np.isnan(values.keys)])
    if values.kind is ValueKind.TEXT or len(present) == 0 or present[0] == present[-1]:
        return None
    last_digit = 10.0**-values.decimals
    grid = grid_of(present, unit=last_digit / 2) or _written_grid(present, last_digit)
    if grid is None or (present[-1] - present[0]) / grid.step > LIMITS.most_steps:
        return None
    return FileSteps(name, _whole(values.keys, grid), grid)


def _written_grid(present: Floats, last_digit: float) -> Grid | None:
    """Return the grid of the written digits: the largest step that nearly all values share."""
    distinct = np.unique(np.round(present / last_digit))
    if len(distinct) < LIMITS.least_values or distinct[-1] - distinct[0] > LIMITS.most_steps:
        return None
    counts = (distinct - distinct[0]).astype(np.int64)
    draw = np.random.default_rng(0)
    best = 1, 0
    for subset in range(LIMITS.subsets + 1):
        chosen = draw.choice(counts, min(LIMITS.subset, len(counts)), replace=False) if subset else counts
        step = int(np.gcd.reduce(chosen - chosen[0]))
        if step > best[0] and np.mean((counts - chosen[0]) % step == 0) >= LIMITS.on_grid:
            best = step, int(chosen[0])
    step, start = best
    return Grid(float((distinct[0] + start) * last_digit), step * last_digit)


def _whole(values: Floats, grid: Grid) -> Steps:
    """Return values in steps, ABSENT where they are missing, out of range or off the grid."""
    with np.errstate(invalid="ignore"):
        exact = (values - grid.start) / grid.step
        steps = np.round(exact)
        known = (np.abs(steps) < LIMITS.most_steps) & (np.abs(exact - steps) < LIMITS.off_grid)
    return np.where(known, steps, ABSENT).astype(np.int32)


def cohort_steps(index: Index) -> list[CohortSteps]:
    """Return every informative numeric column, at its own precision and rounded to fewer decimals."""
    return [each for profile in index.columns.values() for each in _precisions(profile)]


def _precisions(profile: ColumnProfile) -> Iterator[CohortSteps]:
    if profile.kind is ValueKind.TEXT:
        return
    for rounded in range(profile.decimals + 1):
        last_digit = 10.0 ** (rounded - profile.decimals)
        quantiles = np.round(profile.quantiles / last_digit)
        if quantiles[-1] - quantiles[0] > LIMITS.most_steps:
            continue
        step = float(np.gcd.reduce((quantiles - quantiles[0]).astype(np.int64)))
        if step == 0:
            return
        shape = Shape.of((quantiles - quantiles[0]) / step)
        # The collision entropy of a normal distribution (Rényi 1961), which rounding to few steps lowers.
        bits = min(profile.bits, float(np.log2(2 * np.sqrt(np.pi) * shape.spread)))
        if bits < LIMITS.least_bits:
            return
        grid = Grid(float(quantiles[0] * last_digit), step * last_digit)
        yield CohortSteps(profile, rounded, last_digit, grid, shape, bits)
