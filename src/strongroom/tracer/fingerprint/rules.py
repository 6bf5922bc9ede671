"""How far each column may be nudged: little against its spread, on its grid, away from what must stand.

A value v becomes v + a for a 1 and v - a for a 0; where a bit is nearly always the same, that leaves v as it
is and the other moves it by 2a (see `moves`). `a` is a whole number of steps of the grid the column is
recorded on, one at least. The root mean square over the column is strength x SD: between two numbers of steps
some cells move by one more, and where one step is too much fewer cells are marked. Where values are positive
and skewed (an assay), `a` grows with v: a share of the value, as the assay's own error is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.fingerprint.code import Bytes, Code, Positions
from strongroom.tracer.fingerprint.dosages import uncertain
from strongroom.tracer.fingerprint.moves import CENTRED, afforded, factors, moves, power

Floats = NDArray[np.float64]
Counts = NDArray[np.integer]

DEFAULT_STRENGTH = 0.01
DECIMAL, SINGLE, DOUBLE, PAIR, DATE = "decimal", "single", "double", "pair", "date"
DOSAGE = "dosage"
_FEWEST_VALUES = 30
_FEWEST_DISTINCT = 12
_LEAST_DENSITY = 0.002
_EDGE = 0.001
_FARTHEST_SDS = 4.0
_HEAPED = 0.002
_NEIGHBOURS = 7
_TIMES_NEIGHBOURS = 2.5
_MOST_DECIMALS = 6
_GRID_SHARE = 0.99
_TOLERANCE = 1e-6
_OFF_GRID = 1e-4
_SAMPLED_DISTINCT = 2_000
_SAMPLED_SHARE = 0.9
_SKEWED, _LESS_SKEWED = 1.5, 0.5
_LEAST_STEP = 0.71
_LEAST_SHARE = 0.002
_MOST_HEAPED = 0.6


@dataclass(frozen=True)
class MarkRule:
    """What is done to one column.

    `amplitude` is in the column's units and a multiple of `step`, its grid; a cell is marked with probability
    `density` when its value lies between `low` and `high`, both included, and is none of `kept`. With
    `relative`, the amplitude is that share of the value, in whole steps, and `amplitude` the median's. Of the
    cells marked a share of `rise` move by one step more. At biased levels both values of a cell lie by `lean`
    x the amplitude to the side of the rare bit: 1 centres them on the original; 0, as for pairs, dates,
    dosages and all that was planned before there was a lean, moves every cell by the amplitude.
    `form` is how values are recorded: decimal numbers on the grid, single or double precision without one, a
    pair of codes that mean the same, `low` for a 0 and `high` for a 1, or dates in days since 1970, where all
    of a person's share one position (see `dates`). Of the `heaps`, values far more common than those near,
    only `heap_shares` of the density are marked: as many as of their neighbours, so that what stands beside a
    heap does not show where it came from; dates that are one stay. A dosage is on a grid of `step`, if that
    is not 0, and written with `decimals`, if those are not; see `dosages` for which may be moved.
    `column` names the position: columns that repeat each other share it. Why a column is not marked at all
    says `reason`, and `density` is then 0; else `reason` is why it is marked less than was asked for.
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
        """Tell which values may be nudged, shape as `values`."""
        may: NDArray[np.bool_] = self.densities(values) > 0
        return may

    def densities(self, values: Floats) -> NDArray[np.float32]:
        """Return the probability with which a cell of each value is marked, shape as `values`."""
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
        inside: NDArray[np.bool_] = steps <= _OFF_GRID
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
        """Return what values become with these bits, back on their grid; all of one shape.

        `levels` and `raised` are the positions'; without them bits are fair and nobody's move is raised.
        """
        if self.form == PAIR:
            return np.where(bits, self.high, self.low)
        ways = bits.astype(np.uint8) if levels is None else 2 * levels + bits
        shares = factors(0.0)[:2] if levels is None else factors(self.lean)
        if self.relative:
            return self.recorded(values + shares[ways] * self.amplitudes(values))
        if self.rise and raised is not None:
            ways += np.uint8(len(shares)) * raised
        sizes = np.concatenate([shares * self.amplitude, shares * (self.amplitude + self.extra)])
        return self.recorded(values + sizes[ways])

    def outcomes(self, values: Floats) -> Floats:
        """Return all that values may become, shape (moves, values); of a pair, its two codes."""
        if self.form == PAIR:
            return np.array([self.nudged(values, np.full(len(values), bit)) for bit in (False, True)])
        extra = (0.0, self.step) if self.rise else (0.0,)
        sizes = self.amplitudes(values)
        return np.array(
            [self.recorded(values + way * (sizes + more)) for way, _ in self.ways for more in extra]
        )

    @property
    def ways(self) -> tuple[tuple[float, float], ...]:
        """Each move a marked cell makes, in amplitudes, and how often."""
        return moves(self.lean)

    @property
    def extra(self) -> float:
        """By how much more than the amplitude cells may move that are raised."""
        return self.step if self.rise else 0.0

    def farthest(self, values: Floats) -> Floats | float:
        """Return how far each value could be moved at most."""
        return (1 + self.lean) * (self.amplitudes(values) + self.extra)

    def amplitudes(self, values: Floats) -> Floats | float:
        """Return how far each value would be moved by a fair bit, if not raised."""
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
        """Return plain values without a float (their text reads back exactly); defaults are left out."""
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
        """The density of each step from the lowest markable value on, then that of all above, then 0."""
        first, last = np.floor(self.low / self.step), np.ceil(self.high / self.step)
        special = np.rint(np.array([*self.kept, *self.heaps]) / self.step)
        last = min(last, max(special.max(initial=first), first))
        table = np.full(int(last - first) + 3, self.density, np.float32)
        table[-1] = 0
        shares = np.array([*np.zeros(len(self.kept)), *self.heap_shares]) * self.density
        inside = (special >= first) & (special <= last)
        table[(special[inside] - first).astype(np.int64)] = shares[inside]
        return table


def places_of(step: float) -> int:
    """Return how many decimals write every multiple of a step."""
    return max(0, min(2 * _MOST_DECIMALS, int(np.ceil(-np.log10(step) - 1e-9))))


@dataclass(frozen=True)
class Spared:
    """What must stand besides what a column shows by itself.

    `sentinels` mean no quantity; no nudge crosses one of the `limits`: people below one stay below it.
    """

    sentinels: Sequence[float] = ()
    limits: Sequence[float] = ()


_NOTHING_SPARED = Spared()


def plan_marks(column: str, values: Floats, *, strength: float = DEFAULT_STRENGTH) -> MarkRule:
    """Return the rule for a column of numbers, from all the values the cohort holds; NaN is no value.

    `strength` is the root mean square of the nudges as a share of the SD.
    """
    distinct, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    return plan_marks_of(column, distinct, counts, strength=strength)


def plan_marks_of(
    column: str,
    distinct: Floats,
    counts: Counts,
    *,
    strength: float = DEFAULT_STRENGTH,
    spared: Spared = _NOTHING_SPARED,
    form: str = DECIMAL,
) -> MarkRule:
    """Return the same from a column's distinct values, ascending, and how many people have each."""
    total = int(counts.sum())
    if total < _FEWEST_VALUES or len(distinct) < _FEWEST_DISTINCT:
        return MarkRule(column, reason="too few values, or a coded category")
    body = _Body.of(distinct, counts)
    if body.spread == 0:
        return MarkRule(column, reason="no spread")
    rule = _absolute(
        column, body, strength * body.spread, grid_of(distinct, counts) if form == DECIMAL else 0.0
    )
    rule = replace(rule, form=form)
    if body.skewed:
        rule = _relative(rule, body, strength)
    if rule.density < _LEAST_DENSITY or rule.low >= rule.high:
        return MarkRule(column, rule.step, reason="its grid is too coarse for the strength asked for")
    rule = _with_kept(rule, distinct, counts, spared)
    if np.sum(counts[np.isin(distinct, rule.heaps)]) > _MOST_HEAPED * total:
        return MarkRule(column, rule.step, reason="mostly round numbers, beside which a mark would show")
    return rule


@dataclass(frozen=True)
class _Body:
    """A column without its edges: distinct values, their weights, mean and SD, and the range for marks."""

    values: Floats
    weights: Floats
    centre: float
    spread: float
    low: float
    high: float

    @classmethod
    def of(cls, distinct: Floats, counts: Counts) -> "_Body":
        before = np.cumsum(counts)
        ranks = np.array([_EDGE, 1 - _EDGE]) * (before[-1] - 1)
        low, high = distinct[np.searchsorted(before, np.floor(ranks), side="right")]
        inside = slice(np.searchsorted(distinct, low), np.searchsorted(distinct, high, "right"))
        values, weights = distinct[inside], counts[inside] / counts[inside].sum()
        centre = float(values @ weights)
        spread = float(np.sqrt((values - centre) ** 2 @ weights))
        far = _FARTHEST_SDS * spread
        low, high = float(max(low, centre - far)), float(min(high, centre + far))
        return cls(values, weights, centre, spread, low, high)

    @property
    def skewed(self) -> bool:
        """Whether the logarithms are much nearer to symmetric than the values, which are positive."""
        if self.values[0] <= 0:
            return False
        own = _skewness(self.values, self.weights)
        return own > _SKEWED and abs(_skewness(np.log(self.values), self.weights)) < _LESS_SKEWED * own


def _skewness(values: Floats, weights: Floats) -> float:
    apart = values - values @ weights
    spread = np.sqrt(apart**2 @ weights)
    return float(apart**3 @ weights / spread**3) if spread > 0 else 0.0


def _absolute(column: str, body: _Body, strength: float, grid: float) -> MarkRule:
    """Return the rule whose nudges, the same for every value, have `strength` as their root mean square."""
    step = grid or strength
    steps, density, rise = afforded(strength / step, CENTRED) if grid else (power(CENTRED) ** -0.5, 1.0, 0.0)
    rule = MarkRule(column, step, steps * step, density, rise=rise, lean=CENTRED)
    reach = float(rule.farthest(body.values[:1]))
    return replace(rule, low=body.low + reach, high=body.high - reach)


def _relative(rule: MarkRule, body: _Body, strength: float) -> MarkRule:
    """Turn a rule into one whose amplitude grows with the value, at no larger a root mean square."""
    logs = np.log(body.values)
    of_logs = float(np.sqrt((logs - logs @ body.weights) ** 2 @ body.weights))
    asked = strength * min(of_logs, body.spread / float(np.sqrt(body.values**2 @ body.weights)))
    share = asked / power(rule.lean) ** 0.5
    low = max(body.low, _LEAST_STEP * rule.step / share if rule.form == DECIMAL else 0.0)
    wide = replace(rule, amplitude=0.0, density=1.0, low=low, high=body.high, relative=share, rise=0.0)
    sizes = np.asarray(wide.amplitudes(body.values)) * (body.values >= low)
    mean_square = power(rule.lean) * float(sizes**2 @ body.weights)
    if mean_square == 0:
        return rule
    density = min(1.0, (strength * body.spread) ** 2 / mean_square)
    median = float(body.values[np.searchsorted(np.cumsum(body.weights), 0.5)])
    amplitude = float(np.asarray(wide.amplitudes(np.array([max(median, low)])))[0])
    # A nudge must not leave the range people have, nor one that is rounded to a step more.
    farthest, more = (1 + rule.lean) * share, rule.step if rule.form == DECIMAL else 0.0
    low, high = (low + more) / (1 - farthest), (body.high - more) / (1 + farthest)
    return replace(wide, amplitude=amplitude, density=density, low=low, high=high)


def _with_kept(rule: MarkRule, distinct: Floats, counts: Counts, spared: Spared) -> MarkRule:
    """Add what is left alone: zero, sentinels, and what a nudge would carry onto them or past a limit."""
    stand = np.unique([0.0, *spared.sentinels])
    ends = rule.outcomes(distinct)
    hit = np.isin(distinct, stand) | np.isin(ends, stand).any(axis=0)
    for limit in spared.limits:
        hit |= (ends.min(axis=0) < limit) & (ends.max(axis=0) >= limit)
    inside = (distinct >= rule.low) & (distinct <= rule.high)
    beside = () if rule.relative else rule.outcomes(stand)
    kept = np.concatenate([distinct[hit & inside], stand, *beside])
    kept = np.unique(rule.recorded(kept[(kept >= rule.low) & (kept <= rule.high)]))
    heaps, shares = _heaps(rule, distinct, counts)
    alone = shares < _LEAST_SHARE
    kept = np.unique(np.concatenate([kept, heaps[alone]]))
    free = ~alone & ~np.isin(heaps, kept)
    return replace(
        rule,
        kept=tuple(kept.tolist()),
        heaps=tuple(heaps[free].tolist()),
        heap_shares=tuple(np.round(shares[free], 6).tolist()),
    )


def _heaps(rule: MarkRule, distinct: Floats, counts: Counts) -> tuple[Floats, Floats]:
    """Return values much more common than those beside them, and how common these are as a share."""
    from scipy.ndimage import median_filter  # noqa: PLC0415 - it takes long to load

    around = median_filter(counts.astype(np.float64), size=_NEIGHBOURS, mode="constant")
    common = (counts > _HEAPED * int(counts.sum())) & (counts > _TIMES_NEIGHBOURS * around)
    common &= (distinct >= rule.low) & (distinct <= rule.high)
    return distinct[common], around[common] / counts[common]


def grid_of(distinct: Floats, counts: Counts) -> float:
    """Return the step nearly all values are multiples of: a power of ten, or 2 or 5 times one."""
    some = slice(None, None, max(1, len(distinct) // _SAMPLED_DISTINCT))
    for exponent in range(3, -_MOST_DECIMALS - 1, -1):
        for factor in (5.0, 2.0, 1.0):
            step = factor * 10.0**exponent
            if (
                _share_on(step, distinct[some], counts[some]) >= _SAMPLED_SHARE
                and _share_on(step, distinct, counts) >= _GRID_SHARE
            ):
                return step
    return 10.0**-_MOST_DECIMALS


def _share_on(step: float, distinct: Floats, counts: Counts) -> float:
    steps = distinct / step
    on = np.abs(steps - np.rint(steps)) <= _TOLERANCE * np.maximum(1, np.abs(steps))
    return float(np.sum(counts[on]) / np.sum(counts))


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else repr(float(value))
