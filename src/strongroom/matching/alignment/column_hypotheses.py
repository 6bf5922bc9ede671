"""What could a column be? The hypotheses of a check (`matching.disguised`), and first of all: itself, marked.

A fragment of ten rows says little about a distribution. How little follows from the number of values: two
cumulative shares differ by more than d with probability about 2 exp(-2 n d^2) (Massart 1990).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis, ProfileTable
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    effective: int = threshold(
        150,
        "values",
        "judgement: a leaked subset is no random sample, so a larger one does not say more about a "
        "distribution",
    )
    most_values: int = threshold(
        4_096, "values", "cost: shares are known to 1/4,096 from so many in order; all are sorted 60 times"
    )
    slack: float = threshold(
        0.03,
        "difference of cumulative shares",
        "judgement: marks, withdrawals and selection move a distribution by so much",
    )
    most_same: int = threshold(
        16, "hypotheses", "cost: columns compared unchanged, those of nearest distribution"
    )
    most: int = threshold(22, "hypotheses a column", "cost: time grows with them")
    within: float = threshold(
        14.0,
        "bits below the best",
        "judgement: less likely readings never became the best on the attribution benchmark's cases",
    )
    same_name: float = threshold(
        5.0, "bits", "judgement: a right name is a hint; names may be swapped on purpose"
    )


LIMITS = _Limits()

_BITS = 2.885  # fixed: 2 / ln 2: bits per n d^2 in the bound 2 exp(-2 n d^2) (Massart 1990)


@dataclass(frozen=True, repr=False)
class TableHypotheses:
    """What each column of one table could be by itself, found once for all readings of the table."""

    values: Mapping[str, Values]
    held: CohortColumns
    index: Index
    _found: dict[str, Sequence[Hypothesis]] = field(default_factory=dict, init=False, compare=False)

    def of(self, name: str) -> Sequence[Hypothesis]:
        """Return the hypotheses about a column, likeliest first."""
        if name not in self._found:
            file = FileColumn.of(_thinned(self.values[name]), np.empty(0, np.int64))
            self._found[name] = likely_hypotheses(name, file, self.held, self.index)
        return self._found[name]


def _thinned(values: Values) -> Values:
    """Return every few of very many values in order, and as many of the missing ones."""
    known = ~np.isnan(values.keys)
    step = -(-len(values.keys) // LIMITS.most_values)
    if step <= 1 or not known.any():
        return values
    kept = np.concatenate([np.sort(values.keys[known])[step // 2 :: step], values.keys[~known][::step]])
    return Values(values.kind, kept, values.decimals)


def likely_hypotheses(name: str, file: FileColumn, held: CohortColumns, index: Index) -> list[Hypothesis]:
    """Return up to 22 hypotheses about a column, likeliest first; a matching name is only a hint."""
    sketches = held.derived("sketches", lambda: ProfileTable(index))
    others = sketches.hypotheses(file, held) if len(file.present) else []
    found: dict[tuple[str, str], Hypothesis] = {}
    for each in [*_unchanged(name, file, index), *others]:
        before = found.get((each.column, each.kind))
        if before is None or each.odds > before.odds:
            found[each.column, each.kind] = each
    ranked = sorted(found.values(), key=lambda each: -each.odds)
    return [each for each in ranked if each.odds >= ranked[0].odds - LIMITS.within][: LIMITS.most]


def unchanged_hypotheses(file: FileColumn, listed: Sequence[Hypothesis], index: Index) -> list[Hypothesis]:
    """Return the other cohort columns that the values could be unchanged, whatever their distribution."""
    known = {each.column for each in listed if each.way == "same"}
    if file.values.kind is ValueKind.TEXT:
        return []
    undo, odds = next(all_known_transforms()), min((each.odds for each in listed), default=0.0)
    others = (each for each in index.columns.values() if each.kind is not ValueKind.TEXT)
    return [Hypothesis(each.name, "same", odds, undo) for each in others if each.name not in known]


def _unchanged(name: str, file: FileColumn, index: Index) -> list[Hypothesis]:
    """Return the cohort columns that the values could be unchanged, by distribution."""
    kind = file.values.kind
    profiles, sketches = index.sketches(kind)
    if kind is ValueKind.TEXT or not profiles or len(file.present) == 0:
        return []
    gaps = sketches.distances(file.present)
    count = min(len(file.present), LIMITS.effective)
    odds = -_BITS * count * np.maximum(gaps - LIMITS.slack, 0) ** 2
    odds += LIMITS.same_name * np.array([each.name.casefold() == name.casefold() for each in profiles])
    undo = next(all_known_transforms())
    order = np.argsort(-odds, kind="stable")[: LIMITS.most_same]
    return [Hypothesis(profiles[place].name, "same", float(odds[place]), undo) for place in order.tolist()]
