"""Columns that two or three others give by any of + - * /: looked up, not tried one by one.

For every target t and column c, the values that `a + b` would need, such as t / c, are looked up among those
of all pairs of columns: a few people's values, standardised, are a point; equal columns are equal points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations as pairs_of
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.formula_fits import best_of
from strongroom.tracer.relations.formulas import Formula, quoted
from strongroom.tracer.relations.plain_numbers import simplest
from strongroom.tracer.relations.relation import OTHER, Relation, Searched

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    people: int = threshold(
        12, "people", "derived: 12 values to a part in 50 agree by chance once in 10^20 pairs of columns"
    )
    draws: int = threshold(
        3, "draws", "judgement: errors in the people drawn hide a formula that few others break"
    )
    least_values: int = threshold(
        12, "distinct values", "judgement: arithmetic over codes is none; sums of items are found by fits"
    )
    most_columns: int = threshold(
        120, "columns", "cost: the pairs of more columns do not fit; those with most values are taken"
    )
    apart: float = threshold(
        0.06, "of a vector's length", "derived: rounding to a sixth of an SD moves 12 values by so much"
    )
    neighbours: int = threshold(4, "pairs", "cost: the nearest are checked on more people")
    checked: int = threshold(300, "people", "cost: rules out nearly all on few people")
    most_checked: int = threshold(12, "formulas a column", "cost: the best are checked on the whole sample")
    unexplained: float = threshold(
        0.003, "share of variance", "judgement: rounded ratios of coarse columns leave up to so much"
    )


LIMITS = _Limits()

_OPERATIONS = ("+", "-", "*", "/", "\\")  # the last is the second over the first


def combined(columns: Searched, targets: Sequence[str], random: np.random.Generator) -> Iterator[Relation]:
    """Yield the best formula over two or three columns for each target that has one."""
    names = _fine(columns)
    wanted = [name for name in targets if name in names]
    if not wanted:
        return
    found: dict[str, set[str]] = {name: set() for name in wanted}
    for _ in range(LIMITS.draws):
        points = _Points.drawn(columns, names, random)
        if points is not None:
            for target in wanted:
                if target in points.names:
                    found[target] |= set(points.formulas(target))
    few = {name: column[:: max(1, len(column) // LIMITS.checked)] for name, column in columns.values.items()}
    for target, texts in found.items():
        left = sorted((_unexplained(few, target, text), len(text), text) for text in texts)
        promising = [text for share, _, text in left if share < LIMITS.unexplained][: LIMITS.most_checked]
        fitted = [_scaled(columns, target, text) for text in promising]
        best = best_of(columns, [columns.measured(target, text, OTHER) for text in fitted])
        if best is not None:
            yield best


def _fine(columns: Searched) -> list[str]:
    names = [name for name in columns.numbers if columns.distinct[name] >= LIMITS.least_values]
    return sorted(names, key=lambda name: -columns.distinct[name])[: LIMITS.most_columns]


@dataclass(frozen=True, repr=False)
class _Points:
    """Columns of a few people, `values` (columns, people), none missing."""

    names: list[str]
    values: Floats

    @classmethod
    def drawn(cls, columns: Searched, names: Sequence[str], random: np.random.Generator) -> "_Points | None":
        """Draw people who have as many of the columns as one of them drawn at random."""
        table = np.column_stack([columns.values[name] for name in names])
        known = np.isfinite(table)
        first = int(random.integers(len(names)))
        able = np.flatnonzero(known[:, first])
        if len(able) < LIMITS.people:
            return None
        best = able[np.argsort(-known[able].sum(axis=1), kind="stable")[: max(len(able) // 3, LIMITS.people)]]
        rows = random.choice(best, LIMITS.people, replace=False)
        full = np.flatnonzero(known[rows].all(axis=0)).tolist()
        return cls([names[each] for each in full], table[rows][:, full].T) if len(full) > 1 else None

    def formulas(self, target: str) -> Iterator[str]:
        """Yield texts of formulas that give a target, up to a scale and a constant, in these people."""
        own = self.values[self.names.index(target)]
        others = [place for place, name in enumerate(self.names) if name != target]
        texts, needed, beside = ["{0}"], [own], [""]
        for place in others:
            name, column = quoted(self.names[place]), self.values[place]
            beside += [self.names[place]] * 5
            with np.errstate(all="ignore"):
                needed += [own - column, own + column, own / column, own * column, column / own]
            texts += [
                f"{{0}} + {name}",
                f"{{0}} - {name}",
                f"{{0}} * {name}",
                f"{{0}} / {name}",
                f"{name} / {{0}}",
            ]
        queries, able = _standardised(np.array(needed))
        tree, pairs = self._pairs
        near, which = tree.query(queries, k=LIMITS.neighbours, distance_upper_bound=LIMITS.apart)
        for query, rank in np.argwhere(np.isfinite(near)).tolist():
            one, how, other = pairs[int(which[query, rank])]
            if target in (one, other) or beside[int(able[query])] in (one, other):
                continue
            inner = (
                f"{quoted(other)} / {quoted(one)}" if how == "\\" else f"{quoted(one)} {how} {quoted(other)}"
            )
            yield texts[int(able[query])].format(f"({inner})" if beside[int(able[query])] else inner)

    @cached_property
    def _pairs(self) -> tuple["cKDTree", list[tuple[str, str, str]]]:
        from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to load

        points, pairs = [], []
        for one, other in pairs_of(range(len(self.names)), 2):
            a, b = self.values[one], self.values[other]
            with np.errstate(all="ignore"):
                points += [a + b, a - b, a * b, a / b, b / a]
            pairs += [(self.names[one], how, self.names[other]) for how in _OPERATIONS]
        standard, able = _standardised(np.array(points))
        return cKDTree(standard), [pairs[each] for each in able]


def _standardised(rows: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return rows with mean 0, length 1 and a positive first value, and which rows have these."""
    with np.errstate(all="ignore"):
        centred = rows - rows.mean(axis=1, keepdims=True)
        length = np.sqrt((centred**2).sum(axis=1))
        able = np.flatnonzero(np.isfinite(length) & (length > 1e-9 * np.abs(rows).max(axis=1)))
        made = centred[able] / length[able, None]
    return made * np.where(made[:, :1] < 0, -1, 1), able


def _unexplained(few: dict[str, Floats], target: str, text: str) -> float:
    """Return the share of a column's variance that a straight line of the formula leaves."""
    given, values = Formula(text).evaluate(few), few[target]
    both = np.isfinite(given) & np.isfinite(values)
    if np.count_nonzero(both) < LIMITS.people or np.std(given[both]) == 0 or np.std(values[both]) == 0:
        return 1.0
    slope, level = _line(given[both], values[both])
    off = np.abs(values[both] - slope * given[both] - level)
    # The tenth that a relation may not hold for does not count.
    return float(np.quantile(off, 0.9) / np.std(values[both])) ** 2


def _line(given: Floats, values: Floats) -> tuple[float, float]:
    """Return slope and level of the straight line of least squares."""
    centred = given - given.mean()
    square = float(centred @ centred)
    slope = float(centred @ values) / square if square > 0 else 0.0
    return slope, float(values.mean() - slope * given.mean())


def _scaled(columns: Searched, target: str, text: str) -> str:
    """Return the formula with the plainest scale and constant that fit."""
    given, values = Formula(text).evaluate(columns.values), columns.values[target]
    both = np.isfinite(given) & np.isfinite(values)
    given, values = given[both], values[both]
    slope, level = _line(given, values)
    off = np.abs(values - slope * given - level)
    used = off <= np.quantile(off, 0.75)
    slope, level = _line(given[used], values[used])
    texts = []
    for margin in (0.03, 0.01, 0.003, 0.001, 1e-4):
        scale = simplest(float(slope), margin * abs(float(slope)))
        rest = simplest(float(np.median(values - scale * given)), columns.tolerance(target))
        texts.append(f"{scale:.9g} * ({text}) + {rest:.9g}".replace("+ -", "- "))
    texts.append(f"{slope:.9g} * ({text}) + {level:.9g}".replace("+ -", "- "))
    best = max(texts, key=lambda each: columns.measured(target, each, OTHER).share)
    return best.removeprefix("1 * ").removesuffix(" + 0")
