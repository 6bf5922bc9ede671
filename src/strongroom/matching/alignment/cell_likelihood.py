"""How well a participant's value explains a file's value: log-likelihood ratios of rows and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.alignment.movements import Movement, Reaches, amplitudes_of, moves_of
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.noise_models.gaussian import Offsets, rounded
from strongroom.matching.recognised import Floats, Places, RecognisedColumn
from strongroom.matching.sampled_table import SAMPLED_ROWS
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(20_000, "people", "cost: shares of a distribution are known to 0.4 % from 20,000")
    stray: float = threshold(
        0.03,
        "share of cells",
        "judgement: values of another participant or with gross errors; keeps one bad cell from excluding "
        "the right person",
    )
    missing: float = threshold(
        0.02,
        "share of cells",
        "judgement: how seldom a value is in the file and missing in the cohort, or the reverse",
    )
    between: float = threshold(
        0.1, "share of cells", "judgement: colluders who average their copies produce values between the two"
    )
    window: float = threshold(
        0.02,
        "share of the central 95 % range",
        "judgement: a narrower window counts too few of 20,000 people",
    )
    least_bits: float = threshold(
        0.1, "bits", "judgement: a column that says less costs more time than it adds"
    )
    constant: float = threshold(1e-9, "relative difference", "judgement: rounding errors of doubles")


LIMITS = _Limits()
DECIMALS = 6  # fixed: the index keeps six decimals


@dataclass(frozen=True, repr=False)
class CellModel:
    """One recognised column: everybody's expected value in the file, and how far marks may move it.

    `middle` and `reach` have shape (people,), in the file's units; `moves` are the shares of the reach by
    which marks may have moved a value, empty without marks; `sample` is `middle` of some people, sorted, and
    `sample_reach` their reach.
    """

    column: RecognisedColumn
    middle: Floats
    reach: Floats
    moves: Offsets
    sample: Floats
    sample_reach: Floats

    @classmethod
    def of(cls, column: RecognisedColumn, held: Floats, rules: tuple[Movement, ...]) -> Self:
        """Convert a cohort column (people,) to the file's units."""
        everybody = slice(None)
        largest = amplitudes_of(rules, held)
        with np.errstate(all="ignore"):
            low, high = (column.shown(held + way * largest, everybody) for way in (-1, 1))
        # A value next to the edge of a bin may show either bin.
        middle, reach = (low + high) / 2, np.abs(high - low) / 2
        middle = np.where(np.isfinite(middle), middle, np.nan)
        reach = np.nan_to_num(reach)
        some = np.arange(0, len(middle), max(1, len(middle) // LIMITS.sample))
        some = some[~np.isnan(middle[some])]
        some = some[np.argsort(middle[some], kind="stable")]
        moves = moves_of(rules) if rules else ()
        return cls(column, middle, reach, moves, middle[some], reach[some])

    @cached_property
    def usual_reach(self) -> float:
        """How far a fair mark moves the middle person's value."""
        return float(np.median(self.reach)) if self.moves else 0.0

    @cached_property
    def farthest(self) -> float:
        """How far a mark may move a value at most, as a share of its reach."""
        return max((ratio for ratio, _ in self.moves), default=1.0)

    @cached_property
    def tolerance(self) -> float:
        """The distance within which a correct value lies of its expectation, nearly always."""
        return max(self.farthest * self.usual_reach + self.column.half + 3 * self.column.noise, 1e-9)

    @cached_property
    def near(self) -> float:
        """The distance within which it usually lies: few marks move a value further than a fair bit does."""
        return max(self.usual_reach + self.column.half + 3 * self.column.noise, 1e-9)

    @cached_property
    def width(self) -> float:
        """The SD of a file's value about its original."""
        spread = np.sqrt(self.usual_reach**2 + self.column.half**2 / 3 + self.column.noise**2)
        return max(float(spread), 1e-9)

    def steps(self, values: Floats) -> Floats:
        """Return values on a scale on which a correct one lies within 1 of its expectation, nearly always.

        Where marks grow with the value, so does the tolerance.
        """
        at, place = self._scale
        if len(at) == 0:
            return np.full(values.shape, np.nan)
        first, last = self._tolerances[[0, -1]]
        if np.ptp(self._tolerances) <= LIMITS.constant * first:
            return np.asarray((values - at[0]) / first, np.float64)
        inside = np.interp(values, at, place)
        below, above = (values - at[0]) / first, place[-1] + (values - at[-1]) / last
        return np.where(values < at[0], below, np.where(values > at[-1], above, inside))

    @cached_property
    def all_steps(self) -> Floats:
        """Everybody's value on that scale, shape (people,)."""
        return self.steps(self.middle)

    @cached_property
    def in_order(self) -> tuple[NDArray[np.int32], Floats]:
        """Everybody by value on that scale, those without a value last, and the values in that order."""
        order = np.argsort(self.all_steps).astype(np.int32)
        return order, self.all_steps[order]

    @cached_property
    def _tolerances(self) -> Floats:
        moved = self.farthest * self.sample_reach if self.moves else np.zeros(len(self.sample))
        return np.maximum(moved + self.column.half + 3 * self.column.noise, 1e-9)

    @cached_property
    def _scale(self) -> tuple[Floats, Floats]:
        wide = self._tolerances
        between = np.diff(self.sample) * 2 / (wide[1:] + wide[:-1])
        return self.sample, np.concatenate([[0.0], np.cumsum(between)])[: len(self.sample)]

    def information(self, mine: Floats) -> float:
        """Return the mean information of a value of this column about the participant, in bits."""
        present = mine[~np.isnan(mine)]
        if len(present) == 0 or len(self.sample) == 0:
            return 0.0
        near = self._near(present, self.near)
        return float(np.mean(-np.log2(near))) * len(present) / len(mine)

    def log_ratios(self, mine: Floats, people: Places) -> Floats:
        """Return log p(value | person) - log p(value | anybody), shape (pairs,) as both arguments."""
        away = mine - self.middle[people]
        half, spread = max(self.column.half, 1e-12), max(self.column.noise, 0.05 * self.column.half, 1e-12)
        moved = self.reach[people]
        likely = np.zeros(len(away))
        for ratio, chance in self.moves or ((0.0, 1.0),):
            likely += (1 - LIMITS.between) * chance * rounded(away - ratio * moved, half, spread)
        # Colluders who average their copies produce any value in between.
        likely += LIMITS.between * rounded(away, self.usual_reach + half, spread)
        tail = len(self.sample) // 40
        window = max(self.near, LIMITS.window * float(self.sample[-1 - tail] - self.sample[tail]))
        anybody = self._near(mine, window) / (2 * window)
        stray = max(LIMITS.stray, self.column.replaced)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.log((1 - stray) * likely / anybody + stray)
        unknown, absent = np.isnan(mine), np.isnan(self.middle[people])
        found = np.where(unknown | absent, np.log(LIMITS.missing * 10), found)
        return np.where(unknown & absent, 0.5, np.where(unknown, 0.0, found))

    def simulate(self, people: Places, draw: np.random.Generator) -> Floats:
        """Return the values that these people's rows would have in such a file, shape (people,)."""
        ways = np.array(self.moves or ((0.0, 1.0),))
        moved = self.reach[people] * draw.choice(ways[:, 0], len(people), p=ways[:, 1] / ways[:, 1].sum())
        values = self.middle[people] + moved + draw.normal(0, max(self.column.noise, 1e-12), len(people))
        step = 2 * self.column.half
        return np.asarray(np.round(values / step) * step if step > 0 else values, np.float64)

    def _near(self, values: Floats, reach: float) -> Floats:
        """Return the share of people within `reach` of each value."""
        low = np.searchsorted(self.sample, values - reach, "left")
        high = np.searchsorted(self.sample, values + reach, "right")
        return (high - low + 0.5) / (len(self.sample) + 1)


def informative_models(
    columns: Sequence[RecognisedColumn], keys: Mapping[str, Floats], held: CohortColumns, reaches: Reaches
) -> list[CellModel]:
    """Return how likely a participant's value explains a cell, for each informative column.

    `keys` are the file's values, by column.
    """
    made = (
        CellModel.of(
            each,
            held.values(each.cohort_column, decimals=DECIMALS),
            reaches.get(each.cohort_column, ()),
        )
        for each in columns
    )
    return [
        each
        for each in made
        if each.information(keys[each.column.file_column][:SAMPLED_ROWS]) >= LIMITS.least_bits
    ]
