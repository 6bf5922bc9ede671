"""The cohort columns that a dozen values could be from: those under whose distribution they are likeliest.

So few values hardly show a shape, but their location says much: each has a probability under a column's
quantiles, and the product of these ranks the columns, for plain values and for inverses of known transforms.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.storage.index import ColumnProfile, Index
from strongroom.matching.values.comparable import ValueKind
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_candidates: int = threshold(
        16,
        "cohort columns a file column",
        "cost: each is looked up for every row and person",
    )
    within: float = threshold(
        10.0,
        "bits below the best",
        "judgement: columns 2^10 times less likely than the best are dropped",
    )
    transform_price: float = threshold(
        4.0,
        "bits",
        "judgement: a known transform must fit 2^4 times better than none, since about sixty are tried",
    )
    blur: float = threshold(
        0.05,
        "share of the column's spread",
        "judgement: the error that values are assumed to have; less excludes columns with noise added",
    )
    least_bits: float = threshold(
        0.5,
        "bits",
        "judgement: a cohort column in which nearly all people have one value carries no information",
    )
    least_inverted: float = threshold(
        0.9,
        "share of values",
        "judgement: if fewer values can be transformed back, another transform was applied",
    )
    hopeless: float = threshold(
        -9.0,
        "bits a value",
        "judgement: values of a column have about -5 bits each, values outside of it -12",
    )


LIMITS = _Limits()
MOST_CANDIDATES = LIMITS.most_candidates


class ColumnLikelihoods:
    """The quantiles of an index's numeric and date columns, to compute how likely values are under each."""

    def __init__(self, index: Index) -> None:
        self._profiles: Sequence[ColumnProfile] = [
            each
            for each in index.columns.values()
            if each.kind is not ValueKind.TEXT and each.bits > LIMITS.least_bits
        ]
        self._quantiles = np.array([each.quantiles for each in self._profiles]).reshape(
            len(self._profiles), -1
        )

    def hypotheses(self, file: FileColumn) -> list[Hypothesis]:
        """Return up to 16 cohort columns, each under its likeliest known transform, likeliest first."""
        if file.values.kind is ValueKind.TEXT or not self._profiles:
            return []
        from strongroom.matching.disguised.kernels import likelihoods  # noqa: PLC0415 - a compiler, which few tables need

        best: dict[str, Hypothesis] = {}
        most = (LIMITS.hopeless - 1) * len(file.present)
        blur = max(half_step(file), LIMITS.blur * float(np.std(file.present)))
        below, above = file.present - blur, file.present + blur
        for transform in all_known_transforms():
            with np.errstate(all="ignore"):
                one, other = transform.invert(below), transform.invert(above)
                known = np.isfinite(one + other)
            low, high = np.minimum(one, other)[known], np.maximum(one, other)[known]
            if len(low) < LIMITS.least_inverted * len(file.present):
                continue
            price = 0.0 if transform.name == "same" else LIMITS.transform_price
            odds = likelihoods(low, high, self._quantiles, most - LIMITS.within + price) - price
            most = max(most, float(odds.max()))
            for place in np.flatnonzero(odds >= most - LIMITS.within).tolist():
                name = self._profiles[place].name
                if name not in best or best[name].odds < odds[place]:
                    way = "same" if transform.name == "same" else "known"
                    best[name] = Hypothesis(name, way, float(odds[place]), transform)
        if most < LIMITS.hopeless * len(file.present):
            return []
        kept = sorted(best.values(), key=lambda each: -each.odds)[: LIMITS.most_candidates]
        # Relative to the best: what all have in common does not distinguish them.
        return [replace(each, odds=each.odds - most) for each in kept if each.odds >= most - LIMITS.within]


def half_step(file: FileColumn) -> float:
    """Return half the last digit of a column's numbers; half a day for dates."""
    return 0.5 * 10.0**-file.values.decimals
