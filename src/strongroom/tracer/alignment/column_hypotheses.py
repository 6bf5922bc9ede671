"""What could a column be? As the check asks (`cohort.index.disguised`), and first of all: itself, marked.

A fragment of ten rows says little about a distribution. How little follows from the number of values: the gap
of two cumulative shares exceeds d by chance with probability about 2 exp(-2 n d^2) (Massart 1990).
"""

from collections.abc import Sequence

import numpy as np

from strongroom.matching import CohortColumns, Index
from strongroom.matching.disguised.hypotheses import Hypothesis, ProfileTable
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.values.comparable import ValueKind

_EFFECTIVE = 150
_SLACK = 0.03
_MOST_SAME, _MOST = 16, 22
_WITHIN = 14.0
_NAMED = 5.0
_BITS = 2.885


def thinkable(name: str, file: FileColumn, held: CohortColumns, index: Index) -> list[Hypothesis]:
    """Return up to 22 hypotheses about a column, likeliest first; a name that is right is only a hint."""
    sketches = held.derived("sketches", lambda: ProfileTable(index))
    others = sketches.hypotheses(file, held) if len(file.present) else []
    found: dict[tuple[str, str], Hypothesis] = {}
    for each in [*_unchanged(name, file, index), *others]:
        before = found.get((each.column, each.kind))
        if before is None or each.odds > before.odds:
            found[each.column, each.kind] = each
    ranked = sorted(found.values(), key=lambda each: -each.odds)
    return [each for each in ranked if each.odds >= ranked[0].odds - _WITHIN][:_MOST]


def not_thought_of(file: FileColumn, listed: Sequence[Hypothesis], index: Index) -> list[Hypothesis]:
    """Return the other cohort columns whose values these could be as they are, whatever their shape."""
    known = {each.column for each in listed if each.way == "same"}
    if file.values.kind is ValueKind.TEXT:
        return []
    undo, odds = next(all_known_transforms()), min((each.odds for each in listed), default=0.0)
    others = (each for each in index.columns.values() if each.kind is not ValueKind.TEXT)
    return [Hypothesis(each.name, "same", odds, undo) for each in others if each.name not in known]


def _unchanged(name: str, file: FileColumn, index: Index) -> list[Hypothesis]:
    """Return the cohort columns whose values these could be as they are."""
    kind = file.values.kind
    profiles, sketches = index.sketches(kind)
    if kind is ValueKind.TEXT or not profiles or len(file.present) == 0:
        return []
    gaps = sketches.distances(file.present)
    count = min(len(file.present), _EFFECTIVE)
    odds = -_BITS * count * np.maximum(gaps - _SLACK, 0) ** 2
    odds += _NAMED * np.array([each.name.casefold() == name.casefold() for each in profiles])
    undo = next(all_known_transforms())
    order = np.argsort(-odds, kind="stable")[:_MOST_SAME]
    return [Hypothesis(profiles[place].name, "same", float(odds[place]), undo) for place in order.tolist()]
