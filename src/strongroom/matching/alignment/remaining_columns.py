"""Identifies columns that were not recognised by themselves from the participants already matched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.alignment.column_correlations import ranks
from strongroom.matching.alignment.column_hypotheses import TableHypotheses, unchanged_hypotheses
from strongroom.matching.alignment.movements import Reaches
from strongroom.matching.alignment.value_likelihood import ValueLikelihood
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.recognised import Floats, Pairs, Places
from strongroom.matching.values.comparable import ValueKind
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    exact_rows: int = threshold(48, "rows", "cost: exact agreement is decided by a few dozen rows")
    compared: int = threshold(1_000, "pairs", "cost: a rank correlation is known to 0.03 from 1,000")
    convincing: float = threshold(10.0, "bits", "derived: log2 of a thousand columns")
    least_pairs: int = threshold(12, "pairs", "judgement: fewer pairs are correlated by chance")
    closely: float = threshold(
        0.6,
        "rank correlation",
        "judgement: another transform of the right column is above it, a merely related column below",
    )
    noisily: float = threshold(
        0.25,
        "rank correlation",
        "judgement: enough for a column that lies on the line of slope 1 through its own mean",
    )
    least_noisy: int = threshold(
        200, "pairs", "judgement: slope and shift of fewer noisy pairs are too uncertain"
    )
    off: float = threshold(
        0.05, "slope, or SDs of shift", "judgement: marks and rounding move slope and mean by less"
    )
    errors: float = threshold(4.0, "standard errors", "judgement: a correct column exceeds 4 once in 16,000")


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


@dataclass(frozen=True)
class RemainingColumns:
    """Finds the cohort column of those file columns that have none yet."""

    likely: TableHypotheses
    reaches: Reaches

    def of(self, hypotheses: Mapping[str, Hypothesis], pairs: Pairs) -> dict[str, Hypothesis]:
        """Return the hypotheses, with those that the pairs support for the remaining columns."""
        found = dict(hypotheses)
        if len(pairs.rows) == 0:
            return found
        pairs = pairs.at(slice(None, None, max(1, len(pairs.rows) // LIMITS.compared)))
        theirs = _PeoplesRanks(self.likely.held, pairs.people)
        for name, values in self.likely.values.items():
            file = FileColumn.of(values, pairs.rows[: LIMITS.exact_rows])
            plain = name not in found and values.kind is not ValueKind.TEXT
            if not plain or len(file.present) == 0 or np.ptp(file.present) == 0:
                continue
            listed = self.likely.of(name)
            hypotheses_by_column = [*listed, *unchanged_hypotheses(file, listed, self.likely.index)]
            told = self._exactly(file, hypotheses_by_column, pairs.at(slice(LIMITS.exact_rows)))
            told = told or self._roughly(values.keys[pairs.rows], hypotheses_by_column, theirs)
            if told is not None:
                found[name] = told
        return found

    def _exactly(
        self, file: FileColumn, hypotheses_by_column: Sequence[Hypothesis], pairs: Pairs
    ) -> Hypothesis | None:
        """Return the hypothesis that explains a column's values far better than chance does."""
        near = ValueLikelihood(self.likely.held, self.reaches, 0.0)
        gains = [(-np.inf, 0)]
        for place, each in enumerate(hypotheses_by_column):
            if each.transform is not None and each.way != "recoded":
                ratios = near.ratios(each, file, pairs.people[:, None])[:, 0]
                bits = float(np.sum(np.log2(1 + pairs.certainty * (ratios - 1))))
                gains.append((bits + each.odds, place))
        best, place = max(gains)
        return hypotheses_by_column[place] if best >= LIMITS.convincing else None

    def _roughly(
        self, mine: Floats, hypotheses_by_column: Sequence[Hypothesis], theirs: "_PeoplesRanks"
    ) -> Hypothesis | None:
        """Return the most correlated column, if closely correlated or equal but for much noise."""
        followed = list(_followed(mine, hypotheses_by_column, theirs))
        if not followed:
            return None
        closeness, best = max(followed, key=lambda each: each[0])
        if closeness >= LIMITS.closely:
            return best
        if closeness < LIMITS.noisily or best.way != "same":
            return None
        held = theirs.values(best.column)
        both = ~(np.isnan(mine) | np.isnan(held))
        return best if _equal_but_for_noise(mine[both], held[both]) else None


@dataclass(frozen=True, repr=False)
class _PeoplesRanks:
    """The values of the paired people, and their ranks, computed once for all of the file's columns."""

    held: CohortColumns
    people: Places
    _found: dict[tuple[str, bytes], Floats | None] = field(default_factory=dict, init=False)

    def values(self, column: str) -> Floats:
        """Return a column's values, shape (people,)."""
        return self.held.values(column, decimals=_DECIMALS)[self.people]

    def ranks(self, column: str, values: Floats, some: NDArray[np.bool_]) -> Floats | None:
        """Return the ranks of some of a column's values, centred and of length 1; None if all are equal."""
        key = column, some.tobytes()
        if key not in self._found:
            self._found[key] = _standard_ranks(values[some])
        return self._found[key]


def _followed(
    mine: Floats, hypotheses_by_column: Sequence[Hypothesis], theirs: _PeoplesRanks
) -> Iterator[tuple[float, Hypothesis]]:
    """Yield how closely values are correlated in rank with those of each column."""
    own: dict[bytes, Floats | None] = {}
    for each in hypotheses_by_column:
        if each.way == "recoded":
            continue
        values = theirs.values(each.column)
        both = ~(np.isnan(mine) | np.isnan(values))
        if np.count_nonzero(both) < LIMITS.least_pairs:
            continue
        key = both.tobytes()
        if key not in own:
            own[key] = _standard_ranks(mine[both])
        here, there = own[key], theirs.ranks(each.column, values, both)
        if here is not None and there is not None:
            yield abs(float(here @ there)), each


def _standard_ranks(values: Floats) -> Floats | None:
    if np.ptp(values) == 0:
        return None
    centred = ranks(values) - (len(values) + 1) / 2
    return np.asarray(centred / np.sqrt(centred @ centred), np.float64)


def _equal_but_for_noise(mine: Floats, theirs: Floats) -> bool:
    """Tell whether values are the others plus noise: on a line of slope 1 through their own mean.

    A column that is merely correlated with the right one lies on another line.
    """
    if len(mine) < LIMITS.least_noisy:
        return False
    spread = float(np.std(theirs))
    slope = float(np.cov(mine, theirs)[0, 1]) / float(np.var(theirs, ddof=1))
    error = float(np.std(mine - slope * theirs)) / (spread * np.sqrt(len(mine)))
    shift = abs(float(np.mean(mine - theirs))) / spread
    return bool(
        abs(slope - 1) <= LIMITS.off + LIMITS.errors * error and shift <= LIMITS.off + LIMITS.errors * error
    )
