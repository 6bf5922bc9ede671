"""Likelihood ratios of a file value for given participants, if a column is what a hypothesis says."""

from dataclasses import dataclass

import numpy as np

from strongroom.matching.alignment.movements import Reaches, amplitudes_of
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis, written_unit
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.disguised.match_disguised import levels_of
from strongroom.matching.recognised import Floats, Places
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    stray: float = threshold(
        0.05, "share of cells", "judgement: values of another participant or with gross errors"
    )
    missing_ratio: float = threshold(
        0.1,
        "likelihood ratio",
        "judgement: a value in the file that the person lacks speaks ten to one against",
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals
# SDs: half widths of nested windows. derived: steps of half an SD reproduce a normal density to a few per
# cent.
_WINDOWS = np.arange(0.25, 4.5, 0.5)
# derived: what the normal density loses between the edges of two windows.
_HEIGHTS = -np.diff(np.exp(-0.5 * np.append(_WINDOWS - 0.25, 10.0) ** 2))


@dataclass(frozen=True)
class ValueLikelihood:
    """Values are compared assuming noise of `blur` x a column's SD.

    `reaches` says how far marks may have moved the values of each column besides.
    """

    held: CohortColumns
    reaches: Reaches
    blur: float

    def ratios(self, hypothesis: Hypothesis, file: FileColumn, people: Places) -> Floats:
        """Return p(value | person) / p(value | somebody), shape of `people`: (rows, any number).

        `file` has the rows' values. A missing value says nothing. The comparison is with people who have a
        value; otherwise columns that are missing together would each count.
        """
        undo = hypothesis.transform
        if undo is None:
            raise TypeError("a hypothesis without a way back has no values to compare")
        with np.errstate(all="ignore"):
            mine = undo.invert(file.keys)
        held = self.held.values(hypothesis.column, decimals=_DECIMALS)
        reach = amplitudes_of(self.reaches.get(hypothesis.column, ()), mine)
        reach = reach + written_unit(file, undo) + 1e-9 * np.maximum(np.abs(mine), 1.0)
        away = held[people] - mine[:, None]
        if self.blur:
            spread = levels_of(self.held, hypothesis.column).spread
            noise = np.hypot(self.blur * spread, reach)
            inside, usual = (
                np.exp(-0.5 * (away / noise[:, None]) ** 2),
                self._bell(hypothesis.column, mine, noise),
            )
        else:
            inside = (np.abs(away) <= reach[:, None]).astype(np.float64)
            usual = self._window(hypothesis.column, mine, reach)
        ratios = (1 - LIMITS.stray) * inside / usual[:, None] + LIMITS.stray
        ratios = np.where(np.isnan(away), LIMITS.missing_ratio, ratios)
        ratios[np.isnan(mine)] = 1.0
        return np.asarray(ratios, np.float64)

    def _bell(self, column: str, values: Floats, noise: Floats) -> Floats:
        shares = [self._counted(column, values, width * noise) for width in _WINDOWS]
        return self._at_least_one(column, _HEIGHTS @ np.array(shares))

    def _window(self, column: str, values: Floats, reach: Floats) -> Floats:
        return self._at_least_one(column, self._counted(column, values, reach))

    def _at_least_one(self, column: str, counts: Floats) -> Floats:
        """Return shares of those with a value, at least one person's: an unknown value is not common."""
        return np.asarray(np.maximum(counts, 1.0) / max(self._before(column)[-1], 1), np.float64)

    def _counted(self, column: str, values: Floats, reach: Floats) -> Floats:
        """Return how many people are within `reach` of each value."""
        distinct, before = self.held.coded(column).distinct, self._before(column)
        low = before[np.searchsorted(distinct, values - reach, "left")]
        high = before[np.searchsorted(distinct, values + reach, "right")]
        return np.asarray(high - low, np.float64)

    def _before(self, column: str) -> Places:
        counts = self.held.coded(column).counts
        found: Places = self.held.derived(
            ("people before", column), lambda: np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        )
        return found
