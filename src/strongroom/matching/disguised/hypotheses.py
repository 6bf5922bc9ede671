"""Which cohort column a file's column could be, and how it was transformed: a short list with odds.

Distributions are compared through quantile sketches only: of the values themselves, of the values under the
inverses of known transforms, after standardising, and of how often values repeat. Odds are in bits and
deliberately mild: an extract may be of the old or the ill. Which rows the columns then agree on decides.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.known_transforms import KnownTransform, all_known_transforms
from strongroom.matching.disguised.levels import CohortLevels, FileColumn
from strongroom.matching.disguised.likelihood_tables import by_frequency, by_rank, by_value
from strongroom.matching.disguised.value_grid import Grid, grid_of
from strongroom.matching.recognised import Places, Singles
from strongroom.matching.storage.index import ColumnProfile, Index, collision_bits
from strongroom.matching.values.comparable import Floats, ValueKind
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most: int = threshold(12, "hypotheses a column", "cost: each takes a table of likelihood ratios")
    most_ranked: int = threshold(
        40,
        "hypotheses a column of ranks",
        "cost: ranks have one shape, so many more columns stay possible",
    )
    rank_error: float = threshold(
        2e-3,
        "share of the range",
        "judgement: how far values may be from a line through their ranks",
    )
    least_ranks: int = threshold(
        12,
        "distinct values",
        "judgement: fewer values lie on a line through their ranks by chance",
    )
    within: float = threshold(
        14.0,
        "bits below the best",
        "judgement: hypotheses 2^14 times less likely than the best are dropped",
    )
    effective_rows: int = threshold(
        150,
        "rows",
        "judgement: distributions count as if of at most this many rows, "
        "since an extract is never a random sample",
    )
    blur: float = threshold(
        0.05,
        "share of the column's spread",
        "judgement: the error that values are assumed to have; less excludes columns with noise added",
    )
    most_levels: int = threshold(
        40,
        "distinct values",
        "judgement: a column with more is compared by its values or ranks, not by frequencies",
    )
    grid_bonus: float = threshold(
        3.0,
        "bits",
        "judgement: set by trial on the exfiltration benchmark's scaled tables; a fitting grid is "
        "evidence that shape alone is not",
    )
    hopeless: float = threshold(
        -40.0,
        "bits",
        "judgement: hypotheses below this are dropped even if no other remains",
    )
    points_first: int = threshold(
        4,
        "points",
        "cost: most columns are given up at these; more are looked up in vain, fewer take more steps",
    )
    farthest: float = threshold(
        0.4,
        "difference of cumulative shares",
        "cost: a profile farther apart is dropped without its exact distance",
    )
    coarse_step: int = threshold(
        16,
        "quantiles",
        "cost: every 16th quantile is compared first, which excludes most profiles",
    )


LIMITS = _Limits()


# Price in bits of assuming a transform (judgement: set by trial on the exfiltration benchmark's cases).
_PRICE = {"same": 0.0, "known": 4.0, "scaled": 4.0, "falling": 7.0, "ranked": 8.0, "recoded": 6.0}
# Positions of the quantiles that shapes are compared at (cost).
_SKETCH_POINTS = slice(4, 125, 4)


@dataclass(frozen=True)
class Hypothesis:
    """A file column is this cohort column under this transform, with the odds in bits.

    `way` is same, known, scaled, falling, ranked or recoded; `transform` has the inverse, if it is known.
    """

    column: str
    way: str
    odds: float
    transform: KnownTransform | None = None

    @property
    def kind(self) -> str:
        """What distinguishes hypotheses on one cohort column: one transform of each rank order is enough."""
        if self.way == "grid" and self.transform is not None:
            return self.transform.name
        if self.transform is not None and self.transform.falling:
            return "falling"
        return self.way if self.way in {"falling", "recoded"} else "rising"

    def ratios(self, file: FileColumn, cohort: CohortLevels, *, blur: float = LIMITS.blur) -> Singles:
        """Return the likelihood ratio of each row's value for each level, shape (rows, levels).

        `blur` is the error that values may have, as a share of the column's standard deviation.
        """
        if self.way == "recoded":
            return by_frequency(file, cohort)
        if self.transform is None:
            return by_rank(file, cohort, rising=self.way != "falling")
        with np.errstate(over="ignore", invalid="ignore"):
            values = self.transform.invert(file.keys)
        near = max(blur * cohort.spread, written_unit(file, self.transform), 1e-9)
        return by_value(np.nan_to_num(values, nan=0.0, posinf=1e300, neginf=-1e300), near, file, cohort)


class ProfileTable:
    """All profiles of an index, stacked, to compare a file column with all of them at once."""

    def __init__(self, index: Index) -> None:
        self.profiles: Sequence[ColumnProfile] = list(index.columns.values())
        self._quantiles = np.array([each.quantiles for each in self.profiles]).reshape(len(self.profiles), -1)
        self._is_text = np.array([each.kind is ValueKind.TEXT for each in self.profiles])
        self._bits = np.array([each.bits for each in self.profiles])
        self._missing = np.array([each.missing for each in self.profiles])
        self._standard = _standardised(self._quantiles)
        points = np.linspace(0, 1, self._quantiles.shape[1])
        self._first, self._last = _repeated(self._quantiles, points)
        # Most profiles are excluded by a few quantiles.
        self._points = np.argsort(
            np.arange(len(points)) % LIMITS.coarse_step != LIMITS.coarse_step // 2, kind="stable"
        )
        self._jumps = [np.unique(row) for row in self._last]
        units = np.array([10.0**-each.decimals for each in self.profiles])
        self._steps_spread = np.maximum(_spread(self._quantiles) / units, 1e-9)
        frequencies = [
            np.sort(np.unique(each.quantiles, return_counts=True)[1])[::-1] / len(each.quantiles)
            for each in self.profiles
        ]
        few = [place for place, counts in enumerate(frequencies) if len(counts) <= 2 * LIMITS.most_levels]
        self._coarse = np.array(few, np.int64)
        self._frequencies = np.zeros((len(few), 2 * LIMITS.most_levels))
        for row, place in enumerate(few):
            self._frequencies[row, : len(frequencies[place])] = frequencies[place]

    def hypotheses(self, file: FileColumn, cohort: CohortColumns) -> list[Hypothesis]:
        """Return up to 12 hypotheses about a column, likeliest first."""
        del cohort
        found = [*self._by_value(file), *self._by_shape(file), *self._recoded(file)]
        found.sort(key=lambda each: -each.odds)
        kept: dict[tuple[str, str], Hypothesis] = {}
        for each in found:
            # Of transforms with the same ranks only the likeliest is needed.
            kept.setdefault((each.column, each.kind), each)
        best = [each for each in kept.values() if each.odds >= found[0].odds - LIMITS.within]
        return best[: LIMITS.most_ranked if _is_ranks(file.present) else LIMITS.most]

    def _by_value(self, file: FileColumn) -> Iterator[Hypothesis]:
        if file.values.kind is ValueKind.TEXT:
            return
        repeats = self._repeats(file)
        for transform in all_known_transforms():
            with np.errstate(all="ignore"):
                values = np.sort(transform.invert(file.present))
            values = values[np.isfinite(values)]
            if len(values) < 0.9 * len(file.present):
                continue
            odds = -self._misfit(self._gap(values)) - _PRICE["same" if transform.name == "same" else "known"]
            # Rounding adds repeats and noise removes them, so they say little here.
            odds = odds - np.minimum(repeats, 3.0)
            for place in np.flatnonzero(
                ~self._is_text & (odds > odds.max() - LIMITS.within) & (odds > LIMITS.hopeless)
            ).tolist():
                way = "same" if transform.name == "same" else "known"
                yield Hypothesis(self.profiles[place].name, way, float(odds[place]), transform)

    def _by_shape(self, file: FileColumn) -> Iterator[Hypothesis]:
        if file.values.kind is ValueKind.TEXT:
            return
        points = np.linspace(0, 1, self._quantiles.shape[1])
        mine = _standardised(np.quantile(file.present, points)[None, :])[0]
        grid = grid_of(file.present, unit=_unit(file))
        if grid is not None:
            yield from self._on_grid(file, grid)
        repeats = self._repeats(file)
        ranks = _is_ranks(file.present)
        for way, shape in (("scaled", mine), ("falling", -mine[::-1])):
            gap = np.mean(np.abs(self._standard - shape)[:, _SKETCH_POINTS], axis=1)
            misfit = np.minimum(np.minimum(len(file.present), LIMITS.effective_rows) * gap**2 * 2.0, 30)
            falling = way == "falling"
            price = _PRICE["falling" if falling else "scaled" if ranks else "ranked"]
            by_steps = -self._steps(file, falling=falling) - repeats - price - 3 * (falling and not ranks)
            # Ranks have the same shape in every column.
            odds = by_steps if ranks else np.maximum(-misfit - repeats - _PRICE[way], by_steps)
            named = "ranked" if ranks and not falling else way
            odds = np.where(self._is_text, -np.inf, odds)
            for place in np.flatnonzero(np.isfinite(odds) & (odds >= odds.max() - LIMITS.within)).tolist():
                yield Hypothesis(self.profiles[place].name, named, float(odds[place]))

    def _on_grid(self, file: FileColumn, grid: Grid) -> Iterator[Hypothesis]:
        """Yield columns whose spread is about as many grid steps, at the offsets that fit."""
        steps = grid.steps(file.present)
        mine = _spread(np.quantile(steps, np.linspace(0, 1, self._quantiles.shape[1]))[None, :])[0]
        total = min(len(steps), LIMITS.effective_rows)
        ratio = np.log(np.maximum(mine, 1e-9) / self._steps_spread)
        likely = np.flatnonzero(~self._is_text & (np.abs(ratio) < 3 / np.sqrt(total) + 0.08))
        repeats = self._repeats(file)
        for place in likely.tolist():
            profile = self.profiles[place]
            unit = 10.0**-profile.decimals
            for sign in (1.0, -1.0):
                best = self._offsets(np.sort(sign * steps), place, unit, total)
                for offset, misfit in best:
                    odds = (
                        -misfit
                        - 0.5 * repeats[place]
                        - _PRICE["scaled" if sign > 0 else "falling"]
                        + LIMITS.grid_bonus
                    )
                    transform = KnownTransform(
                        f"scaled by {sign * grid.step / unit:.6g}", _off_grid(grid, sign, offset, unit)
                    )
                    yield Hypothesis(profile.name, "grid", float(odds), transform)

    def _offsets(self, steps: Floats, place: int, unit: float, total: int) -> list[tuple[float, float]]:
        """Return the two best offsets, in steps, with their misfit in bits."""
        theirs = self._quantiles[place] / unit
        middle = np.round(
            np.mean(np.clip(theirs, theirs[6], theirs[-7]))
            - np.mean(np.clip(steps, *np.quantile(steps, [0.05, 0.95])))
        )
        reach = int(min(np.ceil(2.5 * self._steps_spread[place] / np.sqrt(total)), 6))
        first, last = self._first[place], self._last[place]
        found = []
        for offset in middle + np.arange(-reach, reach + 1):
            moved = steps + offset
            below = np.searchsorted(moved, theirs - 0.25, side="left") / len(moved)
            up_to = np.searchsorted(moved, theirs + 0.25, side="right") / len(moved)
            gap = np.max(np.maximum(np.abs(below - first), np.abs(up_to - last)))
            found.append((float(offset), float(self._misfit(np.array([gap]))[0])))
        return sorted(found, key=lambda pair: pair[1])[:2]

    def _recoded(self, file: FileColumn) -> Iterator[Hypothesis]:
        levels = np.unique(file.present, return_counts=True)[1]
        if len(levels) > LIMITS.most_levels:
            return
        shares = np.sort(levels / levels.sum())[::-1]
        if not len(self._coarse):
            return
        mine = np.zeros(2 * LIMITS.most_levels)
        mine[: len(shares)] = shares
        apart = np.abs(self._frequencies - mine).max(axis=1)
        odds = -self._misfit(np.maximum(apart - 0.02, 0)) - _PRICE["recoded"]
        if file.values.kind is ValueKind.TEXT:
            odds += self._is_text[self._coarse]
        for place in np.flatnonzero(odds >= odds.max() - LIMITS.within).tolist():
            yield Hypothesis(self.profiles[self._coarse[place]].name, "recoded", float(odds[place]))

    def _gap(self, present: Floats) -> Floats:
        """Return the largest gap of two cumulative shares for every profile, or one above the limit."""
        return largest_gaps(present, self._quantiles, self._first, self._last, self._points, LIMITS.farthest)

    def _misfit(self, gap: Floats) -> Floats:
        bits: Floats = np.minimum(2.885 * LIMITS.effective_rows * np.maximum(gap - 0.03, 0) ** 2, 60)
        return bits

    def _steps(self, file: FileColumn, *, falling: bool) -> Floats:
        """Return how badly the steps of a coarse column's cumulative share fit, in bits."""
        jumps = np.unique(
            np.searchsorted(file.present, np.unique(file.present), side="right") / len(file.present)
        )
        if falling:
            jumps = np.sort(1 - np.append(0.0, jumps[:-1]))
        if len(jumps) > LIMITS.most_levels:
            return np.zeros(len(self.profiles))
        apart = np.zeros(len(self.profiles))
        for place, steps in enumerate(self._jumps):
            away = np.abs(jumps[:, None] - steps[None, :])
            apart[place] = away.min(axis=1).max()
            if len(steps) <= LIMITS.most_levels:
                apart[place] = max(apart[place], away.min(axis=0).max())
        return self._misfit(apart)

    def _repeats(self, file: FileColumn) -> Floats:
        """Return how unlikely so many equal pairs are, in bits, allowing for overdispersion."""
        total = min(len(file.present), 400)
        some = file.present[np.linspace(0, len(file.present) - 1, total).astype(int)]
        pairs = total * (total - 1) / 2
        observed = pairs * 2.0 ** -collision_bits(some)
        if len(np.unique(some)) == total:
            observed = 0.0
        expected = pairs * 2.0**-self._bits + 0.2
        spread = np.sqrt(np.maximum(expected, observed) + (0.25 * np.maximum(expected, observed)) ** 2 + 1)
        rows = min(len(file.values.keys), 400)
        away = (self._missing - file.missing) / np.sqrt(self._missing * (1 - self._missing) / rows + 0.02**2)
        bits: Floats = np.minimum(0.72 * ((observed - expected) / spread) ** 2, 12) + np.minimum(
            0.72 * away**2, 6
        )
        return bits


def largest_gaps(  # noqa: PLR0917 - arrays that belong together
    present: Floats,
    quantiles: Floats,
    first: Floats,
    last: Floats,
    points: Places,
    hopeless: float,
) -> Floats:
    """Return the largest gap of two cumulative shares, for each of several sketches (sketches, quantiles).

    `present` are sorted values, `first` and `last` the cumulative shares of a quantile's value. The quantiles
    are tried in the order of `points`; a sketch is given up at its first gap above `hopeless`.
    """
    gaps, alive = np.zeros(len(quantiles)), np.arange(len(quantiles))
    start, count = 0, LIMITS.points_first
    while start < len(points) and len(alive):
        some = alive[:, None], points[start : start + count]
        values = quantiles[some]
        below = np.searchsorted(present, values, side="left") / len(present)
        up_to = np.searchsorted(present, values, side="right") / len(present)
        apart = np.maximum(np.abs(below - first[some]), np.abs(up_to - last[some]))
        apart = np.maximum.accumulate(np.column_stack([gaps[alive], apart]), axis=1)
        hopeless_at = np.argmax(apart > hopeless, axis=1)
        given_up = hopeless_at > 0
        last_tried = np.where(given_up, hopeless_at, apart.shape[1] - 1)
        gaps[alive] = apart[np.arange(len(alive)), last_tried]
        alive = alive[~given_up]
        start, count = start + count, 2 * count
    return gaps


def _repeated(quantiles: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Return the first and the last cumulative share of every quantile's value."""
    new = np.diff(quantiles, axis=1, prepend=-np.inf) > 0
    first = np.maximum.accumulate(np.where(new, points, 0.0), axis=1)
    ends = np.diff(quantiles, axis=1, append=np.inf) > 0
    last = np.minimum.accumulate(np.where(ends, points, 1.0)[:, ::-1], axis=1)[:, ::-1]
    return first, last


def _standardised(quantiles: Floats) -> Floats:
    """Centre and scale each row by its middle nine tenths."""
    trimmed = np.clip(quantiles, quantiles[:, 6:7], quantiles[:, -7:-6])
    spread = trimmed.std(axis=1, keepdims=True)
    standard: Floats = (trimmed - trimmed.mean(axis=1, keepdims=True)) / np.where(spread == 0, 1, spread)
    return standard


def _is_ranks(present: Floats) -> bool:
    """Tell whether sorted values are, up to scale, their own ranks."""
    if len(np.unique(present)) < LIMITS.least_ranks:
        return False
    below = np.searchsorted(present, present, side="left")
    middle = (below + np.searchsorted(present, present, side="right")) / 2
    last = below if below[-1] > 0 else middle
    for ranks in (middle, last, np.unique(present, return_inverse=True)[1]):
        line = np.polyfit(ranks, present, 1)
        if np.max(np.abs(np.polyval(line, ranks) - present)) <= LIMITS.rank_error * (
            present[-1] - present[0]
        ):
            return True
    return False


def _spread(quantiles: Floats) -> Floats:
    """Return the standard deviation of each row's middle nine tenths."""
    spread: Floats = np.clip(quantiles, quantiles[:, 6:7], quantiles[:, -7:-6]).std(axis=1)
    return spread


def _off_grid(grid: Grid, sign: float, offset: float, unit: float) -> Callable[[Floats], Floats]:
    return lambda values: (sign * grid.steps(values) + offset) * unit


def _unit(file: FileColumn) -> float:
    return 0.5 * 10.0**-file.values.decimals if file.values.kind is ValueKind.NUMBER else 0.0


def written_unit(file: FileColumn, transform: KnownTransform) -> float:
    """Return the error of an inverted value that comes from the file's rounding."""
    if file.values.kind is not ValueKind.NUMBER or len(file.present) == 0:
        return 0.0
    middle = float(np.median(file.present))
    half = 0.5 * 10.0**-file.values.decimals
    with np.errstate(all="ignore"):
        ends = transform.invert(np.array([middle - half, middle + half]))
    return float(abs(ends[1] - ends[0]) / 2) if np.all(np.isfinite(ends)) else 0.0
