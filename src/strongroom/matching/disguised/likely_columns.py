"""Which cohort columns could a dozen values be of? Those under whose distribution they are likeliest.

Of so few values a shape says next to nothing. Where they lie does: each has a probability under a column's
quantiles, and the product of these ranks the columns, as they are or undone in a known way.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.kernels import likelihoods
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.storage.index import ColumnProfile, Index
from strongroom.matching.values.comparable import ValueKind

MOST = 16
_WITHIN = 10.0
_PRICE = 4.0
_BLUR = 0.05
_FEWEST_BITS = 0.5
_LEAST_READ = 0.9
# Values of a column have some -5 bits each, values outside of it -12.
_NOBODYS = -9.0


class ColumnLikelihoods:
    """The quantiles of an index's columns of numbers and dates, to ask where values may come from."""

    def __init__(self, index: Index) -> None:
        self._profiles: Sequence[ColumnProfile] = [
            each
            for each in index.columns.values()
            if each.kind is not ValueKind.TEXT and each.bits > _FEWEST_BITS
        ]
        self._quantiles = np.array([each.quantiles for each in self._profiles]).reshape(
            len(self._profiles), -1
        )

    def hypotheses(self, file: FileColumn) -> list[Hypothesis]:
        """Return up to 16 cohort columns, each under its likeliest known transform, likeliest first."""
        if file.values.kind is ValueKind.TEXT or not self._profiles:
            return []
        best: dict[str, Hypothesis] = {}
        most = (_NOBODYS - 1) * len(file.present)
        blur = max(half_step(file), _BLUR * float(np.std(file.present)))
        below, above = file.present - blur, file.present + blur
        for undo in all_known_transforms():
            with np.errstate(all="ignore"):
                one, other = undo.invert(below), undo.invert(above)
                known = np.isfinite(one + other)
            low, high = np.minimum(one, other)[known], np.maximum(one, other)[known]
            if len(low) < _LEAST_READ * len(file.present):
                continue
            price = 0.0 if undo.name == "same" else _PRICE
            odds = likelihoods(low, high, self._quantiles, most - _WITHIN + price) - price
            most = max(most, float(odds.max()))
            for place in np.flatnonzero(odds >= most - _WITHIN).tolist():
                name = self._profiles[place].name
                if name not in best or best[name].odds < odds[place]:
                    way = "same" if undo.name == "same" else "known"
                    best[name] = Hypothesis(name, way, float(odds[place]), undo)
        if most < _NOBODYS * len(file.present):
            return []
        kept = sorted(best.values(), key=lambda each: -each.odds)[:MOST]
        # What all have in common says nothing of which it is.
        return [replace(each, odds=each.odds - most) for each in kept if each.odds >= most - _WITHIN]


def half_step(file: FileColumn) -> float:
    """Return half the last place that a column's numbers are written with; half a day of dates."""
    return 0.5 * 10.0**-file.values.decimals
