"""Columns of decoys that are computed from others, with the errors that real people's values have.

Where a relation holds for a real person it holds for the decoy that follows them; where it fails, the decoy's
value differs from the formula's by as much as that person's. So as many decoys as people obey it.
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
from strongroom.tracer.relations.formulas import Formula
from strongroom.tracer.relations.relation import RANGES, Relation


class _Limits(Thresholds):
    """The numbers this module decides by."""

    beside: int = threshold(20, "ranks", "judgement: errors of people with much the same value")
    half_step: float = threshold(
        0.5 + 1e-6, "steps", "derived: a value rounded to its grid lies within half a step; 1e-6 for doubles"
    )
    no_grid: float = threshold(
        1e-5, "share of the grid's step", "judgement: numbers with more decimals than are kept have no grid"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class ComputedColumn:
    """Column `target` as a formula of the columns `sources`.

    Of real people with all sources, in ascending order of what the formula gives, `expected`: their own
    `values`, NaN where missing, and the `rounding_errors` of these (`rounding_errors_of`).
    """

    target: int
    sources: tuple[int, ...]
    relation: Relation
    step: float
    expected: Floats = field(repr=False)
    values: Floats = field(repr=False)
    rounding_errors: Floats = field(repr=False)
    codes: Floats | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, relation: Relation, people: Floats, names: Sequence[str], words: Sequence[str] = ()
    ) -> "ComputedColumn":
        """Learn from real people of shape (n, columns); `words` are those that a text's numbers stand for."""
        ordered = list(names)
        target, sources = ordered.index(relation.target), [ordered.index(name) for name in relation.inputs]
        expected = _given(relation, people, sources)
        able = np.flatnonzero(np.isfinite(expected))
        able = able[np.argsort(expected[able], kind="stable")]
        values = people[able, target]
        codes = np.array([_place(words, word) for word in relation.words]) if relation.words else None
        known = np.isfinite(values)
        step = step_of(values[known]) if known.any() else 1.0
        errors = np.zeros(len(values))
        errors[known] = rounding_errors_of(values[known], step)
        return cls(target, tuple(sources), relation, step, expected[able], values, errors, codes)

    def made(self, people: Floats, random: np.random.Generator) -> Floats:
        """Return the target of people of shape (m, columns); their own value where a source is missing."""
        made = people[:, self.target].copy()
        expected = _given(self.relation, people, self.sources)
        known = np.flatnonzero(np.isfinite(expected))
        if not len(self.expected) or not len(known):
            return made
        place = np.searchsorted(self.expected, expected[known])
        place += random.integers(-LIMITS.beside, LIMITS.beside + 1, len(known))
        place = np.clip(place, 0, len(self.expected) - 1)
        made[known] = self._like(expected[known], place)
        return made

    def _like(self, expected: Floats, place: NDArray[np.int64]) -> Floats:
        """Return values that differ from the expected ones as those of real people at these places do."""
        if self.codes is not None:
            # The relation numbers all words of the cohort, a sample may have fewer.
            coded = [self._worded(each) for each in (expected, self.expected[place])]
            agrees = coded[1] == self.values[place]
            return np.where(agrees & np.isfinite(coded[0]), coded[0], self.values[place])
        residual = self.values[place] - self.expected[place]
        held = np.abs(residual) <= self.step * LIMITS.half_step
        if self.relation.kind == RANGES:
            # A wrong code is another code, not a number between two.
            return np.where(np.isnan(residual), np.nan, np.where(held, expected, self.values[place]))
        wanted = expected + np.where(held, 0.0, residual)
        decimals = decimal(np.round(wanted / self.step), self.step)
        return with_rounding_errors(decimals, np.nan_to_num(self.rounding_errors[place]), self.step)

    def _worded(self, numbers: Floats) -> Floats:
        codes = np.empty(0) if self.codes is None else self.codes
        return codes[np.clip(np.nan_to_num(numbers), 0, len(codes) - 1).astype(np.int64)]


def _place(words: Sequence[str], word: str) -> float:
    return float(words.index(word)) if word in words else np.nan


def _given(relation: Relation, people: Floats, sources: Sequence[int]) -> Floats:
    columns = {name: people[:, place] for name, place in zip(relation.inputs, sources, strict=True)}
    return np.array(np.broadcast_to(Formula(relation.formula).evaluate(columns), len(people)))
