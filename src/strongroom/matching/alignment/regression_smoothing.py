"""Columns smoothed towards their prediction from other columns: by regression or principal components.

An attacker who takes marks for noise may shrink every value towards its prediction: y = a + s x + b z, where
x is a participant's own value and z are their other columns. Compared with x alone, most of y looks like
noise. The part of the other columns is a function of the cohort's values: it is fitted by least squares and
subtracted. The mark remains, scaled by s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.alignment.movements import Reaches, amplitudes_of, moves_of
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.noise_models.gaussian import fitted_noise
from strongroom.matching.recognised import Floats, OthersPart, Pairs, Places, RecognisedColumn, Transform
from strongroom.matching.values.comparable import Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_pairs: int = threshold(5_000, "pairs", "cost: a least-squares fit a noisy column")
    pairs_per_term: int = threshold(
        8, "pairs per coefficient", "judgement: with fewer, chance explains what the fit should measure"
    )
    clearly_better: float = threshold(
        0.7,
        "ratio of median residuals",
        "derived: sqrt(1/2): the other columns explain half of the remaining variance; chance and wrong "
        "pairs stay far from that",
    )
    trimmed: float = threshold(3.5, "SDs", "judgement: farther values are another participant's")
    rounds: int = threshold(6, "fits", "cost: trimming settles in fewer")
    probable: float = threshold(0.5, "probability", "judgement: a pair likelier right than wrong")
    least_missing: int = threshold(
        10, "pairs", "judgement: fewer do not show what a missing value was replaced by"
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals
_NEGLIGIBLE = 1e-12  # fixed: share of the largest eigenvalue; smaller ones are rounding errors
_SIGMA = 1.4826  # fixed: SD over median absolute deviation of a normal distribution


@dataclass(frozen=True)
class RegressionSmoothing:
    """Detects which columns of a table were smoothed with others, and how; `values` are the table's."""

    values: Mapping[str, Values]
    held: CohortColumns
    reaches: Reaches

    def of(self, columns: Sequence[RecognisedColumn], pairs: Pairs) -> tuple[RecognisedColumn, ...]:
        """Return the columns; those predicted much better with other columns get that part added."""
        likely = pairs.at(pairs.certainty >= LIMITS.probable)
        likely = likely.at(slice(None, None, max(1, len(likely.rows) // LIMITS.most_pairs)))
        noisy = [each for each in columns if self._is_noisy(each)]
        if not noisy or len(columns) < 2:  # noqa: PLR2004 - it takes another to blend with
            return tuple(columns)
        terms = [self._term(each, likely) for each in columns]
        found = {each.file_column: self._blended(each, columns, terms, likely) for each in noisy}
        return tuple(found.get(each.file_column) or each for each in columns)

    def _is_noisy(self, column: RecognisedColumn) -> bool:
        theirs = self._theirs(column)
        with np.errstate(all="ignore"):
            reach = amplitudes_of(self.reaches.get(column.cohort_column, ()), theirs)
            moved = np.abs(column.transform(theirs + reach) - column.transform(theirs))
        return column.noise > float(np.nanmedian(moved)) / 2 + column.half

    def _theirs(self, column: RecognisedColumn) -> Floats:
        return self._read(column.cohort_column)

    def _read(self, name: str) -> Floats:
        return self.held.values(name, decimals=_DECIMALS)

    def _term(self, column: RecognisedColumn, pairs: Pairs) -> "_Term":
        with np.errstate(all="ignore"):
            return _Term.of(column.transform(self._theirs(column)[pairs.people]))

    def _blended(
        self,
        column: RecognisedColumn,
        columns: Sequence[RecognisedColumn],
        terms: Sequence["_Term"],
        pairs: Pairs,
    ) -> RecognisedColumn | None:
        own = next(place for place, each in enumerate(columns) if each is column)
        mine = self.values[column.file_column].keys[pairs.rows]
        theirs = self._theirs(column)[pairs.people]
        with np.errstate(all="ignore"):
            expected = column.transform(theirs)
        both = np.flatnonzero(np.isfinite(mine) & np.isfinite(expected))
        parts = [terms[own].values[:, :1], *(each.values for at, each in enumerate(terms) if at != own)]
        design = np.column_stack([np.ones(len(mine)), *parts])[both]
        if len(both) < LIMITS.pairs_per_term * design.shape[1]:
            return None
        weights, left = _least_squares(design, mine[both], pairs.certainty[both])
        before = mine[both] - expected[both]
        if np.median(np.abs(left)) > LIMITS.clearly_better * np.median(np.abs(before - np.median(before))):
            return None
        others = [each for at, each in enumerate(columns) if at != own]
        others_part = self._others_part(
            others, [each for at, each in enumerate(terms) if at != own], weights[2:]
        )
        blended = replace(
            column, transform=terms[own].scaled(column.transform, weights[:2]), others_part=others_part
        )
        return self._measured(blended, mine[both], theirs[both], pairs.at(both))

    def _others_part(
        self, others: Sequence[RecognisedColumn], terms: Sequence["_Term"], weights: Floats
    ) -> OthersPart:
        """Return the contribution of the other columns to everybody's value."""
        parts, at = [], 0
        for each, term in zip(others, terms, strict=True):
            width = term.values.shape[1]
            parts.append((each.cohort_column, term.contribution(each.transform, weights[at : at + width])))
            at += width
        return OthersPart.of(tuple(parts), self._read, people=self.held.people)

    def _measured(
        self, column: RecognisedColumn, mine: Floats, theirs: Floats, pairs: Pairs
    ) -> RecognisedColumn:
        """Return the column with its remaining noise fitted and centred."""
        rules = self.reaches.get(column.cohort_column, ())
        reach = amplitudes_of(rules, theirs)
        with np.errstate(all="ignore"):
            low, high = (column.shown(theirs + way * reach, pairs.people) for way in (-1, 1))
        away, moved = mine - (low + high) / 2, np.abs(high - low) / 2
        noise = fitted_noise(away, moved, column.half, pairs.certainty, moves_of(rules))
        others_part = None if column.others_part is None else column.others_part.shifted(noise.shift)
        return replace(column, noise=noise.spread, others_part=others_part)


@dataclass(frozen=True, repr=False)
class _Term:
    """One column in the regression: standardised, with the mean for missing values and a missing indicator.

    `values` has shape (pairs, 1 or 2).
    """

    mean: float
    spread: float
    has_missing: bool
    values: Floats

    @classmethod
    def of(cls, expected: Floats) -> "_Term":
        present = expected[np.isfinite(expected)]
        mean = float(np.mean(present)) if len(present) else 0.0
        spread = float(np.std(present)) if len(present) else 0.0
        has_missing = min(len(present), len(expected) - len(present)) >= LIMITS.least_missing
        empty = cls(mean, spread if spread > 0 else 1.0, has_missing, np.empty((0, 1)))
        return replace(empty, values=empty.columns(expected))

    def columns(self, expected: Floats) -> Floats:
        known = np.isfinite(expected)
        standard = np.where(known, (expected - self.mean) / self.spread, 0.0)
        return np.column_stack([standard, ~known] if self.has_missing else [standard])

    def contribution(self, transform: Transform, weights: Floats) -> Callable[[Floats], Floats]:
        """Return what the column contributes to another, smoothed one, as a function of its values."""
        return lambda values: np.asarray(self.columns(transform(values)) @ weights, np.float64)

    def scaled(self, transform: Transform, weights: Floats) -> Transform:
        """Return the column's own part of the smoothed value, from its intercept and weight."""
        slope = float(weights[1]) / self.spread
        start = float(weights[0]) - slope * self.mean
        return Transform("blended", lambda values: start + slope * transform(values))


def _least_squares(design: Floats, mine: Floats, certainty: Floats) -> tuple[Floats, Floats]:
    """Return weights and residuals of a trimmed fit, which ignores the outliers of wrong matches."""
    kept: NDArray[np.bool_] | Places = np.ones(len(mine), bool)
    root = np.sqrt(certainty)
    weights: Floats = np.zeros(design.shape[1])
    left: Floats = mine
    for _ in range(LIMITS.rounds):
        some = design[kept] * root[kept, None]
        # Normal equations take a tenth of the time of decomposing the rows; terms are standardised.
        solved = np.linalg.lstsq(some.T @ some, some.T @ (mine[kept] * root[kept]), rcond=_NEGLIGIBLE)
        weights = np.asarray(solved[0], np.float64)
        left = mine - design @ weights
        kept = np.abs(left) <= LIMITS.trimmed * _SIGMA * np.median(np.abs(left)) + 1e-12
    return weights, left
