"""Fits each column once its participants are roughly known: the transform, the noise and the grid."""

from collections.abc import Mapping

import numpy as np

from strongroom.matching.alignment.movements import Reaches, amplitudes_of, moves_of
from strongroom.matching.alignment.transforms import Sample, fitted_transform
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.value_grid import grid_of
from strongroom.matching.noise_models.gaussian import fitted_noise
from strongroom.matching.noise_models.replaced_cells import fitted_replaced
from strongroom.matching.recognised import Floats, Pairs, RecognisedColumn, Transform
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_pairs: int = threshold(
        20_000, "pairs", "cost: a transform and its noise are known to 1 % from fewer"
    )
    least_pairs: int = threshold(4, "pairs", "judgement: a line with noise has three parameters")
    most_noise: float = threshold(
        2.4,
        "SDs of the file's column",
        "judgement: noise beyond the variation of the column itself means that the transform explains "
        "nothing",
    )
    clearly_better: float = threshold(
        0.6,
        "ratio of mean residuals",
        "judgement: set by trial on the attribution benchmark's cases; separates lines through one of the "
        "two marked values",
    )
    probable: float = threshold(0.5, "probability", "judgement: a pair likelier right than wrong")
    surest: float = threshold(
        0.7,
        "quantile of certainty",
        "judgement: where few pairs are probable, the best three tenths fit the transform",
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


class ColumnFitter:
    """Fits the columns of one table; `reaches` says how far marks may have moved each cohort column."""

    def __init__(self, values: Mapping[str, Values], held: CohortColumns, reaches: Reaches) -> None:
        self._values, self._held, self._reaches = values, held, reaches
        self._halves: dict[str, float] = {}

    def fitted(
        self, hypotheses: Mapping[str, Hypothesis], pairs: Pairs, *, blur: float = 0.0, slack: float = 0.0
    ) -> tuple[RecognisedColumn, ...]:
        """Fit every column with a hypothesis to the pairs, weighted by their certainty.

        `blur` is the least noise to assume, as a share of a column's SD: with too little at first, only
        people with values near by chance would match and confirm themselves. `slack` is the same for
        transformed columns: a line fitted to a few dozen pairs is inaccurate at its ends.
        """
        fits = (self._fitted(name, each, pairs, blur=blur, slack=slack) for name, each in hypotheses.items())
        return tuple(column for column in fits if column is not None)

    def _fitted(
        self, name: str, hypothesis: Hypothesis, pairs: Pairs, *, blur: float, slack: float
    ) -> RecognisedColumn | None:
        column = hypothesis.column
        held = self._held.values(column, decimals=_DECIMALS)
        mine, theirs = self._values[name].keys[pairs.rows], held[pairs.people]
        both = np.flatnonzero(~(np.isnan(mine) | np.isnan(theirs)))
        if len(both) < LIMITS.least_pairs:
            return None
        both = both[:: max(1, len(both) // LIMITS.most_pairs)]
        mine, theirs, certainty = mine[both], theirs[both], pairs.certainty[both]
        sure = certainty >= min(LIMITS.probable, float(np.quantile(certainty, LIMITS.surest)))
        half = self.half(name)
        rules = self._reaches.get(column, ())
        reach = amplitudes_of(rules, theirs)
        everybody = held[:: max(1, len(held) // LIMITS.most_pairs)]
        transform = fitted_transform(
            Sample(theirs[sure], mine[sure], reach[sure], half), everybody, hypothesis.transform
        )
        if transform is None:
            return None
        if transform.name.endswith("levels"):
            half = 0.5 * float(np.min(np.diff(np.unique(mine))))
        with np.errstate(all="ignore"):
            moved = np.abs(transform(theirs + reach) - transform(theirs - reach)) / 2
            away = mine - transform(theirs)
        if transform.name != "same":
            centre = _centre(away, moved)
            transform, away = _shifted(transform, centre), away - centre
        noise = fitted_noise(away, moved, half, certainty, moves_of(rules))
        spread = float(np.std(mine))
        least = blur if transform.name == "same" else max(blur, slack)
        if noise.spread > LIMITS.most_noise * spread:
            return None
        replaced = fitted_replaced(
            away - noise.shift, moved, half, certainty, spread=noise.spread, moves=moves_of(rules)
        )
        added, gone = (noise.spread, 0.0) if replaced is None else (replaced.spread, replaced.share)
        return RecognisedColumn(
            name,
            column,
            _shifted(transform, noise.shift),
            max(added, least * spread),
            half,
            replaced=gone,
        )

    def half(self, name: str) -> float:
        """Return half the step of the grid of the file's values."""
        if name not in self._halves:
            values = self._values[name]
            unit = 0.5 * 10.0**-values.decimals if values.kind is ValueKind.NUMBER else 0.5
            present = np.sort(values.keys[~np.isnan(values.keys)][: LIMITS.most_pairs])
            grid = grid_of(present, unit=unit) if values.kind is ValueKind.NUMBER and len(present) else None
            self._halves[name] = max(unit, grid.step / 2) if grid is not None else unit
        return self._halves[name]


def _centre(away: Floats, moved: Floats) -> float:
    """Return the offset of a line that was fitted to one of the two marked values, not their midpoint."""
    usable = np.isfinite(moved) & np.isfinite(away)
    if not usable.any():
        return 0.0
    away, moved = away[usable], moved[usable]
    usual = float(np.median(moved))

    def cost(shift: float) -> float:
        rest = np.abs(away - shift)
        return float(np.mean(np.minimum(np.abs(rest - moved), rest)))

    best = min((0.0, usual, -usual), key=cost)
    return best if cost(best) < LIMITS.clearly_better * cost(0.0) else 0.0


def _shifted(transform: Transform, shift: float) -> Transform:
    if shift == 0:
        return transform
    return Transform(transform.name, lambda values: transform(values) + shift)
