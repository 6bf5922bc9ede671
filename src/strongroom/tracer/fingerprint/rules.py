"""Mark rules: what a mark does to a value of its column, and which values may result.

A value v becomes v + a for a 1 and v - a for a 0; where a bit is nearly always the same, that bit leaves v
unchanged and the other moves it by 2a (see `offsets`). `a` is a whole number of steps of the column's grid,
at least one; for positive, skewed values (an assay) it grows with v.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.code import Bytes, Code, Positions
from strongroom.tracer.fingerprint.dosages import uncertain
from strongroom.tracer.fingerprint.offsets import level_offsets, offset_probabilities

Floats = NDArray[np.float64]

DECIMAL, SINGLE, DOUBLE, PAIR, DATE = "decimal", "single", "double", "pair", "date"
DOSAGE = "dosage"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_decimals: int = threshold(
        12,
        "decimals",
        "judgement: measurements have fewer, and a double holds no more than 15 significant digits",
    )
    off_grid: float = threshold(
        1e-4,
        "steps of the grid",
        "judgement: above the rounding errors of doubles, below any recorded difference",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class MarkRule:
    """How one column is marked.

    `amplitude` is in the column's units and a multiple of `step`, its grid; a cell is marked with probability
    `density` if its value lies between `low` and `high`, both included, and is not in `kept`. With
    `relative`, the amplitude is that share of the value, in whole steps, and `amplitude` is the median's. A
    share `rise` of the marked cells moves by one step more. At biased levels both values of a cell are
    shifted by `lean` x the amplitude towards the rare bit: 1 centres them on the original; 0, as for pairs,
    dates, dosages and all plans made before centring, moves every cell by the amplitude. `form` is how values
    are recorded: decimal numbers on the grid, single or double precision without one, a pair of synonymous
    codes, `low` for a 0 and `high` for a 1, or dates in days since 1970, where all dates of a person share
    one position (see `date_shifts`). Of the `heaps`, values far more common than their neighbours, only
    `heap_shares` of the density are marked: as many as of their neighbours, so that a value beside a heap
    does not reveal its origin; dates that are heaps stay. A dosage is on a grid of `step`, unless that is 0,
    and written with `decimals`, unless those are 0; see `dosages` for which may move. `column` names the
    position: columns that repeat each other share it. If `density` is 0, `reason` says why the column is not
    marked; otherwise why it is marked less than requested.
    """

    column: str
    step: float = 0.0
    amplitude: float = 0.0
    density: float = 0.0
    low: float = 0.0
    high: float = 0.0
    kept: tuple[float, ...] = ()
    reason: str = ""
    relative: float = 0.0
    form: str = DECIMAL
    heaps: tuple[float, ...] = ()
    heap_shares: tuple[float, ...] = ()
    decimals: float = 0.0
    rise: float = 0.0
    lean: float = 0.0

    def markable(self, values: Floats) -> NDArray[np.bool_]:
        """Tell which values may be marked, shape as `values`."""
        may: NDArray[np.bool_] = self.densities(values) > 0
        return may

    def densities(self, values: Floats) -> NDArray[np.float32]:
        """Return the probability that a cell of each value is marked, shape as `values`."""
        if self.form == PAIR:
            return np.where(np.isin(values, (self.low, self.high)), self.density, 0).astype(np.float32)
        if self.form == DATE:
            free = np.isfinite(values) & ~np.isin(values, (*self.kept, *self.heaps))
            return np.where(free, self.density, 0).astype(np.float32)
        if self.form == DOSAGE:
            return (uncertain(values, self.amplitude) * self.density).astype(np.float32)
        if self.form != DECIMAL or self.step <= 0:
            inside = (values >= self.low) & (values <= self.high) & ~np.isin(values, self.kept)
            return np.where(inside, self.density, 0).astype(np.float32)
        inside, steps = self._on_grid(values)
        if not self.kept and not self.heaps:
            return inside * np.float32(self.density)
        places = np.where(inside, steps - np.floor(self.low / self.step), -1).astype(np.int64)
        found: NDArray[np.float32] = self._by_step[np.minimum(places, len(self._by_step) - 2)]
        return found

    def _on_grid(self, values: Floats) -> tuple[NDArray[np.bool_], Floats]:
        """Return which values lie on the grid between `low` and `high`, and how many steps each is."""
        steps = values * (1 / self.step)
        nearest = np.rint(steps)
        np.subtract(steps, nearest, out=steps)
        np.abs(steps, out=steps)
        inside: NDArray[np.bool_] = steps <= LIMITS.off_grid
        inside &= values >= self.low
        inside &= values <= self.high
        return inside, nearest

    def positions(self, code: Code, ordinals: NDArray[np.integer], values: Floats) -> Positions:
        """Return which of people's cells, of these values, are marked by the plan's code."""
        return code.marked(self.column, ordinals, self.densities(values), rise=self.rise)

    def nudged(
        self,
        values: Floats,
        bits: NDArray[np.bool_],
        levels: Bytes | None = None,
        raised: NDArray[np.bool_] | None = None,
    ) -> Floats:
        """Return the marked values for these bits, on the column's grid; all of one shape.

        `levels` and `raised` are the positions'; without them bits are fair and no offset is raised.
        """
        if self.form == PAIR:
            return np.where(bits, self.high, self.low)
        ways = bits.astype(np.uint8) if levels is None else 2 * levels + bits
        shares = level_offsets(0.0)[:2] if levels is None else level_offsets(self.lean)
        if self.relative:
            return self.recorded(values + shares[ways] * self.amplitudes(values))
        if self.rise and raised is not None:
            ways += np.uint8(len(shares)) * raised
        sizes = np.concatenate([shares * self.amplitude, shares * (self.amplitude + self.extra)])
        return self.recorded(values + sizes[ways])

    def outcomes(self, values: Floats) -> Floats:
        """Return all values that may result, shape (offsets, values); of a pair, its two codes."""
        if self.form == PAIR:
            return np.array([self.nudged(values, np.full(len(values), bit)) for bit in (False, True)])
        extra = (0.0, self.step) if self.rise else (0.0,)
        sizes = self.amplitudes(values)
        return np.array(
            [self.recorded(values + way * (sizes + more)) for way, _ in self.ways for more in extra]
        )

    @property
    def ways(self) -> tuple[tuple[float, float], ...]:
        """Each offset of a marked cell, in amplitudes, and its probability."""
        return offset_probabilities(self.lean)

    @property
    def extra(self) -> float:
        """How much further than the amplitude raised cells move."""
        return self.step if self.rise else 0.0

    def farthest(self, values: Floats) -> Floats | float:
        """Return the largest distance each value could move."""
        return (1 + self.lean) * (self.amplitudes(values) + self.extra)

    def amplitudes(self, values: Floats) -> Floats | float:
        """Return how far a fair bit would move each value, if not raised."""
        if not self.relative:
            return self.amplitude
        if self.form != DECIMAL:
            return self.relative * values
        return np.asarray(np.maximum(1.0, np.rint(values * (self.relative / self.step))) * self.step)

    def recorded(self, values: Floats) -> Floats:
        """Return values as the column records them."""
        if self.form == SINGLE:
            return values.astype(np.float32).astype(np.float64)
        if self.form == DOSAGE and self.step > 0:
            values = np.rint(values / self.step) / np.rint(1 / self.step)
        if self.form == DOSAGE and self.decimals > 0:
            values = np.round(values, int(self.decimals))
        if self.form in {DOUBLE, DOSAGE}:
            return values
        return np.asarray(np.round(values, places_of(self.step)), np.float64)

    def to_json(self) -> dict[str, Any]:
        """Return plain values without floats (their text reads back exactly); defaults are left out."""
        plain = {
            name: [repr(each) for each in value] if isinstance(value, tuple) else _text(value)
            for name, value in asdict(self).items()
            if value not in ("", 0.0, ())
        }
        return plain if self.form != DECIMAL else {k: v for k, v in plain.items() if k != "form"}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "MarkRule":
        """Read what `to_json` wrote."""
        numbers = {each.name for each in fields(cls) if each.type is float}
        read: dict[str, Any] = {}
        for name, value in plain.items():
            number = float(value) if name in numbers else value
            read[name] = tuple(map(float, value)) if isinstance(value, list) else number
        return cls(**read)

    @cached_property
    def _by_step(self) -> NDArray[np.float32]:
        """The density of each step from the lowest markable value on, then of all above, then 0."""
        first, last = np.floor(self.low / self.step), np.ceil(self.high / self.step)
        special = np.rint(np.array([*self.kept, *self.heaps]) / self.step)
        last = min(last, max(special.max(initial=first), first))
        table = np.full(int(last - first) + 3, self.density, np.float32)
        table[-1] = 0
        shares = np.array([*np.zeros(len(self.kept)), *self.heap_shares]) * self.density
        inside = (special >= first) & (special <= last)
        table[(special[inside] - first).astype(np.int64)] = shares[inside]
        return table


Reaches = Mapping[str, tuple[MarkRule, ...]]
"""How far marks may have moved the values of each cohort column: every rule in use. Rules hold no key."""


def places_of(step: float) -> int:
    """Return the number of decimals needed to write every multiple of a step."""
    return max(0, min(LIMITS.most_decimals, int(np.ceil(-np.log10(step) - 1e-9))))


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else repr(float(value))
