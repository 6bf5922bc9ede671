"""Score rows against all people, in bits, over columns whose transforms are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.recognised import RecognisedColumn, Singles
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    floor: float = threshold(
        -7.0,
        "bits a cell",
        "judgement: no distance costs more; one wrong cell must not exclude a person",
    )
    sample: int = threshold(4_096, "people", "cost: people from whom the share of near values is estimated")
    block_cells: int = threshold(20_000_000, "rows x people", "cost: 80 MB of scores at once")
    farthest: float = threshold(1e15, "units of noise", "derived: its square, 1e30, is still a float32")


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class NumericColumn:
    """A numeric column under a fitted transform: people's values as in the file, in units of noise."""

    column: RecognisedColumn
    theirs: Singles
    sample: Floats
    missing: Singles

    @classmethod
    def of(cls, column: RecognisedColumn, there: Floats, held: Floats, empty: float) -> "NumericColumn":
        """Convert all people's values to units of noise.

        `held` are the cohort's values and `there` what a file without noise shows for them; `empty` is the
        file column's share of missing values.
        """
        with np.errstate(all="ignore"):
            there = there / column.noise
        there = np.where(np.isfinite(there), there, np.nan)
        step = max(1, len(there) // LIMITS.sample)
        some = there[::step]
        return cls(
            column,
            _singles(there),
            np.sort(some[~np.isnan(some)]),
            missing_bits(float(np.isnan(held).mean()), empty),
        )

    def prepared(self, keys: Floats) -> Floats:
        """Return a file's values in units of noise."""
        return keys / self.column.noise

    def add(self, total: Singles, mine: Floats) -> None:
        """Add the column's bits for rows of prepared values."""
        from strongroom.matching.disguised.kernels import add_gaussian_bits  # noqa: PLC0415 - a compiler, which few tables need

        add_gaussian_bits(
            total,
            _singles(mine),
            self.theirs,
            self._offset(mine),
            np.float32(LIMITS.floor),
            self.missing,
        )

    def simulate(self, people: NDArray[np.int64], draw: np.random.Generator) -> Floats:
        """Return prepared values that these people's rows would have in such a file."""
        noise: Floats = draw.normal(size=len(people))
        noise += self.theirs[people]
        return noise

    def _offset(self, mine: Floats) -> Singles:
        """Return -log2 of the mean nearness of people: what chance gives."""
        stray = 2.0**LIMITS.floor
        low = np.searchsorted(self.sample, mine - 4)
        high = np.searchsorted(self.sample, mine + 4)
        close = np.zeros(len(mine))
        for row, (start, end) in enumerate(zip(low, high, strict=True)):
            gap = mine[row] - self.sample[start:end]
            close[row] = np.sum(np.exp(-0.5 * gap**2))
        offset: Singles = -np.log2((close + 0.5) / (len(self.sample) + 1) + stray).astype(np.float32)
        return offset


@dataclass(frozen=True, repr=False)
class RecodedColumn:
    """Categories with other names: `bits` (file levels, cohort levels), `theirs` (people,)."""

    column: RecognisedColumn
    theirs: NDArray[np.uint8]
    bits: Singles
    levels: Floats
    shares: Floats

    def prepared(self, keys: Floats) -> Floats:
        """Return the file's levels as numbers, 0 for levels that did not occur in fitting."""
        place = np.minimum(np.searchsorted(self.levels, keys), len(self.levels) - 1)
        return np.where(self.levels[place] == keys, place + 1.0, 0.0)

    def add(self, total: Singles, mine: Floats) -> None:
        """Add the column's bits for rows of prepared values."""
        from strongroom.matching.disguised.kernels import add_bits  # noqa: PLC0415 - a compiler, which few tables need

        add_bits(total, np.ascontiguousarray(self.bits[mine.astype(np.int64)]), self.theirs)

    def simulate(self, people: NDArray[np.int64], draw: np.random.Generator) -> Floats:
        """Return prepared values that these people's rows would have in such a file."""
        spread = self.shares[:, self.theirs[people]]
        chosen = (np.cumsum(spread, axis=0) < draw.random(len(people))).sum(axis=0)
        levels: Floats = np.minimum(chosen, len(self.levels)).astype(np.float64)
        return levels


def _singles(values: Floats) -> Singles:
    return np.clip(values, -LIMITS.farthest, LIMITS.farthest).astype(np.float32)


FoundColumn = NumericColumn | RecodedColumn


@dataclass(frozen=True, repr=False)
class BestPeople:
    """For each row the best person, that person's bits and the second's; shape (rows,)."""

    people: NDArray[np.int64]
    bits: Floats
    second: Floats


def best_people(
    columns: Sequence[FoundColumn],
    prepared: Sequence[Floats],
    *,
    people: int,
    owners: NDArray[np.int64] | None = None,
) -> BestPeople:
    """Score rows against all people; `owners` gives, for each row, a person it must not match."""
    rows = len(prepared[0])
    best, bits, second = np.empty(rows, np.int64), np.empty(rows), np.empty(rows)
    step = max(1, LIMITS.block_cells // people)
    for start in range(0, rows, step):
        block = np.arange(start, min(start + step, rows))
        total = np.zeros((len(block), people), np.float32)
        for column, mine in zip(columns, prepared, strict=True):
            column.add(total, mine[block])
        here = np.arange(len(block))
        if owners is not None:
            total[here, owners[block]] = -np.inf
        best[block] = np.argmax(total, axis=1)
        bits[block] = total[here, best[block]]
        total[here, best[block]] = -np.inf
        second[block] = total.max(axis=1)
    return BestPeople(best, bits, second)


def missing_bits(missing: float, empty: float) -> Singles:
    """Return the bits of (both missing, only the row's, only the person's), bounded on both sides."""
    empty = float(np.clip(empty, 0.005, 0.995))
    lost = float(np.clip((empty - 0.9 * missing) / max(1 - missing, 1e-3), 0.005, 0.99))
    both, mine, theirs = 0.9 / empty, lost / empty, 0.1 / (1 - empty)
    bits: Singles = np.log2(np.clip(np.array([both, mine, theirs]), 0.02, 50)).astype(np.float32)
    return bits
